"""Who reacts to what: outbox topic -> dotted paths of its handlers, in order."""

HANDLERS: dict[str, tuple[str, ...]] = {
    "document.asked": ("quotes.actions.documents.make",),
    "contract.created": (
        "quotes.actions.documents.follow_contract",
        "billing.tasks.deliver_contract",
    ),
    "chat.said": ("core.chat.send",),
    "mail.bounced": ("quotes.actions.letters.bounced",),
    "mail.posted": ("core.mail.send",),
    "delivery.requested": ("billing.tasks.deliver_contract",),
    "password.forgotten": ("core.passwords.write_links",),
    "portfolio.chunk": ("forecasting.tasks.forecast_chunk",),
}
