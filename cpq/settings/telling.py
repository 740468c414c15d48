"""Whom it tells of what: mail, chat, webhooks and billing systems."""

import os
from urllib.parse import unquote, urlsplit

from cpq.settings.selling import SELLER

# Any SMTP server, as smtp://user:password@host:port or smtps://; without one, mail ends in the mailbox page.
EMAIL_URL = urlsplit(os.environ.get("EMAIL_URL", ""))
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_URL.hostname else 'dummy'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = (
    EMAIL_URL.hostname or "localhost",
    EMAIL_URL.port or (465 if EMAIL_URL.scheme == "smtps" else 587),
)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(EMAIL_URL.username or ""), unquote(EMAIL_URL.password or "")
EMAIL_USE_SSL = EMAIL_URL.scheme == "smtps"
CHAT_WEBHOOK_URL = os.environ.get("CHAT_WEBHOOK_URL", "")
CHAT_WEBHOOK_SECRET = os.environ.get("CHAT_WEBHOOK_SECRET", "")
EMAIL_USE_TLS = bool(EMAIL_HOST_USER) and not EMAIL_USE_SSL
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = f"{SELLER['name']} <{SELLER['email']}>".replace(",", "")
# What mails carry that their rows only name: kind -> dotted path of what makes it from an id.
MAIL_PARTS = {
    "password": "core.passwords.link_to_send",
    "quote-pdf": "quotes.actions.letters.pdf",
    "room-link": "quotes.actions.sending.address",
    "signing-code": "quotes.actions.signing.digits",
}

# What other systems may be told of, and hosts inside the own network that messages may go to, separated by spaces.
WEBHOOK_EVENTS = "cpq.webhook_events.EVENTS"
# Who makes the messages of endpoints that want them in another shape.
WEBHOOK_SHAPES = {"crm": "crm.queries.telling.message"}
WEBHOOK_PRIVATE_HOSTS = frozenset(os.environ.get("WEBHOOK_PRIVATE_HOSTS", "").split())

OUTBOX_WIRING = "cpq.wiring.HANDLERS"
# Shortens every wait of the outbox and the hand-off, to prove in minutes what takes days (make chaos).
OUTBOX_PACE = float(os.environ.get("OUTBOX_PACE") or 1)
OUTBOX_LONGEST = float(os.environ.get("OUTBOX_LONGEST") or 2 * 86400)
# Seconds that a billing system has to answer; after that the outcome is unknown.
BILLING_TIMEOUT = float(os.environ.get("BILLING_TIMEOUT") or 20)
# What the billing system of a version cannot bill; asked by the quotes room, answered by the one that hands over.
BILLING_CHECK = "billing.queries.checking.unbillable"
