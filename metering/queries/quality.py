"""Data quality: what a person should look at, over all customers or one family, by a constant number of queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metering.queries.history import DAY_AND_VALUE, EPOCH
from metering.rules.findings import SPIKE_DAYS, Silence, Spike, silence, spikes

LOOK_BACK = timedelta(days=180)  # who stopped longer ago has gone
SOURCE_DAYS = timedelta(days=30)
LATE_SHARE, FEWEST_LATE = 0.05, 20
MOST_FINDINGS = 100

# Packed as in `metering.queries.history`: one message for a series, nothing to sort.
TOTALS = """
SELECT customer.slug, customer.name, meter.code, meter.name,
       coalesce(nullif(meter.display_unit, ''), meter.unit || 's'), meter.display_scale::float8, meter.aggregation,
       daily.packed
  FROM (SELECT series_id, string_agg(date_send(day) || float8send(value::float8), ''::bytea) AS packed
          FROM metering_dailyusage
         WHERE day > %(since)s
           AND (%(ids)s::bigint[] IS NULL
                OR series_id IN (SELECT id FROM metering_series WHERE customer_id = ANY (%(ids)s)))
         GROUP BY series_id) daily
  JOIN metering_series series ON series.id = daily.series_id
  JOIN customers_customer customer ON customer.id = series.customer_id
  JOIN catalog_meter meter ON meter.id = series.meter_id
 ORDER BY customer.name, customer.slug, meter.name, meter.code
"""
# The few series first: their totals are then found by index, instead of joining all there are.
UNKNOWN = """
WITH strange AS MATERIALIZED (
    SELECT series.id, series.customer_id, series.meter_id, said.key, said.value
      FROM metering_series series
      JOIN catalog_meter meter ON meter.id = series.meter_id
     CROSS JOIN LATERAL jsonb_each_text(series.dimensions) said
     WHERE NOT coalesce(meter.dimensions -> said.key @> to_jsonb(said.value), false)
       AND (%(ids)s::bigint[] IS NULL OR series.customer_id = ANY (%(ids)s))
)
SELECT customer.slug, customer.name, meter.code, meter.name, strange.key, strange.value,
       sum(known.events), min(known.first), max(known.last)
  FROM strange
 CROSS JOIN LATERAL (SELECT sum(events) AS events, min(day) AS first, max(day) AS last
                       FROM metering_dailyusage WHERE series_id = strange.id) known
  JOIN customers_customer customer ON customer.id = strange.customer_id
  JOIN catalog_meter meter ON meter.id = strange.meter_id
 WHERE known.events > 0
 GROUP BY customer.id, meter.id, strange.key, strange.value
 ORDER BY sum(known.events) DESC, meter.code, strange.key, strange.value, customer.slug
"""
LATE = """
SELECT customer.slug, customer.name, meter.code, meter.name, mark.late_events, known.events,
       mark.revised_from, mark.revised_at
  FROM metering_watermark mark
  JOIN customers_customer customer ON customer.id = mark.customer_id
  JOIN catalog_meter meter ON meter.id = mark.meter_id
 CROSS JOIN LATERAL (SELECT sum(total.events) AS events
                       FROM metering_series series JOIN metering_dailyusage total ON total.series_id = series.id
                      WHERE series.customer_id = mark.customer_id AND series.meter_id = mark.meter_id) known
 WHERE mark.late_events >= %(fewest)s AND mark.late_events > %(share)s * known.events
   AND (%(ids)s::bigint[] IS NULL OR mark.customer_id = ANY (%(ids)s))
 ORDER BY mark.late_events::float8 / known.events DESC, customer.slug, meter.code
"""
SOURCES = """
SELECT source, sum(accepted), sum(duplicates), sum(rejected), max(last_at)
  FROM metering_sourceday WHERE day > %(since)s GROUP BY source ORDER BY max(last_at) DESC, source
"""


class Place(NamedTuple):
    """Whose usage of which meter."""

    slug: str
    customer: str
    meter: str
    meter_name: str


class Course(NamedTuple):
    """What a customer used of a meter on each known day, in the unit people speak of."""

    place: Place
    unit: str
    days: list[date]
    values: NDArray[np.float64]


class SilentMeter(NamedTuple):
    place: Place
    silence: Silence


class SpikeFound(NamedTuple):
    place: Place
    unit: str
    spike: Spike


class UnknownValue(NamedTuple):
    """A dimension value that the catalog does not know: kept and counted, but perhaps without a price."""

    place: Place
    dimension: str
    value: str
    events: int
    first: date
    last: date


class LateUsage(NamedTuple):
    """Events that came for days that had been whole."""

    place: Place
    late: int
    events: int
    revised_from: date | None
    revised_at: Any

    @property
    def share(self) -> float:
        return self.late / self.events


class Deliveries(NamedTuple):
    """What a source delivered in the last 30 days."""

    source: str
    accepted: int
    duplicates: int
    rejected: int
    last_at: Any

    @property
    def all(self) -> int:
        return self.accepted + self.duplicates + self.rejected

    @property
    def duplicate_share(self) -> float:
        return self.duplicates / self.all if self.all else 0.0

    @property
    def rejected_share(self) -> float:
        return self.rejected / self.all if self.all else 0.0


@dataclass(frozen=True)
class Quality:
    """All findings; `newest` is the last day anybody's usage is known for."""

    newest: date | None
    silent: list[SilentMeter]
    spikes: list[SpikeFound]
    unknown: list[UnknownValue]
    late: list[LateUsage]
    sources: list[Deliveries]


def quality(today: date, customer_ids: Sequence[int] | None = None) -> Quality:
    """What stands out up to today, of all customers or of these; five queries.

    Silence is measured against the newest day of anybody's data: when everything stopped, one sentence says so, not a
    finding for every meter.
    """
    ids = None if customer_ids is None else list(customer_ids)
    [(newest,)] = rows("SELECT max(data_date) FROM metering_watermark", {})
    courses = courses_of(rows(TOTALS, {"since": today - LOOK_BACK, "ids": ids}))
    return Quality(
        newest=newest,
        silent=silent_meters(courses, newest) if newest else [],
        spikes=spikes_found(courses, today - timedelta(days=SPIKE_DAYS)),
        unknown=[UnknownValue(Place(*row[:4]), *row[4:]) for row in rows(UNKNOWN, {"ids": ids})],
        late=[
            LateUsage(Place(*row[:4]), *row[4:])
            for row in rows(LATE, {"ids": ids, "fewest": FEWEST_LATE, "share": LATE_SHARE})
        ],
        sources=[Deliveries(*row) for row in rows(SOURCES, {"since": today - SOURCE_DAYS})] if ids is None else [],
    )


def courses_of(totals: Sequence[tuple[Any, ...]]) -> list[Course]:
    """The series of each meter together, day by day."""
    return [course_of(head, [row[-1] for row in some]) for head, some in groupby(totals, key=lambda row: row[:-1])]


def course_of(head: tuple[Any, ...], packed: Sequence[bytes]) -> Course:
    *place, unit, scale, aggregation = head
    known = np.frombuffer(b"".join(packed), DAY_AND_VALUE)
    days, at = np.unique(known["day"], return_inverse=True)
    highest = aggregation == "max"
    values = np.full(len(days), -np.inf if highest else 0.0)
    (np.maximum if highest else np.add).at(values, at, known["value"])
    return Course(Place(*place), unit, [EPOCH + timedelta(days=int(day)) for day in days], values / scale)


def silent_meters(courses: Sequence[Course], newest: date) -> list[SilentMeter]:
    """The longest silent first."""
    found = [(course.place, silence(course.days, newest)) for course in courses]
    silent = [SilentMeter(place, quiet) for place, quiet in found if quiet]
    return sorted(silent, key=lambda one: -one.silence.days)


def spikes_found(courses: Sequence[Course], since: date) -> list[SpikeFound]:
    """The newest first."""
    found = [
        SpikeFound(course.place, course.unit, spike)
        for course in courses
        for spike in spikes(course.days, course.values, since)
    ]
    return sorted(found, key=lambda one: one.spike.peak, reverse=True)[:MOST_FINDINGS]


def rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
