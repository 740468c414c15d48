import json
from datetime import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, Refused, refuse
from core.languages import lazily as _lazy
from core.models import User
from core.origin import Origin
from quotes.actions.contracts import make_contract
from quotes.actions.letters import tell, write
from quotes.actions.moves import close, hold, move, record
from quotes.actions.sending import token_hash
from quotes.actions.signing import verified_at
from quotes.models import Acceptance, Contract, QuoteVersion, RoomLink, Signature
from quotes.queries.signing import countersigner, may_sign, signers, waiting, wants_countersignature, why_not_sign
from quotes.rules.signing import wrong_drawing
from quotes.rules.transitions import Verb
from quotes.rules.verbs import why_not_accept, why_not_countersign, why_not_decline

NOWHERE = Origin()


@transaction.atomic
def open_room(token: str, *, at: datetime) -> RoomLink | None:
    """The link that belongs to the token, unless it is unknown, revoked or over. Remembers the visit."""
    links = RoomLink.objects.select_related("version__quote__customer", "version__quote__owner")
    link = links.filter(token_sha256=token_hash(token), revoked_at=None, expires_at__gt=at).first()
    if link is None:
        return None
    if RoomLink.objects.filter(pk=link.pk, first_opened_at=None).update(first_opened_at=at, last_opened_at=at):
        record(str(link), "open_room", link.version, at=at)
        what = _lazy("{name} has opened the quote")
        tell(link.version, "opened", what, key=f"room-opened-{link.pk}", at=at, name=link.name)
    else:
        RoomLink.objects.filter(pk=link.pk).update(last_opened_at=at)
    link.refresh_from_db(fields=["first_opened_at", "last_opened_at"])
    return link


@transaction.atomic
def accept(
    link: RoomLink,
    *,
    name: str,
    title: str,
    sha256: str,
    shown_total: Decimal,
    at: datetime,
    email: str = "",
    drawing: str = "",
    origin: Origin = NOWHERE,
) -> Contract | None:
    """The customer's signature and, with the last one, acceptance, contract and the promise to deliver it: one
    transaction. None while somebody else is still to sign.

    `sha256` and `shown_total` (the committed total) are what the page showed; if they are not those of the version,
    nothing happens. A repeated click of the same person gets the same answer.
    """
    signer = check_signer(link, name=name, title=title, email=email, drawing=drawing)
    version = hold(link.version)
    fresh = RoomLink.objects.get(pk=link.pk)
    if Signature.objects.filter(link=fresh).exists():
        return Contract.objects.filter(version=version, version__accepted_at__isnull=False).first()
    refuse(why_not_accept(version, at=at, may_sign=may_sign(fresh, at)) or why_not_sign(fresh))
    verified = verified_at(fresh, at=at)
    if verified is None:
        raise Refused(_("Type the code from your mail first; it shows that it is you who signs."))
    total = committed_total(version)
    if fresh.version_id != version.pk or sha256 != version.sha256 or shown_total != total:
        raise Conflict(_("The quote has changed since this page was opened. Open the link again, then accept."))
    Signature.objects.create(
        version=version,
        link=fresh,
        order=fresh.order,
        code_verified_at=verified,
        at=at,
        sha256=sha256,
        total=total,
        **signer,
        **origin._asdict(),
    )
    record(str(link), "sign", version, at=at, name=signer["name"], title=signer["title"], total=str(total))
    tell(version, "answered", _lazy("{name} has signed"), key=f"room-signed-{fresh.pk}", at=at, name=signer["name"])
    return complete(version, at=at)


@transaction.atomic
def countersign(
    version: QuoteVersion, *, title: str, sha256: str, by: User, at: datetime, origin: Origin = NOWHERE
) -> Contract | None:
    """The seller's own signature, after all of the customer's; with it the quote is accepted."""
    fresh = hold(version)
    if Signature.objects.filter(version=fresh, user__isnull=False).exists():
        return Contract.objects.filter(version=fresh).first()
    names = [one.name for one in waiting(fresh.pk)]
    asked, signer = wants_countersignature(fresh.pk), countersigner(fresh.pk)
    refuse(why_not_countersign(fresh, at=at, by=by, asked=asked, names=names, signer=signer))
    if not title.strip():
        raise Invalid({"title": _("Please give your title: it says that you may sign for your company.")})
    if sha256 != fresh.sha256:
        raise Conflict(_("The quote has changed since this page was opened. Nothing was signed."))
    total = committed_total(fresh)
    Signature.objects.create(
        version=fresh,
        user=by,
        order=len(signers(fresh.pk)) + 1,
        name=by.full_name,
        title=title.strip()[:120],
        email=by.email,
        at=at,
        sha256=sha256,
        total=total,
        **origin._asdict(),
    )
    record(by, "countersign", fresh, at=at, total=str(total))
    return complete(fresh, at=at)


def complete(version: QuoteVersion, *, at: datetime) -> Contract | None:
    """When nobody is left to sign: the acceptance by the customer's last signature, and the contract."""
    if turn := waiting(version.pk):
        for link in turn:
            call(link, version, at=at)
        return None
    if wants_countersignature(version.pk):
        key = f"room-countersign-{version.pk}"
        tell(version, "answered", _lazy("The customer has signed; the counter-signature is left"), key=key, at=at)
        return None
    last = Signature.objects.filter(version=version, link__isnull=False).order_by("-at", "-pk")[0]
    signer = {"name": last.name, "title": last.title, "email": last.email}
    link = RoomLink.objects.get(signature=last)
    move(version, Verb.ACCEPT, accepted_at=at)
    Acceptance.objects.create(version=version, link=link, at=at, sha256=version.sha256, total=last.total, **signer)
    record(str(link), Verb.ACCEPT, version, at=at, name=last.name, title=last.title, total=str(last.total))
    return make_contract(version, at=at)


def call(link: RoomLink, version: QuoteVersion, *, at: datetime) -> None:
    """Tell the next signer that it is their turn, once."""
    with translation.override(version.quote.customer.language):
        write(
            link,
            _("Quote {number}: it is your turn to sign").format(number=version.quote.number),
            _("Everybody before you has signed “{title}”. Read and sign it here:").format(title=version.title),
            key=f"room-turn-{link.pk}",
            at=at,
        )


@transaction.atomic
def decline(link: RoomLink, *, reason: str, at: datetime) -> QuoteVersion:
    """The customer's no, with the reason in their words."""
    if not reason.strip():
        raise Invalid({"reason": _("Please say in a few words why, so that your contact can offer something better.")})
    version = hold(link.version)
    fresh = RoomLink.objects.get(pk=link.pk)
    refuse(why_not_decline(version, at=at, may_sign=may_sign(fresh, at)))
    close(version, Verb.DECLINE, by=str(link), at=at, note=reason.strip())
    what = _lazy("{name} has declined the quote")
    tell(version, "answered", what, key=f"room-declined-{version.pk}", at=at, said=reason.strip(), name=fresh.name)
    return version


def check_signer(link: RoomLink, *, name: str, title: str, email: str, drawing: str) -> dict[str, str]:
    errors = {}
    if not name.strip():
        errors["name"] = _("Please give your full name.")
    if not title.strip():
        errors["title"] = _("Please give your title: it says that you may sign for your company.")
    if email and email.strip().lower() != link.email.lower():
        errors["email"] = _("This link was made for {email}; only that person may accept with it.").format(
            email=link.email
        )
    if drawing and (problem := wrong_drawing(drawing)):
        errors["drawing"] = problem
    if errors:
        raise Invalid(errors)
    method = Signature.Method.DRAWN if drawing else Signature.Method.TYPED
    who = {"name": name.strip(), "title": title.strip(), "email": link.email}
    return {**who, "method": method, "drawing": drawing}


def committed_total(version: QuoteVersion) -> Decimal:
    """The total that the frozen snapshot shows."""
    return Decimal(json.loads(version.snapshot)["totals"]["committed"])
