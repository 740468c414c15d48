import json
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from core import outbox
from core.errors import Conflict, Invalid, refuse
from core.numbering import next_number
from quotes.actions.moves import close, hold, move, record
from quotes.actions.sending import token_hash
from quotes.models import Acceptance, Contract, QuoteVersion, RoomLink, Signature
from quotes.rules.transitions import Verb
from quotes.rules.verbs import why_not_accept, why_not_decline


@transaction.atomic
def open_room(token: str, *, at: datetime) -> RoomLink | None:
    """The link that belongs to the token, unless it is unknown, revoked or over. Remembers the visit."""
    links = RoomLink.objects.select_related("version__quote__customer")
    link = links.filter(token_sha256=token_hash(token), revoked_at=None, expires_at__gt=at).first()
    if link is None:
        return None
    if RoomLink.objects.filter(pk=link.pk, first_opened_at=None).update(first_opened_at=at, last_opened_at=at):
        record(str(link), "open_room", link.version, at=at)
    else:
        RoomLink.objects.filter(pk=link.pk).update(last_opened_at=at)
    link.refresh_from_db(fields=["first_opened_at", "last_opened_at"])
    return link


@transaction.atomic
def accept(
    link: RoomLink, *, name: str, title: str, sha256: str, shown_total: Decimal, at: datetime, email: str = ""
) -> Contract:
    """The customer's yes: acceptance, contract and the promise to deliver it, in one transaction.

    `sha256` and `shown_total` (the committed total) are what the page showed; if they are not those of the version,
    nothing happens. A repeated click of the same person gets the same contract.
    """
    signer = check_signer(link, name=name, title=title, email=email)
    version = hold(link.version)
    fresh = RoomLink.objects.get(pk=link.pk)
    if again := Acceptance.objects.filter(version=version, link=fresh).first():
        return Contract.objects.get(version=again.version)
    refuse(why_not_accept(version, at=at, may_sign=may_sign(fresh, at)))
    total = committed_total(version)
    if sha256 != version.sha256 or shown_total != total:
        raise Conflict(_("The quote has changed since this page was opened. Open the link again, then accept."))
    move(version, Verb.ACCEPT, accepted_at=at)
    Signature.objects.create(
        version=version, link=fresh, order=fresh.order, at=at, sha256=sha256, total=total, **signer
    )
    Acceptance.objects.create(version=version, link=fresh, at=at, sha256=sha256, total=total, **signer)
    record(str(link), Verb.ACCEPT, version, at=at, name=signer["name"], title=signer["title"], total=str(total))
    return make_contract(version, at=at)


@transaction.atomic
def decline(link: RoomLink, *, reason: str, at: datetime) -> QuoteVersion:
    """The customer's no, with the reason in their words."""
    if not reason.strip():
        raise Invalid({"reason": _("Please say in a few words why, so that your contact can offer something better.")})
    version = hold(link.version)
    fresh = RoomLink.objects.get(pk=link.pk)
    refuse(why_not_decline(version, at=at, may_sign=may_sign(fresh, at)))
    return close(version, Verb.DECLINE, by=str(link), at=at, note=reason.strip())


def check_signer(link: RoomLink, *, name: str, title: str, email: str) -> dict[str, str]:
    errors = {}
    if not name.strip():
        errors["name"] = _("Please give your full name.")
    if not title.strip():
        errors["title"] = _("Please give your title: it says that you may sign for your company.")
    if email and email.strip().lower() != link.email.lower():
        errors["email"] = _("This link was made for {email}; only that person may accept with it.").format(
            email=link.email
        )
    if errors:
        raise Invalid(errors)
    return {"name": name.strip(), "title": title.strip(), "email": link.email}


def may_sign(link: RoomLink, at: datetime) -> bool:
    return link.right == RoomLink.Right.SIGN and link.revoked_at is None and at < link.expires_at


def committed_total(version: QuoteVersion) -> Decimal:
    """The total that the frozen snapshot shows."""
    return Decimal(json.loads(version.snapshot)["totals"]["committed"])


def make_contract(version: QuoteVersion, *, at: datetime) -> Contract:
    """The contract of an accepted version and, in the same transaction, the promise to hand it over."""
    number = f"C-{at.year}-{next_number(f'contract-{at.year}'):04}"
    contract = Contract.objects.create(
        number=number,
        version=version,
        customer=version.quote.customer,
        terms=version.terms,
        terms_sha256=json.loads(version.snapshot)["terms_sha256"],
        sha256=version.sha256,
        created_at=at,
    )
    record(None, "create_contract", version, at=at, contract=number)
    outbox.emit("contract.created", key=number, payload={"contract": number}, at=at)
    return contract
