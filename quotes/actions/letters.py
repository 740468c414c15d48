"""What is written to the customer, and what the seller is told of the room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _

from core import chat, mail, notices
from core.formats import money
from core.languages import HOUSE
from core.languages import lazily as _lazy
from core.models import Mail
from quotes.actions.documents import file_of
from quotes.documents import QuoteDocument, wording
from quotes.models import QuoteVersion, RoomLink
from quotes.queries.letters import count_of

BOUNCED = _lazy("The mail to {to} came back")


def invite(link: RoomLink, version: QuoteVersion, *, at: datetime, message: str = "") -> Mail | None:
    """The quote as PDF and the person's own link, in the customer's language; again, as another mail, each time."""
    quote = QuoteDocument.parse(version.snapshot, version.sha256)
    with translation.override(quote.language):
        subject = _("Quote {number} from {seller}: {title}").format(
            number=quote.number, seller=quote.seller.name, title=quote.title
        )
        return mail.post(
            link.email,
            subject,
            invitation(link, quote, message),
            key=f"room-{link.pk}-{version.number}-{count_of(link) + 1}",
            about=f"quote:{quote.number}",
            enclosed=(f"{quote.number}-v{quote.version}.pdf", f"quote-pdf:{version.pk}"),
            secret=f"room-link:{link.pk}",
            at=at,
        )


def invitation(link: RoomLink, quote: QuoteDocument, message: str) -> str:
    sender = link.forwarded_by.name if link.forwarded_by else quote.prepared_by.name
    does = _("Read it, ask about any line, choose what is optional and sign here. The link is yours alone:")
    reads = _("Read it and ask about any line here. The link is yours alone:")
    parts = [
        _("Hello {name},").format(name=link.name),
        _("{sender} sends you “{title}”, quote {number}, version {version}, from {seller}.").format(
            sender=sender, title=quote.title, number=quote.number, version=quote.version, seller=quote.seller.name
        ),
        message,
        "\n".join(figures(quote)),
        f"{does if link.right == RoomLink.Right.SIGN else reads}\n{mail.SECRET}",
        _("The quote is attached as PDF."),
        f"{quote.prepared_by.name}\n{quote.prepared_by.email}",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def figures(quote: QuoteDocument) -> list[str]:
    """The same amounts as on the page, in the document and in the data."""
    committed = _("Committed over the term: {amount}").format(amount=money(quote.committed, quote.currency))
    valid = _("Valid until the {moment}").format(moment=wording.validity(quote))
    return [committed, wording.meaning(quote), valid] if quote.bill else [committed, valid]


def pdf(pk: int) -> bytes:
    """The document of a version, for the mail it goes out with."""
    return file_of(QuoteVersion.objects.get(pk=pk), at=now())


def write(link: RoomLink, subject: str, text: str, *, key: str, at: datetime) -> None:
    """A short mail with the person's link; its words are in the language that is being written."""
    about = f"quote:{link.version.quote.number}"
    body = f"{text}\n\n{mail.SECRET}\n"
    mail.post(link.email, subject, body, key=key, about=about, secret=f"room-link:{link.pk}", at=at)


def tell(version: QuoteVersion, event: str, what: str, *, key: str, at: datetime, said: str = "", **names: Any) -> None:
    """Say to the owner, as they chose for the event, and in the chat, what just happened: `what` with names in it."""
    quote = version.quote
    path = reverse("quotes:version", args=[quote.number, version.number])
    with translation.override(HOUSE):
        title, text = notice(version, what, said, names)
        chat.say(f"{title}\n{text}\n\n{settings.SITE_URL}{path}\n", key=key, at=at)
    with translation.override(quote.owner.language or HOUSE):
        title, text = notice(version, what, said, names)
        notices.give(quote.owner, event, title, text, path=path, key=key, about=f"quote:{quote.number}", at=at)


def notice(version: QuoteVersion, what: str, said: str, names: Mapping[str, Any]) -> tuple[str, str]:
    quote = version.quote
    title = f"{quote.number}: {str(what).format(**names)}"
    about = _("{title}, version {version}, for {customer}").format(
        title=version.title, version=version.number, customer=quote.customer.name
    )
    return title, "\n\n".join(part for part in (about, said) if part)


def bounced(*, key: str, payload: Mapping[str, Any], at: datetime) -> None:
    """The outbox's handler: the seller learns that a customer did not get a mail."""
    letter = Mail.objects.defer("attachment").get(pk=payload["mail"])
    kind, _colon, pk = letter.secret.partition(":")
    link = RoomLink.objects.select_related("version__quote__owner", "version__quote__customer").filter(pk=pk or 0)
    if kind == "room-link" and (found := link.first()):
        tell(found.version, "asked", BOUNCED, key=f"bounce-{letter.pk}", at=at, said=letter.error, to=letter.to)
