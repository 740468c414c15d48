import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid, refuse
from core.models import User
from customers.models import Contact
from quotes.actions.moves import hold, move, record
from quotes.models import QuoteVersion, RoomLink
from quotes.rules.transitions import Verb
from quotes.rules.verbs import why_not_seller, why_not_send, why_not_share

READABLE_AFTER = timedelta(days=90)
"""How long after the last valid day a customer may still read what was offered."""


@dataclass(frozen=True)
class Sent:
    """A sent version with its signer's link. The token is known only now; the database keeps its hash."""

    version: QuoteVersion
    link: RoomLink
    token: str


@transaction.atomic
def send(version: QuoteVersion, *, by: User, at: datetime, contact: Contact | None = None) -> Sent:
    """Open the customer's page to the contact (the quote's own, or the first of the customer), who may sign."""
    fresh = hold(version)
    refuse(why_not_send(fresh, at=at, by=by))
    reader = contact or fresh.quote.contact or fresh.quote.customer.contacts.order_by("pk").first()
    if reader is None or reader.customer_id != fresh.quote.customer_id:
        raise Invalid({"contact": _("Choose a contact of this customer to send the quote to.")})
    move(fresh, Verb.SEND, sent_at=at, sent_by=by)
    record(by, Verb.SEND, fresh, at=at, to=str(reader))
    link, token = make_link(
        fresh, name=reader.name, email=reader.email, title=reader.title, right=RoomLink.Right.SIGN, by=by, at=at
    )
    return Sent(version=fresh, link=link, token=token)


@transaction.atomic
def create_room_link(
    version: QuoteVersion, *, name: str, email: str, by: User, at: datetime, title: str = "", right: str = "view"
) -> tuple[RoomLink, str]:
    """Another person's link to a sent version, and its token. A person's earlier link stops working."""
    fresh = hold(version)
    refuse(why_not_share(fresh, at=at, by=by))
    if right not in RoomLink.Right:
        raise Invalid({"right": _("Choose view or sign.")})
    if not name.strip() or "@" not in email:
        raise Invalid({"email": _("A link is for one person: give a name and an e-mail address.")})
    old = RoomLink.objects.filter(version=fresh, email__iexact=email, revoked_at=None)
    old.update(revoked_at=at)
    return make_link(fresh, name=name.strip(), email=email.strip(), title=title, right=right, by=by, at=at)


@transaction.atomic
def revoke_room_link(link: RoomLink, *, by: User, at: datetime) -> RoomLink:
    """The link stops working at once; safe to call twice."""
    fresh = hold(link.version)
    refuse(why_not_seller(fresh, by))
    if RoomLink.objects.filter(pk=link.pk, revoked_at=None).update(revoked_at=at):
        record(by, "revoke_link", fresh, at=at, to=str(link))
    link.refresh_from_db()
    return link


def make_link(
    version: QuoteVersion, *, name: str, email: str, title: str, right: str, by: User, at: datetime
) -> tuple[RoomLink, str]:
    token = secrets.token_urlsafe(32)
    link = RoomLink.objects.create(
        version=version,
        name=name,
        email=email,
        title=title,
        right=right,
        token_sha256=token_hash(token),
        created_at=at,
        created_by=by,
        expires_at=version.expires_at + READABLE_AFTER,
    )
    record(by, "create_link", version, at=at, to=str(link), right=right)
    return link, token


def token_hash(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain digest cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
