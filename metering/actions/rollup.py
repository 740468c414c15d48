"""Daily totals: recomputed from the events, and only for the days that were touched."""

import json
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from django.db import connection

RECOMPUTE = """
INSERT INTO metering_dailyusage (customer_id, meter_id, dimensions, day, value, events)
SELECT touched.customer_id, touched.meter_id, touched.dimensions, touched.day,
       CASE meter.aggregation
            WHEN 'sum' THEN sum(event.value)
            WHEN 'count' THEN count(*)
            WHEN 'max' THEN max(event.value)
            ELSE (array_agg(event.value ORDER BY event.time DESC, event.id DESC))[1]
       END,
       count(*)
  FROM unnest(%s::bigint[], %s::bigint[], %s::jsonb[], %s::date[])
       AS touched (customer_id, meter_id, dimensions, day)
  JOIN catalog_meter meter ON meter.id = touched.meter_id
  JOIN metering_usageevent event
    ON event.customer_id = touched.customer_id AND event.meter_id = touched.meter_id
   AND event.time >= touched.day::timestamp AT TIME ZONE 'UTC'
   AND event.time < (touched.day + 1)::timestamp AT TIME ZONE 'UTC'
   AND event.dimensions = touched.dimensions
 GROUP BY touched.customer_id, touched.meter_id, touched.dimensions, touched.day, meter.aggregation
    ON CONFLICT (customer_id, meter_id, dimensions, day)
    DO UPDATE SET value = excluded.value, events = excluded.events
"""


class Touched(NamedTuple):
    """A day of one series whose events changed; dimensions as sorted JSON text."""

    customer_id: int
    meter_id: int
    dimensions: str
    day: date


def recompute(touched: Iterable[Touched]) -> int:
    """Bring these days' totals in line with their events; the number of days."""
    rows = sorted(set(touched))
    if rows:
        columns = [list(column) for column in zip(*rows, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(RECOMPUTE, columns)
    return len(rows)


def rebuild() -> int:
    """Recompute every day from the events; days without any event left are removed."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM metering_dailyusage")
        cursor.execute(
            "SELECT DISTINCT customer_id, meter_id, dimensions::text, (time AT TIME ZONE 'UTC')::date"
            "  FROM metering_usageevent"
        )
        days = [Touched(*row) for row in cursor.fetchall()]
    return recompute(days)


def dimensions_key(dimensions: dict[str, str]) -> str:
    return json.dumps(dimensions, sort_keys=True)
