"""Which outcome counts for each outcome key, whatever the order in which actions, outcomes and reversals arrive.

For each key (a conversation) of a customer at most one outcome counts: the first one after the last reversal that has
an action of the same key at most so many hours before it. A reversal is an outcome below zero: a reopened ticket.
"""

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import connection

from metering.storage.base import Days

# The outcome meters that the events of these series (customer, meter) speak to: their own, or the action's.
LOCK = """
INSERT INTO metering_attribution (customer_id, meter_id, outcome_key, value)
SELECT DISTINCT touched.customer_id, outcome.id, touched.outcome_key, 0
  FROM unnest(%s::bigint[], %s::bigint[], %s::text[]) AS touched (customer_id, meter_id, outcome_key)
  JOIN catalog_meter spoken ON spoken.id = touched.meter_id
  JOIN catalog_meter outcome
    ON outcome.outcome IS NOT NULL AND (outcome.id = spoken.id OR outcome.outcome ->> 'action' = spoken.code)
 ORDER BY 1, 2, 3
    ON CONFLICT (customer_id, meter_id, outcome_key) DO UPDATE SET outcome_key = excluded.outcome_key
RETURNING id
"""
# Every part looks its events up by the outcome key, which has an index.
COUNTED = """
WITH wanted AS (
    SELECT one.*, meter.outcome ->> 'action' AS action, meter.aggregation,
           make_interval(hours => (meter.outcome ->> 'within_hours')::int) AS within
      FROM metering_attribution one JOIN catalog_meter meter ON meter.id = one.meter_id
     WHERE %s::bigint[] IS NULL OR one.id = ANY(%s::bigint[])
), spoken AS (
    SELECT wanted.id, wanted.within, wanted.aggregation, series.meter_id = wanted.meter_id AS is_outcome, event.*
      FROM wanted
      JOIN metering_usageevent event
        ON event.outcome_key = wanted.outcome_key AND event.outcome_key <> '' AND NOT event.voided
      JOIN metering_series series ON series.id = event.series_id AND series.customer_id = wanted.customer_id
      JOIN catalog_meter meter ON meter.id = series.meter_id
     WHERE series.meter_id = wanted.meter_id OR meter.code = wanted.action
), reversed AS (
    SELECT id, max(time) AS time FROM spoken WHERE is_outcome AND value < 0 GROUP BY id
), counted AS (
    SELECT DISTINCT ON (id) id, series_id, day, CASE aggregation WHEN 'count' THEN 1 ELSE value END AS value
      FROM spoken
     WHERE is_outcome AND value >= 0
       AND NOT EXISTS (SELECT FROM reversed WHERE reversed.id = spoken.id AND reversed.time >= spoken.time)
       AND EXISTS (SELECT FROM spoken action
                    WHERE action.id = spoken.id AND NOT action.is_outcome
                      AND action.time BETWEEN spoken.time - spoken.within AND spoken.time)
     ORDER BY id, time, key
)
UPDATE metering_attribution one
   SET series_id = counted.series_id, day = counted.day, value = coalesce(counted.value, 0)
  FROM wanted LEFT JOIN counted USING (id)
 WHERE one.id = wanted.id
   AND (wanted.series_id, wanted.day, wanted.value)
       IS DISTINCT FROM (counted.series_id, counted.day, coalesce(counted.value, 0))
RETURNING wanted.series_id, wanted.day, wanted.value, one.series_id, one.day, one.value
"""
EVERY_KEY = """
INSERT INTO metering_attribution (customer_id, meter_id, outcome_key, value)
SELECT DISTINCT series.customer_id, meter.id, event.outcome_key, 0
  FROM metering_usageevent event
  JOIN metering_series series ON series.id = event.series_id
  JOIN catalog_meter meter ON meter.id = series.meter_id AND meter.outcome IS NOT NULL
 WHERE event.outcome_key <> ''
    ON CONFLICT DO NOTHING
"""
REBUILD = """
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT series_id, day, 'live', sum(value), count(*)
  FROM metering_attribution
 WHERE day BETWEEN coalesce(%s::date, '-infinity') AND coalesce(%s::date, 'infinity')
 GROUP BY series_id, day
"""


class Spoken(NamedTuple):
    """An event with an outcome key: an action, an outcome or a reversal."""

    customer_id: int
    meter_id: int
    outcome_key: str


class Move(NamedTuple):
    """An outcome that counts now, or no longer does (value and sign -1)."""

    series_id: int
    day: date
    value: Decimal
    sign: int


def attribute(spoken: Collection[Spoken]) -> list[Move]:
    """Decide again which outcome counts for the keys that were spoken of, and say what that moves."""
    if not spoken:
        return []
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [list(column) for column in zip(*sorted(set(spoken)), strict=True)])
        ids = [id for (id,) in cursor.fetchall()]
        # A statement of its own: only now, with the keys locked, are the other writers' events all to be seen.
        cursor.execute(COUNTED, [ids, ids])
        rows = cursor.fetchall()
    moves = [(*row[:3], -1) for row in rows] + [(*row[3:], 1) for row in rows]
    return [Move(*move) for move in moves if move[0] is not None]


def rebuild(days: Days) -> None:
    """Attribute every outcome again, and add the days up from what counts."""
    with connection.cursor() as cursor:
        cursor.execute(EVERY_KEY)
        cursor.execute(COUNTED, [None, None])
        cursor.execute(REBUILD, [*days])
