import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from core import derived
from core.errors import Conflict, Invalid, refuse
from core.models import Mail, User
from customers.models import Contact
from quotes.actions.letters import invite
from quotes.actions.moves import hold, move, record
from quotes.models import Countersigning, QuoteVersion, RoomLink
from quotes.queries.letters import newest_of
from quotes.queries.selling import seller_of
from quotes.rules.transitions import Verb
from quotes.rules.verbs import why_not_seller, why_not_send, why_not_share

READABLE_AFTER = timedelta(days=90)
"""How long after the last valid day a customer may still read what was offered."""
MESSAGE = 2000
"""The longest personal message in a mail, in characters."""
LAST = 20
"""The highest place in the order of signatures."""
PURPOSE = "room-link"


@dataclass(frozen=True)
class Sent:
    """A sent version with its signer's link. The token is known only now; the database keeps its hash."""

    version: QuoteVersion
    link: RoomLink
    token: str


@transaction.atomic
def send(
    version: QuoteVersion,
    *,
    by: User,
    at: datetime,
    contact: Contact | None = None,
    message: str = "",
    countersign: bool = False,
) -> Sent:
    """Mail the PDF and a link to the contact (the quote's own, or the first of the customer), who may sign.

    With `countersign`, or where the selling entity names somebody for it, the seller signs too, after the customer;
    only then is the quote accepted.
    """
    fresh = hold(version)
    refuse(why_not_send(fresh, at=at, by=by))
    reader = contact or fresh.quote.contact or fresh.quote.customer.contacts.order_by("pk").first()
    if reader is None or reader.customer_id != fresh.quote.customer_id:
        raise Invalid({"contact": _("Choose a contact of this customer to send the quote to.")})
    move(fresh, Verb.SEND, sent_at=at, sent_by=by)
    record(by, Verb.SEND, fresh, at=at, to=str(reader))
    signer_id = seller_of(fresh).countersigner_id
    if countersign or signer_id:
        Countersigning.objects.create(version=fresh, asked_at=at, asked_by=by, signer_id=signer_id)
    link, token = make_link(
        fresh, name=reader.name, email=reader.email, title=reader.title, right=RoomLink.Right.SIGN, by=by, at=at
    )
    invite(link, fresh, at=at, message=message.strip()[:MESSAGE])
    return Sent(version=fresh, link=link, token=token)


@transaction.atomic
def create_room_link(
    version: QuoteVersion,
    *,
    name: str,
    email: str,
    by: User,
    at: datetime,
    title: str = "",
    right: str = "view",
    order: int = 1,
) -> tuple[RoomLink, str]:
    """Another person's link to a sent version, mailed to them, and its token. A person's earlier link stops working."""
    fresh = hold(version)
    refuse(why_not_share(fresh, at=at, by=by))
    if right not in RoomLink.Right:
        raise Invalid({"right": _("Choose view or sign.")})
    if not name.strip() or "@" not in email:
        raise Invalid({"email": _("A link is for one person: give a name and an e-mail address.")})
    if not 1 <= order <= LAST:
        raise Invalid({"order": _("Signatures are ordered from 1 to {last}.").format(last=LAST)})
    old = RoomLink.objects.filter(version=fresh, email__iexact=email, revoked_at=None)
    if old.filter(signature__isnull=False).exists():
        raise Invalid({"email": _("This person has signed already; their link stays.")})
    old.update(revoked_at=at)
    made = make_link(fresh, name=name.strip(), email=email.strip(), title=title, right=right, order=order, by=by, at=at)
    invite(made[0], fresh, at=at)
    return made


@transaction.atomic
def resend(link: RoomLink, *, by: User, at: datetime) -> Mail | None:
    """The same link and the PDF once more, as another mail."""
    fresh = hold(link.version)
    refuse(why_not_share(fresh, at=at, by=by))
    now = RoomLink.objects.get(pk=link.pk)
    if now.revoked_at:
        raise Conflict(_("This link was revoked; make a new one."))
    last = newest_of([now]).get(now.pk)
    if last and last.state == Mail.State.QUEUED:
        raise Conflict(_("The last mail to {name} is still waiting to be sent.").format(name=now.name))
    record(by, "resend", fresh, at=at, to=str(now))
    return invite(now, fresh, at=at)


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
    version: QuoteVersion,
    *,
    name: str,
    email: str,
    title: str,
    right: str,
    by: User | RoomLink,
    at: datetime,
    order: int = 1,
) -> tuple[RoomLink, str]:
    """`by` is the seller, or the link of a customer who forwards it."""
    seed = derived.new_seed()
    token = derived.token(PURPOSE, seed)
    link = RoomLink.objects.create(
        version=version,
        name=name,
        email=email,
        title=title,
        right=right,
        order=order,
        seed=seed,
        token_sha256=token_hash(token),
        created_at=at,
        created_by=by if isinstance(by, User) else None,
        forwarded_by=by if isinstance(by, RoomLink) else None,
        expires_at=version.expires_at + READABLE_AFTER,
    )
    verb = "create_link" if isinstance(by, User) else "forward"
    record(by if isinstance(by, User) else str(by), verb, version, at=at, to=str(link), right=right)
    return link, token


def address(pk: int) -> str:
    """The whole address of a person's link, for the mail that brings it.

    A link that was made with another key, or before seeds were kept, gets a new token: what was sent before is over.
    """
    link = RoomLink.objects.get(pk=pk)
    token = derived.token(PURPOSE, link.seed) if link.seed else ""
    if token_hash(token) != link.token_sha256:
        seed = derived.new_seed()
        token = derived.token(PURPOSE, seed)
        RoomLink.objects.filter(pk=pk).update(seed=seed, token_sha256=token_hash(token))
    return f"{settings.SITE_URL}{reverse('quotes:room_enter', args=[token])}"


def token_hash(token: str) -> str:
    """What is stored of a token: it has 256 random bits, so a plain digest cannot be searched."""
    return hashlib.sha256(token.encode()).hexdigest()
