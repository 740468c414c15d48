"""Totals by the hour, read from the live events: for prices that differ within a day, over a short span."""

import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from metering.storage.totals import AGGREGATES

BY_EVENTS = """
SELECT series.dimensions, date_trunc('hour', event.time, 'UTC') AS hour, {aggregate}, count(*)
  FROM metering_usageevent event JOIN metering_series series ON series.id = event.series_id
 WHERE series.customer_id = %(customer)s AND series.meter_id = %(meter)s AND NOT event.voided
   AND event.day BETWEEN %(first)s AND %(last)s AND event.time BETWEEN %(since)s AND %(until)s
 GROUP BY series.dimensions, hour
 ORDER BY series.dimensions, hour
"""
# A level that began before the first day is still held in it: the events of all days are looked at.
BY_LEVEL = """
WITH level AS (
    SELECT series.dimensions, event.value, event.time AS since,
           lead(event.time) OVER (PARTITION BY series.id ORDER BY event.time, event.key) AS until
      FROM metering_usageevent event JOIN metering_series series ON series.id = event.series_id
     WHERE series.customer_id = %(customer)s AND series.meter_id = %(meter)s AND NOT event.voided
)
SELECT level.dimensions, held.hour,
       round(sum(value * extract(epoch FROM least(until, held.hour + interval '1 hour')
                                          - greatest(since, held.hour))) / 3600, 6),
       count(*) FILTER (WHERE since >= held.hour)
  FROM level JOIN catalog_meter meter ON meter.id = %(meter)s,
       generate_series(date_trunc('hour', greatest(since, %(since)s::timestamptz), 'UTC'),
                       least(until, %(until)s::timestamptz), '1 hour') held (hour)
 WHERE until > held.hour AND (held.hour AT TIME ZONE meter.zone)::date BETWEEN %(first)s AND %(last)s
 GROUP BY level.dimensions, held.hour
 ORDER BY level.dimensions, held.hour
"""


class HourTotal(NamedTuple):
    """One hour of one series; hours begin as they do in UTC."""

    dimensions: dict[str, str]
    hour: datetime
    value: Decimal
    events: int


def hourly_totals(*, customer_id: int, meter_id: int, aggregation: str, first: date, last: date) -> Iterator[HourTotal]:
    """The hours of these days of the meter's zone that have a total."""
    statement = BY_LEVEL if aggregation == "unit_hours" else BY_EVENTS.format(aggregate=AGGREGATES[aggregation])
    values: dict[str, int | date] = {
        "customer": customer_id,
        "meter": meter_id,
        "first": first,
        "last": last,
        # A day of any zone lies within these moments; they keep the other months' tables out.
        "since": first - timedelta(days=1),
        "until": last + timedelta(days=2),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        for dimensions, *rest in cursor.fetchall():
            yield HourTotal(json.loads(dimensions), *rest)
