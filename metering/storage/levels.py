"""Daily totals of meters that hold a level: units times hours, from each event to the next one of its series.

What follows a series' last event is not known yet and counts nothing.
"""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

from metering.storage.base import Days

SeriesDay = tuple[int, date]

# An event moves the days from the event before it to the one after it; adding those up needs one more on either side.
SPANS_OF = """
WITH touched AS (
    SELECT series_id, min(day) AS lo, max(day) AS hi FROM unnest(%s::bigint[], %s::date[]) AS t (series_id, day)
     GROUP BY series_id
), moved AS (
    SELECT series_id, coalesce(({before}), lo) AS first, coalesce(({after}), hi) AS last FROM touched span
)
SELECT series_id, first, last, ({before_first}), ({after_last}) FROM moved span
"""
# In order of time, so that the index on (series, time) gives the one event; a day lies within 14 hours of UTC's.
BEFORE = """
SELECT event.day FROM metering_usageevent event
 WHERE event.series_id = span.series_id AND NOT event.voided AND event.day < span.{bound}
   AND event.time < (span.{bound} + 1)::timestamp AT TIME ZONE 'UTC'
 ORDER BY event.time DESC LIMIT 1
"""
AFTER = """
SELECT event.day FROM metering_usageevent event
 WHERE event.series_id = span.series_id AND NOT event.voided AND event.day > span.{bound}
   AND event.time >= span.{bound}::timestamp AT TIME ZONE 'UTC'
 ORDER BY event.time LIMIT 1
"""
SPANS = SPANS_OF.format(
    before=BEFORE.format(bound="lo"),
    after=AFTER.format(bound="hi"),
    before_first=BEFORE.format(bound="first"),
    after_last=AFTER.format(bound="last"),
)
FORGET = """
DELETE FROM metering_dailyusage daily
 USING unnest(%s::bigint[], %s::date[], %s::date[]) AS span (series_id, first, last)
 WHERE daily.series_id = span.series_id AND daily.storage = 'live' AND daily.day BETWEEN span.first AND span.last
"""
HELD = """
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
WITH span AS (
    SELECT series_id, coalesce(first, '-infinity') AS first, coalesce(last, 'infinity') AS last,
           coalesce(reach_first, first) AS reach_first, coalesce(reach_last, last) AS reach_last
      FROM unnest(%s::bigint[], %s::date[], %s::date[], %s::date[], %s::date[])
           AS span (series_id, first, last, reach_first, reach_last)
), level AS (
    SELECT span.*, meter.zone, event.value, event.day, event.time AS since,
           lead(event.time) OVER next AS until, lead(event.day) OVER next AS last_day
      FROM span
      JOIN metering_series series ON series.id = span.series_id
      JOIN catalog_meter meter ON meter.id = series.meter_id
      JOIN metering_usageevent event
        ON event.series_id = span.series_id AND NOT event.voided
       AND event.day BETWEEN span.reach_first AND span.reach_last
       AND event.time >= (span.reach_first - 1)::timestamp AT TIME ZONE 'UTC'
       AND event.time < (span.reach_last + 2)::timestamp AT TIME ZONE 'UTC'
    WINDOW next AS (PARTITION BY event.series_id ORDER BY event.time, event.key)
), piece AS (
    SELECT series_id, held.day::date AS day, (held.day::date = level.day)::int AS events,
           CASE WHEN until IS NOT NULL THEN
                value * extract(epoch FROM least(until, (held.day + interval '1 day') AT TIME ZONE zone)
                                           - greatest(since, held.day AT TIME ZONE zone)) END AS seconds
      FROM level, generate_series(level.day::timestamp, coalesce(last_day, level.day)::timestamp, '1 day') held (day)
     WHERE held.day BETWEEN level.first AND level.last
)
SELECT series_id, day, 'live', round(coalesce(sum(seconds), 0) / 3600, 6), sum(events)
  FROM piece GROUP BY series_id, day
"""


class Span(NamedTuple):
    """The days of a series to add up, and the days of the events that are needed for it; None is open."""

    series_id: int
    first: date | None
    last: date | None
    reach_first: date | None = None
    reach_last: date | None = None


def recompute(touched: Iterable[SeriesDay]) -> None:
    """Add up the days that events on these days move; the series must be locked."""
    series, days = zip(*touched, strict=True)
    with connection.cursor() as cursor:
        cursor.execute(SPANS, [list(series), list(days)])
        spans = [Span(*row) for row in cursor.fetchall()]
        cursor.execute(FORGET, columns(spans)[:3])
        cursor.execute(HELD, columns(spans))


def rebuild(days: Days) -> None:
    """Add up every level's days again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT series.id FROM metering_series series JOIN catalog_meter meter ON meter.id = series.meter_id"
            " WHERE meter.aggregation = 'unit_hours' AND meter.outcome IS NULL"
        )
        # With the days open on either side, because a level may have begun long before the first of them.
        spans = [Span(id, *days) for (id,) in cursor.fetchall()]
        series, first, last, *_ = columns(spans) if spans else [[], [], []]
        beginning, end = [date(1999, 1, 1)] * len(spans), [date(9999, 1, 1)] * len(spans)
        cursor.execute(HELD, [series, first, last, beginning, end])


def columns(spans: list[Span]) -> list[list[object]]:
    return [list(column) for column in zip(*spans, strict=True)]
