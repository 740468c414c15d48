"""Recording events: each of them once, and its day's total right in the same transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import NamedTuple

from django.db import connection, transaction

from core import audit
from core.models import User
from metering.actions.rollup import Touched, dimensions_key, recompute
from metering.queries import catalog_facts
from metering.rules.events import Event, Rejected, read_event
from metering.rules.files import Row
from metering.rules.reports import Rejection, Report

SLICE = 20_000

INSERT = """
INSERT INTO metering_usageevent
       (source, event_id, customer_id, meter_id, time, dimensions, value, recorded_at)
SELECT source, event_id, customer_id, meter_id, time, dimensions, value, %s
  FROM unnest(%s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::timestamptz[], %s::jsonb[], %s::numeric[])
       AS new (source, event_id, customer_id, meter_id, time, dimensions, value)
    ON CONFLICT (source, event_id) DO NOTHING
RETURNING source, event_id, customer_id, meter_id, dimensions::text, (time AT TIME ZONE 'UTC')::date
"""


class Answer(NamedTuple):
    """What became of one event: accepted, duplicate, or rejected with the reason."""

    id: str
    status: str
    reason: str = ""


def record_batch(raws: Sequence[Mapping[str, object]], *, by: User, at: datetime) -> list[Answer]:
    """Record a batch of CloudEvents in one transaction; an answer for each, in order."""
    rows = [Row(number, raw, "", "") for number, raw in enumerate(raws, start=1)]
    with transaction.atomic():
        report, answers = record_rows(rows, at=at)
        audit.record(by, "recorded", "usage:api", at=at, data=report.counts())
    return answers


def record_file(rows: Iterable[Row], *, at: datetime) -> Report:
    """Record the rows of a file, slice by slice, each slice in its own transaction; what happened to each row."""
    total = Report()
    for some in slices(rows):
        with transaction.atomic():
            report, _ = record_rows(some, at=at)
        total.add(report)
    return total


def record_rows(rows: Sequence[Row], *, at: datetime) -> tuple[Report, list[Answer]]:
    """Record these rows inside the caller's transaction."""
    meters, customers, meter_ids, customer_ids = catalog_facts()
    report, read = Report(), list[Event | Rejection]()
    for row in rows:
        read.append(read_row(row, meters=meters, customers=customers, now=at))
    events = [event for event in read if isinstance(event, Event)]
    lock_customers(sorted({customer_ids[event.customer] for event in events}))
    new = insert(events, meter_ids, customer_ids, at)
    answers = []
    for item in read:
        if isinstance(item, Rejection):
            report.reject(item)
            answers.append(Answer(item.id, "rejected", item.reason))
            continue
        fresh = (item.source, item.event_id) in new
        new.discard((item.source, item.event_id))
        report.accept(item) if fresh else report.repeat()
        answers.append(Answer(item.event_id, "accepted" if fresh else "duplicate"))
    return report, answers


def read_row(row: Row, **facts: object) -> Event | Rejection:
    """The event of a row, or why there is none."""
    if row.raw is None:
        return rejection(row, row.problem)
    try:
        return read_event(row.raw, **facts)  # type: ignore[arg-type]
    except Rejected as problem:
        return rejection(row, str(problem))


def rejection(row: Row, reason: str) -> Rejection:
    """The row as it can be shown and stored: unreadable characters replaced."""
    id, reason, text = (
        str(value).encode("utf-8", "replace").decode().replace("\x00", "\ufffd")
        for value in ((row.raw or {}).get("id", ""), reason, row.text)
    )
    return Rejection(row.line, id[:200], reason, text)


def lock_customers(ids: Sequence[int]) -> None:
    """Make writers of one customer's usage wait for each other.

    Without it two writers of the same day would each add up a day that lacks the other's events; in sorted order,
    so that two batches over several customers never wait for each other in a circle.
    """
    with connection.cursor() as cursor:
        for id in ids:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"usage:{id}"])


def insert(
    events: Sequence[Event], meter_ids: Mapping[str, int], customer_ids: Mapping[str, int], at: datetime
) -> set[tuple[str, str]]:
    """Store what is new, recompute the days it touches, and say which (source, id) were new."""
    if not events:
        return set()
    columns = zip(
        *(
            (
                event.source,
                event.event_id,
                customer_ids[event.customer],
                meter_ids[event.meter],
                event.time.astimezone(UTC),
                dimensions_key(event.dimensions),
                event.value,
            )
            for event in events
        ),
        strict=True,
    )
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [at, *map(list, columns)])
        stored = cursor.fetchall()
    recompute(Touched(*row[2:]) for row in stored)
    return {(row[0], row[1]) for row in stored}


def slices(rows: Iterable[Row]) -> Iterator[list[Row]]:
    rows = iter(rows)
    while some := list(islice(rows, SLICE)):
        yield some
