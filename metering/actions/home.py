"""Bringing days home: from the history's files into PostgreSQL, when live events speak to them.

A late event, a second delivery or a void may name a day that is kept in bulk. Its events then move to where ids count
once and totals follow each event; after that the day is like any other.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import NamedTuple

from django.db import connection

from metering.rules.events import Event, Void
from metering.storage import LIVE
from metering.storage.duckdb import HistoryStorage

LIVED = """
SELECT DISTINCT customer.slug, meter.code, daily.day
  FROM metering_dailyusage daily
  JOIN metering_series series ON series.id = daily.series_id
  JOIN customers_customer customer ON customer.id = series.customer_id
  JOIN catalog_meter meter ON meter.id = series.meter_id
 WHERE daily.storage = 'live' AND daily.day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')
 UNION
SELECT customer.slug, meter.code, home.day
  FROM metering_homeday home
  JOIN customers_customer customer ON customer.id = home.customer_id
  JOIN catalog_meter meter ON meter.id = home.meter_id
 WHERE home.day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')
"""
KEPT_IN_BULK = """
SELECT DISTINCT touched.customer, touched.meter, touched.day
  FROM unnest(%s::text[], %s::text[], %s::date[]) AS touched (customer, meter, day)
  JOIN customers_customer customer ON customer.slug = touched.customer
  JOIN catalog_meter meter ON meter.code = touched.meter
  JOIN metering_series series ON series.customer_id = customer.id AND series.meter_id = meter.id
  JOIN metering_dailyusage daily
    ON daily.series_id = series.id AND daily.day = touched.day AND daily.storage = %s
"""
MOVE = """
WITH come AS (
    SELECT customer.id AS customer_id, meter.id AS meter_id, come.day
      FROM unnest(%s::text[], %s::text[], %s::date[]) AS come (customer, meter, day)
      JOIN customers_customer customer ON customer.slug = come.customer
      JOIN catalog_meter meter ON meter.code = come.meter
), noted AS (
    INSERT INTO metering_homeday (customer_id, meter_id, day) SELECT * FROM come ON CONFLICT DO NOTHING
)
DELETE FROM metering_dailyusage daily
 USING come JOIN metering_series series USING (customer_id, meter_id)
 WHERE daily.series_id = series.id AND daily.day = come.day AND daily.storage = %s
"""


class Lived(NamedTuple):
    """A day of a customer's meter."""

    customer: str
    meter: str
    day: date


def bring_home_for(events: Iterable[Event | Void], *, at: datetime) -> None:
    """Bring home the days these events speak to, before they are recorded; nothing to do where no history is kept."""
    if not keeps_history():
        return
    storage = HistoryStorage()
    events = list(events)
    days = {Lived(one.customer, one.meter, one.day) for one in events if isinstance(one, Event)}
    voided = [(one.source, one.target_id) for one in events if isinstance(one, Void)]
    if voided:
        days |= {Lived(*place) for place in storage.places_of(voided)}
    bring_home(kept_in_bulk(days, storage), storage=storage, at=at)


def keeps_history() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM metering_historypart)")
        return bool(cursor.fetchone()[0])


def kept_in_bulk(days: Iterable[Lived], storage: HistoryStorage) -> list[Lived]:
    wanted = sorted(days)
    if not wanted:
        return []
    with connection.cursor() as cursor:
        cursor.execute(KEPT_IN_BULK, [*(list(column) for column in zip(*wanted, strict=True)), storage.name])
        return [Lived(*row) for row in cursor.fetchall()]


def bring_home(days: Sequence[Lived], *, storage: HistoryStorage, at: datetime) -> None:
    """Record the events of these days in PostgreSQL and count them there from now on."""
    if not days:
        return
    for events in storage.events_of(days):
        LIVE.record(events, at=at)
    with connection.cursor() as cursor:
        cursor.execute(MOVE, [*(list(column) for column in zip(*sorted(days), strict=True)), storage.name])
