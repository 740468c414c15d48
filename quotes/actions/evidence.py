"""The customer's yes that was given elsewhere: on paper, by mail, in another signing service."""

from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, refuse
from core.models import User
from quotes.actions.acceptance import NOWHERE, check_signer, committed_total, complete
from quotes.actions.moves import hold, record
from quotes.models import Contract, QuoteVersion, RoomLink, Signature
from quotes.queries.signing import why_not_sign
from quotes.rules.verbs import why_not_accept, why_not_seller


@transaction.atomic
def accept_by_evidence(
    version: QuoteVersion,
    *,
    name: str,
    title: str,
    email: str,
    sha256: str,
    document_sha256: str,
    signed_on: date,
    by: User,
    at: datetime,
) -> Contract | None:
    """The contract of what a person signed outside of their page; None while others have still to sign.

    `sha256` is of the version that they signed, `document_sha256` of the signed document that the seller keeps.
    The signer is someone the version was sent to with the right to sign; everything else is as in the room.
    """
    fresh = hold(version)
    refuse(why_not_seller(fresh, by) or why_not_accept(fresh, at=at))
    if sha256 != fresh.sha256:
        raise Conflict(_("The version that was signed is not the one that is with the customer. Nothing was recorded."))
    if not fresh.sent_at or not fresh.sent_at.date() <= signed_on <= at.date():
        raise Invalid({"signed_on": _("The day of the signature lies between the sending and today.")})
    links = RoomLink.objects.filter(version=fresh, right=RoomLink.Right.SIGN, revoked_at=None)
    link = links.filter(email__iexact=email.strip()).first()
    if link is None:
        raise Invalid({"email": _("Nobody with this address was sent the quote to sign.")})
    if Signature.objects.filter(link=link).exists():
        return Contract.objects.filter(version=fresh).first()
    refuse(why_not_sign(link))
    signer = check_signer(link, name=name, title=title, email=email, drawing="")
    total = committed_total(fresh)
    Signature.objects.create(
        version=fresh, link=link, order=link.order, at=at, sha256=sha256, total=total, **signer, **NOWHERE._asdict()
    )
    record(
        by,
        "record_evidence",
        fresh,
        at=at,
        to=str(link),
        document=document_sha256,
        signed_on=str(signed_on),
        total=str(total),
    )
    return complete(fresh, at=at)
