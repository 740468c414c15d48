"""Data quality: what a person should look at, over all customers or one family, by a constant number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from metering.queries.history import EPOCH, PACK, room_for_many, unpacked, unpacked_all
from metering.rules.findings import SHORTEST_SILENCE, SPIKE_DAYS, Silence, Spike, joined, silence, spike, standing_out

LOOK_BACK = timedelta(days=180)  # who stopped longer ago has gone
SOURCE_DAYS = timedelta(days=30)
LATE_SHARE, FEWEST_LATE = 0.05, 20
MOST_FINDINGS = 100

TOTALS = f"""
SELECT daily.series_id, customer.slug, customer.name, meter.code, meter.name,
       coalesce(nullif(meter.display_unit, ''), meter.unit || 's'), meter.display_scale::float8, meter.aggregation,
       daily.packed, daily.days, daily.known, daily.events
  FROM (SELECT series_id, {PACK}, count(*) AS known, sum(events) AS events
          FROM metering_dailyusage
         WHERE day > %(since)s
           AND (%(ids)s::bigint[] IS NULL
                OR series_id IN (SELECT id FROM metering_series WHERE customer_id = ANY (%(ids)s)))
         GROUP BY series_id) daily
  JOIN metering_series series ON series.id = daily.series_id
  JOIN customers_customer customer ON customer.id = series.customer_id
  JOIN catalog_meter meter ON meter.id = series.meter_id
"""
STRANGE = """
SELECT series.id, said.key, said.value
  FROM metering_series series
  JOIN catalog_meter meter ON meter.id = series.meter_id
 CROSS JOIN LATERAL jsonb_each_text(series.dimensions) said
 WHERE NOT coalesce(meter.dimensions -> said.key @> to_jsonb(said.value), false)
   AND (%(ids)s::bigint[] IS NULL OR series.customer_id = ANY (%(ids)s))
"""
LATE = """
SELECT customer.slug, customer.name, meter.code, meter.name, mark.late_events, mark.events,
       mark.revised_from, mark.revised_at
  FROM metering_watermark mark
  JOIN customers_customer customer ON customer.id = mark.customer_id
  JOIN catalog_meter meter ON meter.id = mark.meter_id
 WHERE mark.late_events >= %(fewest)s AND mark.late_events > %(share)s * mark.events
   AND (%(ids)s::bigint[] IS NULL OR mark.customer_id = ANY (%(ids)s))
 ORDER BY mark.late_events::float8 / mark.events DESC, customer.slug, meter.code
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
    """Whose usage of which meter, in the unit people speak of; its highest value counts where maxima come together."""

    place: Place
    unit: str
    scale: float
    highest: bool


@dataclass(frozen=True)
class Reports:
    """What each course used on each known day, one course after the other, each in the order of days."""

    courses: list[Course]
    of: NDArray[np.int64]  # the course of each report
    nth: NDArray[np.int64]  # the place of each report in its course
    days: NDArray[np.int64]  # since 2000
    values: NDArray[np.float64]

    def known_days(self, course: int) -> list[date]:
        first, end = np.searchsorted(self.of, [course, course + 1])
        return [day_of(day) for day in self.days[first:end]]


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
    with room_for_many() as cursor:
        cursor.execute(TOTALS, {"since": today - LOOK_BACK, "ids": ids})
        series = [Known(*row) for row in cursor.fetchall()]
    reports = reports_of(sorted(series, key=lambda one: (one.customer, one.slug, one.meter_name, one.meter)))
    return Quality(
        newest=newest,
        silent=silent_meters(reports, newest) if newest else [],
        spikes=spikes_found(reports, today - timedelta(days=SPIKE_DAYS)),
        unknown=unknown_values({one.id: one for one in series}, rows(STRANGE, {"ids": ids})),
        late=[
            LateUsage(Place(*row[:4]), *row[4:])
            for row in rows(LATE, {"ids": ids, "fewest": FEWEST_LATE, "share": LATE_SHARE})
        ],
        sources=[Deliveries(*row) for row in rows(SOURCES, {"since": today - SOURCE_DAYS})] if ids is None else [],
    )


class Known(NamedTuple):
    """A series as TOTALS tells of it."""

    id: int
    slug: str
    customer: str
    meter: str
    meter_name: str
    unit: str
    scale: float
    aggregation: str
    packed: bytes
    days: int
    known: int
    events: int

    @property
    def course(self) -> Course:
        place = Place(self.slug, self.customer, self.meter, self.meter_name)
        return Course(place, self.unit, self.scale, self.aggregation == "max")


def reports_of(series: Sequence[Known]) -> Reports:
    """The series of each meter together, day by day: in one table of courses and days, empty where nothing is known."""
    groups = [(course, list(some)) for course, some in groupby(series, key=lambda one: one.course)]
    known = unpacked_all([(one.packed, one.days, one.known) for one in series])
    first, span = (int(known["day"].min()), int(np.ptp(known["day"])) + 1) if len(known) else (0, 1)
    lengths = [sum(one.known for one in some) for _, some in groups]
    cells = np.repeat(np.arange(len(groups)) * span, lengths) + known["day"] - first
    added = np.bincount(cells, known["value"], len(groups) * span).astype(float)
    at = np.flatnonzero(np.bincount(cells, minlength=len(added)))
    of = at // span
    courses = [course for course, _ in groups]
    highest = np.repeat([course.highest for course in courses], lengths).astype(bool)
    added[cells[highest]] = -np.inf
    np.maximum.at(added, cells[highest], known["value"][highest])
    nth = np.arange(len(at)) - np.searchsorted(of, of)
    return Reports(courses, of, nth, at % span + first, added[at] / np.array([one.scale for one in courses])[of])


def silent_meters(reports: Reports, newest: date) -> list[SilentMeter]:
    """The longest silent first."""
    ends = np.flatnonzero(np.diff(reports.of, append=len(reports.courses)))
    quiet = [end for end in ends if (newest - day_of(reports.days[end])).days > SHORTEST_SILENCE]
    found = [(reports.courses[n], silence(reports.known_days(n), newest)) for n in reports.of[quiet]]
    silent = [SilentMeter(course.place, silence) for course, silence in found if silence]
    return sorted(silent, key=lambda one: -one.silence.days)


def spikes_found(reports: Reports, since: date) -> list[SpikeFound]:
    """The newest first."""
    asked = reports.days >= (since - EPOCH).days
    by_course = defaultdict[int, list[Spike]](list)
    for one in standing_out(reports.values, reports.nth, asked):
        by_course[reports.of[one.at]].append(spike(day_of(reports.days[one.at]), float(reports.values[one.at]), one))
    found = [
        SpikeFound(reports.courses[n].place, reports.courses[n].unit, one)
        for n, ones in by_course.items()
        for one in joined(ones)
    ]
    return sorted(found, key=lambda one: one.spike.peak, reverse=True)[:MOST_FINDINGS]


def unknown_values(series: Mapping[int, Known], strange: Iterable[tuple[int, str, str]]) -> list[UnknownValue]:
    """The most frequent first."""
    found: dict[tuple[Place, str, str], UnknownValue] = {}
    for id, name, value in strange:
        one = series.get(id)
        if one is None or not one.events:
            continue
        days = unpacked(one.packed, one.days)["day"]
        place, first, last = one.course.place, day_of(days.min()), day_of(days.max())
        before = found.get((place, name, value), UnknownValue(place, name, value, 0, first, last))
        found[place, name, value] = before._replace(
            events=before.events + one.events, first=min(before.first, first), last=max(before.last, last)
        )
    return sorted(found.values(), key=lambda one: (-one.events, one.place.meter, one.dimension, one.value, one.place))


def day_of(days: int) -> date:
    return EPOCH + timedelta(days=int(days))


def rows(sql: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())
