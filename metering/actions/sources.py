"""Reading the configured sources: from their watermark on, in windows, and safe to do twice.

Every page is recorded in a transaction of its own. The watermark moves when a window was read to its end; whatever
breaks before, the window is read again, and what was recorded of it counts once by its ids.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal, InvalidOperation
from time import monotonic
from typing import Any

from django.db import transaction
from django.utils.timezone import now

from core import audit
from metering.actions.alone import alone
from metering.actions.ingest import record_rows
from metering.models import SourceReading, UsageSource
from metering.queries import catalog_facts
from metering.rules.files import Row
from metering.rules.reports import Report
from metering.sources.base import LONGEST_KEY, PagesExpired, Reading, Source, SourceFailed, Window
from metering.sources.config import Misconfigured, configured_sources

logger = logging.getLogger(__name__)

KEPT_REJECTIONS = 100
RESTARTS = 2
# Events are asked for up to a little before now: a writer may still be about to commit the last ones.
UNSETTLED = timedelta(minutes=5)
OF_A_DAY = ("sum", "max", "latest")


def read_due_sources(*, seconds: float, clock: Callable[[], datetime] = now) -> list[UsageSource]:
    """Read every source whose time has come, for about so long; the rest is for the next call."""
    until = monotonic() + seconds
    done = list[UsageSource]()
    for source in configured_sources():
        if monotonic() < until and is_due(source, clock()):
            done.append(read_source(source, seconds=until - monotonic(), clock=clock))
    return done


def is_due(source: Source, at: datetime) -> bool:
    known = UsageSource.objects.filter(name=source.name).first()
    if known is None or known.tried_at is None:
        return True
    behind = known.error == "" and known.watermark is not None and known.watermark < end_of(source, at)
    return at - known.tried_at >= timedelta(minutes=source.every_minutes) or (behind and unfinished(known))


def unfinished(known: UsageSource) -> bool:
    """Whether the last call ended for lack of time, with windows still to read."""
    return known.read_at is None or (known.tried_at is not None and known.read_at < known.tried_at)


def read_source(source: Source, *, seconds: float = float("inf"), clock: Callable[[], datetime] = now) -> UsageSource:
    """Read the source up to now, or as far as time allows; what went wrong stands in the answer."""
    state, _ = UsageSource.objects.get_or_create(name=source.name, defaults={"kind": source.kind})
    with alone(f"source:{source.name}") as mine:
        if not mine:
            return state
        state.refresh_from_db()
        state.tried_at, until = clock(), monotonic() + seconds
        try:
            check(source)
            finished = all(read_window(source, state, window) and monotonic() < until
                           for window in windows(source, state, clock()))  # fmt: skip
            state.error = ""
            if finished:
                state.read_at = state.tried_at
        except (SourceFailed, Misconfigured) as problem:
            state.error = str(problem)[:500]
        except (KeyError, TypeError, ValueError) as problem:
            # One source that answers in another form than it promises must not keep the others waiting.
            logger.exception("%s cannot be read.", source.name)
            state.error = f"{source.name} answered in a form that is not known: {problem!r}"[:500]
        with transaction.atomic():
            state.save()
            data = {"watermark": state.watermark, "accepted": state.accepted, "error": state.error}
            audit.record(None, "read", f"source:{source.name}", at=clock(), data=data)
    return state


def check(source: Source) -> None:
    """A total of a day is one event, which is not what meters that count events or hold levels add up."""
    meters = catalog_facts([]).meters
    for code in sorted(source.meters_fed()):
        if code not in meters:
            raise Misconfigured(f"{source.name}: there is no meter {code}.")
        if meters[code].aggregation not in OF_A_DAY:
            raise Misconfigured(
                f"{source.name}: {code} is a meter of {meters[code].aggregation}; daily totals can only feed meters of "
                f"{', '.join(OF_A_DAY)}."
            )


def windows(source: Source, state: UsageSource, at: datetime) -> Iterator[Window]:
    """What is to be read: from the watermark, less the days that may still change, up to now."""
    first = datetime.combine(source.start, time(), UTC)
    start = max(first, (state.watermark or first) - timedelta(days=source.settle_days))
    end = end_of(source, at)
    while start < end:
        step = min(start + source.span, end)
        yield Window(start, step)
        start = step


def end_of(source: Source, at: datetime) -> datetime:
    """Now, or for daily totals the beginning of today: a day is asked for when it is over."""
    return datetime.combine(at.astimezone(UTC).date(), time(), UTC) if source.gives_totals else at - UNSETTLED


def read_window(source: Source, state: UsageSource, window: Window) -> bool:
    """Read and record one window, then move the watermark; from its beginning again if pages expire meanwhile."""
    for restart in range(RESTARTS + 1):
        try:
            for page in source.pages(window):
                record_page(source, state, page)
            break
        except PagesExpired:
            if restart == RESTARTS:
                raise SourceFailed(f"{source.name}: its pages expired {restart + 1} times while being read.") from None
    state.watermark = max(state.watermark or window.end, window.end)
    state.save()
    return True


def record_page(source: Source, state: UsageSource, page: Sequence[Reading]) -> None:
    """Record a page in one transaction: all of it or nothing."""
    with transaction.atomic():
        if source.gives_totals:
            report = record_totals(state, page)
        else:
            report = record_rows([row_of(source.name, one.key, one.raw) for one in page], by=source.name, at=now())[0]
        state.accepted += report.accepted
        state.rejections += len(report.rejected)
        told = [[row.id, row.reason] for row in report.rejected]
        state.rejected = [*told, *state.rejected][:KEPT_REJECTIONS]
        state.save()


def record_totals(state: UsageSource, page: Sequence[Reading]) -> Report:
    """Record totals that are new; where one is another than before, take the old event back first."""
    latest = {one.key: one for one in page}
    known = {
        one.key: one
        for one in SourceReading.objects.select_for_update().filter(source=state, key__in=list(latest)).order_by("pk")
    }
    rows, said = list[Row](), list[SourceReading]()
    for key, reading in latest.items():
        value, before = number(reading.raw), known.get(key)
        if before and before.value == value:
            continue
        revision = before.revision + 1 if before else 0
        if before:
            rows.append(
                row_of(state.name, f"{id_of(key, revision)}/void", void(reading.raw, id_of(key, before.revision)))
            )
        rows.append(row_of(state.name, id_of(key, revision), reading.raw))
        said.append(SourceReading(source=state, key=key, value=value or 0, revision=revision))
    report, answers = record_rows(rows, by=state.name, at=now())
    remember(state, said, rejected={answer.id for answer in answers if answer.status == "rejected"})
    return report


def remember(state: UsageSource, said: Iterable[SourceReading], *, rejected: set[str]) -> None:
    """Keep what was said, but for what could not be taken: that is tried again as long as it is read."""
    kept = [one for one in said if id_of(one.key, one.revision) not in rejected]
    state.revised += sum(one.revision > 0 for one in kept)
    SourceReading.objects.bulk_create(
        kept, update_conflicts=True, unique_fields=["source", "key"], update_fields=["value", "revision"]
    )


def id_of(key: str, revision: int) -> str:
    """The event's id: readable, or where that is too long by its hash."""
    short = key if len(key) <= LONGEST_KEY else f"{key[:80]}/{hashlib.sha256(key.encode()).hexdigest()[:40]}"
    return f"{short}~{revision}" if revision else short


def void(raw: Mapping[str, Any], target: str) -> dict[str, Any]:
    return {**raw, "data": {"voids": target, "reason": "the source says something else now"}}


def row_of(source: str, id: str, raw: Mapping[str, Any]) -> Row:
    return Row(0, {**raw, "id": id, "source": f"source:{source}"}, "", "")


def number(raw: Mapping[str, Any]) -> Decimal | None:
    """The value, to be compared with the one before; None where it is no number and will be rejected."""
    try:
        return Decimal(raw["data"]["value"])
    except (InvalidOperation, KeyError, TypeError):
        return None
