"""Live events in PostgreSQL: partitioned by month, counted once by a table of keys, totals right at commit.

Writers take their locks in one order (new series, keys, outcome keys, series that are added up again, days), each kind
sorted, so that no two of them wait for each other in a circle.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db import connection, transaction

from metering.models import DailyUsage, EventKey, Series, UsageEvent, UsageVoid
from metering.rules.events import Event, Void, key_of
from metering.storage import outcomes, totals
from metering.storage.base import ALL_DAYS, Days, Status, Total, json_key
from metering.storage.outcomes import Spoken
from metering.storage.partitions import ensure_months, month_of
from metering.storage.series import Stream, name_of, streams_of
from metering.storage.totals import Change, SeriesDay

CLAIM = """
INSERT INTO metering_eventkey AS known (key, kind, series_id, time, voided)
SELECT key, kind, series_id, time, false
  FROM unnest(%s::uuid[], %s::int[], %s::bigint[], %s::timestamptz[]) AS new (key, kind, series_id, time)
 ORDER BY key
    ON CONFLICT (key) DO UPDATE SET kind = excluded.kind, series_id = excluded.series_id, time = excluded.time
 WHERE known.kind = 0
RETURNING replace(key::text, '-', ''), voided
"""
STORE = """
COPY metering_usageevent
     (key, series_id, time, day, value, item, outcome_key, voided, source, event_id, recorded_at) FROM STDIN
"""
ESCAPES = str.maketrans({"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"})
STORE_VOIDS = """
INSERT INTO metering_usagevoid (key, source, event_id, target, target_id, reason, time, recorded_at)
SELECT *, %s
  FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::uuid[], %s::text[], %s::text[], %s::timestamptz[])
"""
TAKE_BACK = """
INSERT INTO metering_eventkey AS known (key, kind, voided)
SELECT key, 0, true FROM unnest(%s::uuid[]) AS target (key)
    ON CONFLICT (key) DO UPDATE SET voided = true WHERE known.kind = 1 AND NOT known.voided
RETURNING key, series_id, time
"""
MARK = """
UPDATE metering_usageevent event SET voided = true
  FROM unnest(%s::uuid[], %s::bigint[], %s::timestamptz[]) AS target (key, series_id, time)
 WHERE event.key = target.key AND event.series_id = target.series_id AND event.time = target.time
RETURNING event.series_id, event.time, event.day, event.value, event.outcome_key
"""
STREAMS = """
SELECT series.id, series.customer_id, series.meter_id, meter.aggregation, meter.outcome IS NOT NULL
  FROM metering_series series JOIN catalog_meter meter ON meter.id = series.meter_id
 WHERE series.id = ANY(%s)
"""


class Placed(NamedTuple):
    """An event on its way into the tables; its time as text, which is used twice and takes long to make."""

    event: Event
    stream: Stream
    time: str


class Stored(NamedTuple):
    """What an event does to the totals, wherever it came from: sign -1 when it was taken back."""

    stream: Stream
    day: date
    value: Decimal
    outcome_key: str
    sign: int


class LiveStorage:
    """Every event is in its day's total when `record` is committed."""

    name = "live"

    def record(self, events: Sequence[Event | Void], *, at: datetime) -> list[Status]:
        firsts: dict[str, Event | Void] = {}
        keys = [key_of(event.source, event.event_id) for event in events]
        for key, event in zip(keys, events, strict=True):
            firsts.setdefault(key, event)
        # Whoever has begun a transaction gets all of it or nothing, so that a point to go back to would be a cost only.
        with transaction.atomic(savepoint=False):
            wait_turn(alone=any(isinstance(event, Void) for event in firsts.values()))
            new = store(firsts, at)
        return [answer(key, new) for key in keys]

    def daily_totals(self, *, customer: str = "", meter: str = "", days: Days = ALL_DAYS) -> Iterator[Total]:
        named = {"customer__slug": customer, "meter__code": meter}
        found = Series.objects.filter(**{name: value for name, value in named.items() if value})
        series = {
            id: (slug, code, dimensions)
            for id, slug, code, dimensions in found.values_list("id", "customer__slug", "meter__code", "dimensions")
        }
        order = sorted(series, key=lambda id: (*series[id][:2], json_key(series[id][2])))
        bounds = {"day__gte": days.first, "day__lte": days.last}
        kept = DailyUsage.objects.filter(
            storage=self.name, series__in=order, **{name: day for name, day in bounds.items() if day}
        )
        by_series = defaultdict[int, list[tuple[date, Decimal, int]]](list)
        rows = kept.order_by("day").values_list("series_id", "day", "value", "events")
        for id, day, value, events in rows.iterator():
            by_series[id].append((day, value, events))
        return (Total(*series[id], *row) for id in order for row in by_series.pop(id, []))

    def events(self) -> Iterator[Event | Void]:
        """Everything that was recorded, a month's table after the other, then what takes back."""
        fields = (
            "source", "event_id", "series__customer__slug", "series__meter__code", "time", "day", "series__dimensions",
            "value", "item", "outcome_key",
        )  # fmt: skip
        events = UsageEvent.objects.order_by("time", "key").values_list(*fields)
        voids = UsageVoid.objects.order_by("time", "key")
        yield from (Event(*row) for row in events.iterator(chunk_size=20_000))
        for row in voids.values_list("source", "event_id", "target_id", "reason", "time").iterator(chunk_size=20_000):
            yield Void(*row)

    def rebuild(self, days: Days = ALL_DAYS) -> int:
        with transaction.atomic():
            wait_turn(alone=True)
            totals.clear(days)
            totals.rebuild(days)
            outcomes.rebuild(days)
            bounds = {"day__gte": days.first, "day__lte": days.last}
            return DailyUsage.objects.filter(
                storage=self.name, **{name: day for name, day in bounds.items() if day}
            ).count()


def answer(key: str, new: set[str]) -> Status:
    """The first event of a new key is accepted; taking the key away makes the others duplicates."""
    if key not in new:
        return Status.DUPLICATE
    new.remove(key)
    return Status.ACCEPTED


def wait_turn(*, alone: bool) -> None:
    """Writers run beside each other; whoever takes events back or rebuilds runs alone, until the transaction ends.

    Taking back locks keys of other batches: beside other writers two of them could wait for each other in a circle.
    """
    with connection.cursor() as cursor:
        lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
        cursor.execute(f"SELECT {lock}(hashtextextended('metering', 0))")


def store(firsts: Mapping[str, Event | Void], at: datetime) -> set[str]:
    """Store what is new and move the totals; the keys that were new."""
    events = {key: event for key, event in firsts.items() if isinstance(event, Event)}
    voids = {key: event for key, event in firsts.items() if isinstance(event, Void)}
    names = {key: name_of(event) for key, event in events.items()}
    streams = streams_of(names.values())
    placed = {key: Placed(one, streams[names[key]], one.time.isoformat()) for key, one in events.items()}
    claimed = claim(placed, voids)
    moved = store_events({key: one for key, one in placed.items() if key in claimed}, claimed, at)
    if voids:
        moved += take_back({key: event for key, event in voids.items() if key in claimed}, at)
    move_totals(moved)
    return set(claimed)


def claim(events: Mapping[str, Placed], voids: Iterable[str]) -> dict[str, bool]:
    """The keys nobody had before, each with whether a void has already taken its event back."""
    rows: list[tuple[object, ...]] = [
        (key, EventKey.Kind.EVENT.value, one.stream.id, one.time) for key, one in events.items()
    ]
    rows += [(key, EventKey.Kind.VOID.value, None, None) for key in voids]
    if not rows:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [literal(column) for column in columns(rows)])
        return dict(cursor.fetchall())


def store_events(events: Mapping[str, Placed], voided: Mapping[str, bool], at: datetime) -> list[Stored]:
    if not events:
        return []
    ensure_months({month_of(one.event.time) for one in events.values()})
    recorded = at.isoformat()
    with connection.cursor() as cursor, cursor.copy(STORE) as copy:
        copy.write("".join(line_of(key, one, voided[key], recorded) for key, one in events.items()))
    return [
        Stored(one.stream, one.event.day, one.event.value, one.event.outcome_key, 1)
        for key, one in events.items()
        if not voided[key]
    ]


def line_of(key: str, placed: Placed, voided: bool, recorded: str) -> str:
    """The event as COPY reads it, several times as fast as the driver's own way."""
    one = placed.event
    return (
        f"{key}\t{placed.stream.id}\t{placed.time}\t{one.day!s}\t{one.value!s}\t{escaped(one.item)}\t"
        f"{escaped(one.outcome_key)}\t{voided}\t{escaped(one.source)}\t{escaped(one.event_id)}\t{recorded}\n"
    )


def escaped(text: str) -> str:
    return text if text.isprintable() and "\\" not in text else text.translate(ESCAPES)


def take_back(voids: Mapping[str, Void], at: datetime) -> list[Stored]:
    """Store the voids and mark what they name; what has not arrived yet is marked when it does."""
    if not voids:
        return []
    targets = {key: key_of(void.source, void.target_id) for key, void in voids.items()}
    rows = [
        (key, one.source, one.event_id, targets[key], one.target_id, one.reason, one.time) for key, one in voids.items()
    ]
    with connection.cursor() as cursor:
        cursor.execute(STORE_VOIDS, [at, *columns(rows)])
        cursor.execute(TAKE_BACK, [sorted(set(targets.values()))])
        found = [row for row in cursor.fetchall() if row[1] is not None]
        if not found:
            return []
        cursor.execute(MARK, columns(found))
        marked = cursor.fetchall()
        cursor.execute(STREAMS, [[row[0] for row in marked]])
        streams = {row[0]: Stream(*row) for row in cursor.fetchall()}
    return [Stored(streams[id], day, value, outcome_key, -1) for id, _, day, value, outcome_key in marked]


def move_totals(moved: Sequence[Stored]) -> None:
    """Bring the days of these events up to date."""
    changes = defaultdict[SeriesDay, Change](Change)
    again = defaultdict[str, set[SeriesDay]](set)
    for one in moved:
        place = (one.stream.id, one.day)
        if one.stream.adds_up:
            value = one.value if one.stream.aggregation == "sum" else Decimal(1)
            changes[place].add(one.sign * value, one.sign)
        elif not one.stream.is_outcome:
            again[one.stream.aggregation].add(place)
    keyed = {Spoken(one.stream.customer_id, one.stream.meter_id, one.outcome_key) for one in moved if one.outcome_key}
    for move in outcomes.attribute(keyed):
        place = (move.series_id, move.day)
        changes[place].add(move.sign * move.value, move.sign)
    if again:
        totals.lock_series(id for places in again.values() for id, _ in places)
    totals.add(changes)
    for aggregation, places in again.items():
        totals.recompute(aggregation, places)


def literal(values: Sequence[object]) -> str:
    """An array of values that need no quotes (keys, numbers, times), several times as fast as the driver's own way."""
    return "{" + ",".join("NULL" if value is None else str(value) for value in values) + "}"


def columns(rows: Sequence[tuple[object, ...]]) -> list[list[object]]:
    return [list(column) for column in zip(*rows, strict=True)]
