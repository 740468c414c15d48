"""Recording events: each of them once, in its day's total, in one transaction."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from core import audit
from core.models import User
from metering.actions.home import bring_home_for
from metering.actions.watermarks import move_watermarks
from metering.queries import catalog_facts
from metering.rules.events import LONGEST_SOURCE, Event, Void, read_event
from metering.rules.files import Row
from metering.rules.reports import Rejection, Report
from metering.rules.values import Rejected, is_text
from metering.storage import LIVE, Status

SLICE = 20_000
NAMED_CORRECTIONS = 100

COUNT = """
INSERT INTO metering_sourceday AS known (source, day, accepted, duplicates, rejected, last_at)
SELECT source, %s, accepted, duplicates, rejected, %s
  FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::bigint[]) AS new (source, accepted, duplicates, rejected)
 ORDER BY source
    ON CONFLICT (source, day) DO UPDATE
   SET accepted = known.accepted + excluded.accepted, duplicates = known.duplicates + excluded.duplicates,
       rejected = known.rejected + excluded.rejected, last_at = excluded.last_at
"""


class Answer(NamedTuple):
    """What became of one event: accepted, duplicate, or rejected with the reason."""

    id: str
    status: str
    reason: str = ""


def record_batch(raws: Sequence[Mapping[str, object]], *, by: User | str, at: datetime) -> list[Answer]:
    """Record a batch of CloudEvents in one transaction; an answer for each, in order."""
    return record_lines([Row(number, raw, "", "") for number, raw in enumerate(raws, start=1)], by=by, at=at)


def record_lines(rows: Sequence[Row], *, by: User | str, at: datetime) -> list[Answer]:
    """Record a batch whose events came line by line; a line that holds none is answered too."""
    with transaction.atomic():
        return record_rows(rows, by=by, at=at)[1]


def record_file(rows: Iterable[Row], *, by: User | str | None = None, at: datetime) -> Report:
    """Record the rows of a file, slice by slice, each slice in its own transaction; what happened to each row."""
    total = Report()
    for some in slices(rows):
        with transaction.atomic():
            report, _ = record_rows(some, by=by, at=at)
        total.add(report)
    return total


def record_rows(rows: Sequence[Row], *, by: User | str | None = None, at: datetime) -> tuple[Report, list[Answer]]:
    """Record these rows inside the caller's transaction: all that can be recorded, or on any fault none."""
    read = read_rows(rows, at)
    events = [event for event in read if not isinstance(event, Rejection)]
    bring_home_for(events, at=at)
    statuses = iter(LIVE.record(events, at=at))
    report, answers, new = Report(), list[Answer](), list[Event | Void]()
    for item in read:
        if isinstance(item, Rejection):
            report.reject(item)
            answers.append(Answer(item.id, "rejected", item.reason))
            continue
        status = next(statuses)
        answers.append(Answer(item.event_id, status))
        if status is Status.DUPLICATE:
            report.repeat()
        else:
            report.accept(item)
            new.append(item)
    audit_corrections(new, by=by, at=at)
    move_watermarks((event for event in new if isinstance(event, Event)), at=at)
    count_sources(rows, answers, at)
    return report, answers


def read_rows(rows: Sequence[Row], at: datetime) -> list[Event | Void | Rejection]:
    subjects = {row.raw.get("subject") for row in rows if row.raw}
    meters, customers = catalog_facts({slug for slug in subjects if is_text(slug)})
    read = list[Event | Void | Rejection]()
    for row in rows:
        try:
            if row.raw is None:
                raise Rejected(row.problem)
            read.append(read_event(row.raw, meters=meters, customers=customers, now=at))
        except Rejected as problem:
            read.append(rejection(row, str(problem)))
    return read


def rejection(row: Row, reason: str) -> Rejection:
    """The row as it can be shown and stored: unreadable characters replaced."""
    id, reason, text = (
        str(value).encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
        for value in ((row.raw or {}).get("id", ""), reason, row.text)
    )
    return Rejection(row.line, id[:200], reason, text)


def audit_corrections(new: Sequence[Event | Void], *, by: User | str | None, at: datetime) -> None:
    """What takes usage back is written down with who did it; what adds usage is there itself."""
    voids = [event for event in new if isinstance(event, Void)]
    negative = [event for event in new if isinstance(event, Event) and event.value < 0]
    if not voids and not negative:
        return
    named = [
        *(f"{void.source}/{void.event_id} voids {void.target_id}" for void in voids),
        *(f"{event.source}/{event.event_id}: {event.value:f} {event.meter}" for event in negative),
    ]
    data = {"voids": len(voids), "negative": len(negative), "events": named[:NAMED_CORRECTIONS]}
    audit.record(by, "corrected", "usage:corrections", at=at, data=data)


def count_sources(rows: Sequence[Row], answers: Sequence[Answer], at: datetime) -> None:
    """Count what each source delivered. Last, because writers of one source wait here for each other's commit."""
    counts = Counter((source_of(row), answer.status) for row, answer in zip(rows, answers, strict=True))
    sources = sorted({source for source, _ in counts})
    columns = [[counts[source, status] for source in sources] for status in ("accepted", "duplicate", "rejected")]
    with connection.cursor() as cursor:
        cursor.execute(COUNT, [at.astimezone(UTC).date(), at, sources, *columns])


def source_of(row: Row) -> str:
    """The source as far as it can be read; "" is nobody's."""
    source = (row.raw or {}).get("source")
    return source if is_text(source) and len(source) <= LONGEST_SOURCE else ""


def slices(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while some := list(islice(rows, SLICE)):
        yield some
