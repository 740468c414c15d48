"""The customer picks what is optional: a version with exactly that is frozen, approved as before, and offered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Conflict, Invalid, Problem, Refused, refuse
from core.languages import in_house
from core.languages import lazily as _lazy
from quotes.actions.conversing import held, told
from quotes.actions.letters import tell
from quotes.actions.lines import edit_line
from quotes.actions.moves import move, record
from quotes.actions.signing import TRIES
from quotes.actions.versions import copy_of, submit
from quotes.models import (
    Countersigning,
    QuoteLine,
    QuoteVersion,
    RoomLink,
    RoomMessage,
    Signature,
    SigningCode,
)
from quotes.queries.signing import may_sign
from quotes.queries.versions import has_draft
from quotes.rules.transitions import Status, Verb
from quotes.rules.verbs import why_not_accept


@dataclass(frozen=True)
class Picked:
    """The version that is offered now; or the seller was asked, because somebody must approve it first."""

    version: QuoteVersion
    asked: RoomMessage | None = None


@transaction.atomic
def pick(link: RoomLink, *, keys: Collection[str], sha256: str, at: datetime) -> Picked:
    """Take these options into the deal. All links follow to the new version; nothing else of the offer changes.

    What the rules want somebody to approve is not offered: the seller is asked instead, and this version stays.
    """
    version, fresh = held(link)
    refuse(why_not_accept(version, at=at, may_sign=may_sign(fresh, at)))
    if sha256 != version.sha256:
        raise Conflict(_("The quote has changed since this page was opened. Look at it again, then choose."))
    if Signature.objects.filter(version=version).exists():
        raise Refused(_("Somebody has signed this quote already, so its lines stay as they are."))
    options = {line.key: line for line in version.lines.filter(optional=True).order_by("position")}
    if not keys:
        raise Invalid({"pick": _("Tick at least one option.")})
    if set(keys) - set(options):
        raise Invalid({"pick": _("This option is not part of the quote.")})
    wanted = [line for key, line in options.items() if key in keys]
    try:
        with transaction.atomic(), in_house():
            return Picked(offered(version, wanted, fresh, at=at))
    except Problem:
        words = ", ".join(str(line.component["name"]) for line in wanted)
        return Picked(version, told(version, fresh, RoomMessage.Kind.OPTIONS, words, at=at))


def offered(version: QuoteVersion, wanted: list[QuoteLine], link: RoomLink, *, at: datetime) -> QuoteVersion:
    """The next version: the same offer with these lines in it, valid as long as this one."""
    seller = version.quote.owner
    if has_draft(version):
        raise Refused(_("The seller is working on a newer version."))
    highest = QuoteVersion.objects.filter(quote=version.quote_id).order_by("-number").values_list("number", flat=True)
    draft = copy_of(version, number=highest[0] + 1, by=seller, at=at)
    same = {"valid_until": version.valid_until, "expires_at": version.expires_at, "forecast_run": version.forecast_run}
    QuoteVersion.objects.filter(pk=draft.pk).update(**same)
    names = [str(line.component["name"]) for line in wanted]
    record(str(link), "pick", draft, at=at, options=", ".join(names), of=version.number)
    for line in draft.lines.filter(key__in=[line.key for line in wanted]).select_related("version__quote"):
        edit_line(line, by=seller, at=at, edit_number=None, optional=False)
    fresh = submit(QuoteVersion.objects.whole().get(pk=draft.pk), by=seller, at=at)
    if fresh.status != Status.APPROVED:
        raise Refused(_("Somebody must approve this first."))
    move(fresh, Verb.SEND, sent_at=at, sent_by=seller)
    record(seller, Verb.SEND, fresh, at=at, to=str(link))
    follow(version, fresh)
    what = _lazy("{name} picked {options}")
    tell(fresh, "asked", what, key=f"room-picked-{fresh.pk}", at=at, name=link.name, options=", ".join(names))
    return fresh


def follow(version: QuoteVersion, successor: QuoteVersion) -> None:
    """Everybody's link shows the new version; codes that were mailed for the old one are over."""
    links = RoomLink.objects.filter(version=version, revoked_at=None)
    SigningCode.objects.filter(link__in=links).update(attempts=TRIES)
    links.update(version=successor)
    if asked := Countersigning.objects.filter(version=version).first():
        Countersigning.objects.create(
            version=successor, asked_at=asked.asked_at, asked_by=asked.asked_by, signer=asked.signer
        )
