"""How a version changes status: hold the quote, ask the rule, compare and set."""

from collections.abc import Container
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, TextField, Value
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, refuse
from core.models import User
from core.prepared import Gap, Prepared
from core.words import inside
from quotes.models import Contract, DraftStep, Quote, QuoteVersion
from quotes.queries.selling import seller_of
from quotes.rules.transitions import LABELS, LIVE, Status, Verb, after, why_not
from quotes.rules.validity import end_of_day

CHAIN = Value("quote:")
LOCKED = Prepared(
    Quote.objects.filter(pk=Gap("pk"))
    .select_for_update(no_key=True)
    .annotate(held=audit.held(Concat(CHAIN, "number", output_field=TextField())))
)
KNOWN = {
    "new_customer": ~Exists(Contract.objects.filter(customer=OuterRef("quote__customer"))),
    "redoable": Exists(DraftStep.objects.filter(version=OuterRef("pk"), state=DraftStep.State.UNDONE)),
    "chain_end": audit.ends(Concat(CHAIN, OuterRef("quote__number"), output_field=TextField())),
}
FRESH = Prepared(QuoteVersion.objects.whole().filter(pk=Gap("pk")).annotate(**KNOWN))


def hold(version: QuoteVersion) -> QuoteVersion:
    """The version as it is now, while no other action of the same quote runs, until the transaction ends.

    Every action takes this lock first and the audit chain with it, then rows of versions: one order, no deadlock.
    """
    LOCKED.get(pk=version.quote_id)
    return FRESH.get(pk=version.pk)


def follow_end(version: QuoteVersion, moved: Container[str]) -> None:
    """The last valid second and its zone, after the last day or who sells has moved; the caller saves both."""
    if "selling_entity_id" in moved:
        version.zone = seller_of(version).zone
    if "valid_until" in moved or "selling_entity_id" in moved:
        version.expires_at = end_of_day(version.valid_until, version.zone)


def move(version: QuoteVersion, verb: Verb, **fields: Any) -> QuoteVersion:
    """Exactly one row moves, else somebody was first (or the draft was edited since it was read)."""
    refuse(why_not(version.status, verb))
    target = after(version.status, verb)
    rows = QuoteVersion.objects.filter(pk=version.pk, status=version.status, edit_number=version.edit_number)
    if rows.update(status=target, **fields) != 1:
        raise Conflict(changed_since(version))
    version.refresh_from_db()
    return version


def close(version: QuoteVersion, verb: Verb, *, by: User | str | None, at: datetime, note: str = "") -> QuoteVersion:
    """A move to one of the statuses that end a version without a contract."""
    move(version, verb, closed_at=at, closed_by=audit.name_of(by), closed_note=note)
    record(by, verb, version, at=at, note=note)
    return version


def changed_since(version: QuoteVersion) -> str:
    fresh = QuoteVersion.objects.get(pk=version.pk)
    if fresh.status != version.status:
        return _("Somebody was faster: this version is {status} now. Nothing was changed.").format(
            status=inside(LABELS[Status(fresh.status)])
        )
    return _(
        "Somebody else edited this draft meanwhile. Nothing was overwritten; look at it again, then repeat your change."
    )


def live_version(version: QuoteVersion) -> QuoteVersion | None:
    """The quote's live version other than this one."""
    others = QuoteVersion.objects.filter(quote=version.quote_id, status__in=LIVE).exclude(pk=version.pk)
    return others.first()


def record(
    by: User | str | None, verb: str, version: QuoteVersion, *, at: datetime, end: audit.End | None = None, **data: Any
) -> None:
    """An audit entry on the quote, with the number of the version (and its hash, once it has one)."""
    facts = {"version": version.number} | ({"sha256": version.sha256} if version.sha256 else {})
    kept = {name: value for name, value in data.items() if value not in ("", None)}
    audit.record(by, str(verb), f"quote:{version.quote.number}", at=at, data={**facts, **kept}, end=end)
