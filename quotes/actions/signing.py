"""The code that shows that whoever signs reads the mail of the person the link was made for."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import translation
from django.utils.crypto import constant_time_compare
from django.utils.translation import gettext as _

from core import derived, mail
from core.errors import Invalid, Refused, refuse
from quotes.actions.moves import hold
from quotes.models import RoomLink, Signature, SigningCode
from quotes.queries.room import CODE_LIFE as LIFE
from quotes.queries.signing import may_sign, why_not_sign
from quotes.rules.verbs import why_not_accept

PURPOSE = "signing-code"
TRIES = 5
MOST = 5
"""Codes in an hour."""


@transaction.atomic
def request_code(link: RoomLink, *, at: datetime) -> SigningCode:
    """Mail a new code to the signer, where a signature would be taken now. Earlier ones are over."""
    version = hold(link.version)
    fresh = RoomLink.objects.get(pk=link.pk)
    refuse(why_not_accept(version, at=at, may_sign=may_sign(fresh, at)) or why_not_sign(fresh))
    if fresh.codes.filter(created_at__gt=at - timedelta(hours=1)).count() >= MOST:
        raise Refused(_("You have asked for {most} codes within an hour; wait a while.").format(most=MOST))
    fresh.codes.filter(verified_at=None).update(attempts=TRIES)
    code = SigningCode.objects.create(link=fresh, seed=derived.new_seed(), created_at=at)
    with translation.override(version.quote.customer.language):
        mail.post(
            fresh.email,
            _("Your code for quote {number}").format(number=version.quote.number),
            _("To sign quote {number}, version {version}, type this code:").format(
                number=version.quote.number, version=version.number
            )
            + f"\n\n{mail.SECRET}\n\n"
            + _("It holds for 15 minutes. If you did not ask for it, tell your contact.")
            + "\n",
            key=f"signing-code-{code.pk}",
            about=f"quote:{version.quote.number}",
            secret=f"signing-code:{code.pk}",
            at=at,
        )
    return code


def digits(pk: int) -> str:
    """The code itself, for its mail."""
    return derived.digits(PURPOSE, SigningCode.objects.values_list("seed", flat=True).get(pk=pk))


@transaction.atomic
def checked(link: RoomLink, typed: str, *, at: datetime) -> str:
    """Compare and count: "" if this is the code, else what to do. Commits also what was wrong, so it raises nothing."""
    code = link.codes.select_for_update().order_by("-pk").first()
    if code is None or at >= code.created_at + LIFE or code.attempts >= TRIES:
        return _("This code is over; ask for a new one.")
    if constant_time_compare(derived.digits(PURPOSE, code.seed), "".join(typed.split())):
        SigningCode.objects.filter(pk=code.pk, verified_at=None).update(verified_at=at)
        return ""
    code.attempts += 1
    code.save(update_fields=["attempts"])
    return _("This is not the code from the newest mail; {left} tries are left.").format(left=TRIES - code.attempts)


def check_code(link: RoomLink, typed: str, *, at: datetime) -> None:
    """Raises what `checked` says, after it has been counted; where nothing can be signed, that comes first.

    Who has signed already is not asked again: a second click gets the answer of the first.
    """
    if Signature.objects.filter(link=link).exists():
        return
    refuse(why_not_accept(link.version, at=at, may_sign=may_sign(link, at)))
    if problem := checked(link, typed, at=at):
        raise Invalid({"code": problem})


def verified_at(link: RoomLink, *, at: datetime) -> datetime | None:
    """When the signer typed the right code, if that was just now."""
    codes = link.codes.filter(verified_at__gt=at - LIFE, attempts__lt=TRIES).order_by("-pk")
    return codes.values_list("verified_at", flat=True).first()
