"""Daily totals of the live storage: moved by differences where that is exact, else added up again from the events."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from django.db import connection

from metering.storage import levels
from metering.storage.base import Days
from metering.storage.levels import SeriesDay

# How a day is added up from its events. Meters that hold a level: see levels.
AGGREGATES = {
    "sum": "sum(event.value)",
    "count": "count(*)",
    "max": "max(event.value)",
    "unique": "count(DISTINCT event.item)",
    "latest": "(array_agg(event.value ORDER BY event.time DESC, event.key DESC))[1]",
}
KEEP = """
    ON CONFLICT (series_id, day, storage) DO UPDATE SET value = excluded.value, events = excluded.events
"""
ADD = """
INSERT INTO metering_dailyusage AS known (series_id, day, storage, value, events)
SELECT series_id, day, 'live', value, events
  FROM unnest(%s::bigint[], %s::date[], %s::numeric[], %s::int[]) AS change (series_id, day, value, events)
 ORDER BY series_id, day
    ON CONFLICT (series_id, day, storage)
    DO UPDATE SET value = known.value + excluded.value, events = known.events + excluded.events
"""
DROP_EMPTY = """
DELETE FROM metering_dailyusage daily
 USING unnest(%s::bigint[], %s::date[]) AS touched (series_id, day)
 WHERE daily.series_id = touched.series_id AND daily.day = touched.day
   AND daily.storage = 'live' AND daily.events = 0
"""
RECOMPUTE = (
    """
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT touched.series_id, touched.day, 'live', coalesce({aggregate}, 0), count(event.key)
  FROM unnest(%s::bigint[], %s::date[]) AS touched (series_id, day)
  LEFT JOIN metering_usageevent event
    ON event.series_id = touched.series_id AND event.day = touched.day AND NOT event.voided
   AND event.time BETWEEN %s AND %s
 GROUP BY touched.series_id, touched.day
"""
    + KEEP
)
REBUILD = """
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT event.series_id, event.day, 'live', {aggregate}, count(*)
  FROM metering_usageevent event
  JOIN metering_series series ON series.id = event.series_id
  JOIN catalog_meter meter ON meter.id = series.meter_id
 WHERE meter.aggregation = %s AND meter.outcome IS NULL AND NOT event.voided
   AND event.day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')
 GROUP BY event.series_id, event.day
"""


@dataclass(slots=True)
class Change:
    """By how much a day's value and number of events move."""

    value: Decimal = Decimal(0)
    events: int = 0

    def add(self, value: Decimal, events: int) -> None:
        self.value += value
        self.events += events


def add(changes: Mapping[SeriesDay, Change]) -> None:
    """Move these days; a day that has no event left is a day without data."""
    moved = sorted((*place, one.value, one.events) for place, one in changes.items() if one != Change())
    if not moved:
        return
    series, days, values, events = (list(column) for column in zip(*moved, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(ADD, [series, days, values, events])
        if min(events) < 0:
            cursor.execute(DROP_EMPTY, [series, days])


def recompute(aggregation: str, touched: Iterable[SeriesDay]) -> None:
    """Add up these days of series with this aggregation again; the series must be locked (see lock_series)."""
    places = sorted(set(touched))
    if aggregation == "unit_hours":
        return levels.recompute(places)
    series, days = [id for id, _ in places], [day for _, day in places]
    with connection.cursor() as cursor:
        # A day of any zone lies within these moments; the bounds keep the other months' tables out.
        bounds = [min(days) - timedelta(days=1), max(days) + timedelta(days=2)]
        cursor.execute(RECOMPUTE.format(aggregate=AGGREGATES[aggregation]), [series, days, *bounds])
        cursor.execute(DROP_EMPTY, [series, days])


def lock_series(ids: Iterable[int]) -> None:
    """Make writers of these series wait for each other, in one order.

    Needed where a day is added up again: without it two writers would each add up a day that lacks the other's events.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM metering_series WHERE id = ANY(%s) ORDER BY id FOR NO KEY UPDATE", [sorted(set(ids))]
        )


def rebuild(days: Days) -> None:
    """Add up all meters but outcomes again."""
    with connection.cursor() as cursor:
        for aggregation, aggregate in AGGREGATES.items():
            cursor.execute(REBUILD.format(aggregate=aggregate), [aggregation, *days])
    levels.rebuild(days)


def clear(days: Days) -> None:
    """Forget the live totals of these days."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM metering_dailyusage WHERE storage = 'live'"
            " AND day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')",
            [*days],
        )
