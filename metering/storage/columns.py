"""Daily totals of a column store as one SQL statement, which DuckDB and ClickHouse both understand.

It says in one pass over the events what `postgres.py` keeps up to date event by event; tests hold the two to the same
hash. Times are microseconds since 1970 and divisions are of whole numbers, so that every engine gives the same digits.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from metering.rules.events import MeterFacts
from metering.storage.base import Days

HOUR = 3_600_000_000

AGGREGATES = {
    "sum": "sum(value)",
    "count": "CAST(count(*) AS DECIMAL(38, 6))",
    "max": "max(value)",
    "unique": "CAST(count(DISTINCT item) AS DECIMAL(38, 6))",
    "latest": "argMax(value, (time, key))",
}
TOTALS = """
WITH {stored}, live AS (SELECT * FROM stored WHERE target_id = ''{narrowed}{not_voided})
SELECT customer, meter, dimensions, day, value, events
  FROM ({branches}) AS total
 WHERE {wanted}
"""
ORDERED = " ORDER BY customer, meter, dimensions, day"
NOT_VOIDED = " AND (source, id) NOT IN (SELECT source, target_id FROM stored WHERE target_id <> '')"
ADDED = """
SELECT customer, meter, dimensions, day, {aggregate} AS value, count(*) AS events
  FROM live WHERE meter IN ({meters}){days}
 GROUP BY customer, meter, dimensions, day
"""
# A level is held from its event to the next one of the series; what follows the last event is not known yet.
HELD = """
SELECT customer, meter, dimensions, day,
       CAST(CAST({whole} AS VARCHAR) AS DECIMAL(32, 0)) * CAST('0.000001' AS DECIMAL(6, 6)) AS value,
       sum(here) AS events
  FROM (SELECT level.customer AS customer, level.meter AS meter, level.dimensions AS dimensions,
               open.day AS day, CASE WHEN open.day = level.day THEN 1 ELSE 0 END AS here,
               CASE WHEN until < 0 THEN CAST(0 AS {wide})
                    ELSE CAST(value * 1000000 AS {wide}) * (least(until, closes) - greatest(since, opens)) END AS held
          FROM (SELECT customer, meter, dimensions, value, day, time AS since,
                       lead(time, 1, CAST(-1 AS BIGINT)) OVER next AS until, lead(day, 1, day) OVER next AS last_day
                  FROM live WHERE meter IN ({meters})
                WINDOW next AS (PARTITION BY customer, meter, dimensions ORDER BY time, key)) AS level
          JOIN {opening} AS open ON open.meter = level.meter
         WHERE open.day >= level.day AND open.day <= level.last_day) AS piece
 GROUP BY customer, meter, dimensions, day
"""
# For each key at most one outcome: the first after the last reversal that has its action so long before it.
OUTCOMES = """
SELECT customer, '{meter}' AS meter, dimensions, day, {amount} AS value, count(*) AS events
  FROM (SELECT one.customer AS customer, one.outcome_key AS outcome_key,
               argMin(one.dimensions, (one.time, one.key)) AS dimensions,
               argMin(one.day, (one.time, one.key)) AS day, argMin(one.value, (one.time, one.key)) AS amount
          FROM (SELECT * FROM live WHERE meter = '{meter}' AND value >= 0 AND outcome_key <> '') AS one
          JOIN (SELECT customer, outcome_key, time FROM live
                 WHERE meter = '{action}' AND outcome_key <> '') AS action
            ON action.customer = one.customer AND action.outcome_key = one.outcome_key
          LEFT JOIN (SELECT customer, outcome_key, max(time) AS time FROM live
                      WHERE meter = '{meter}' AND value < 0 AND outcome_key <> ''
                      GROUP BY customer, outcome_key) AS reversal
            ON reversal.customer = one.customer AND reversal.outcome_key = one.outcome_key
         WHERE action.time <= one.time AND action.time >= one.time - {within}
           AND coalesce(reversal.time, 0) < one.time
         GROUP BY one.customer, one.outcome_key) AS counted
 GROUP BY customer, dimensions, day
"""


@dataclass(frozen=True)
class Dialect:
    """What the engines say differently."""

    wide: str  # a whole number of 128 bits
    divide: str  # whole numbers, rounded down
    rows: str  # a table of written rows

    def opening(self, rows: Iterable[str]) -> str:
        return self.rows.format(rows=", ".join(rows))


@dataclass(frozen=True)
class Wanted:
    """Which totals are asked for."""

    customer: str = ""
    meter: str = ""
    days: Days = Days()  # noqa: RUF009 - a named tuple, never changed


def totals_sql(
    stored: str, meters: Mapping[str, MeterFacts], wanted: Wanted, dialect: Dialect, *, voids: bool, held: Days
) -> str:
    """All totals of `stored`, a WITH clause named so; `meters` are those that have events.

    `voids`: whether any event is taken back. `held`: the first and last day of the events of levels.
    """
    branches = list(branches_of(meters, wanted, dialect, held)) or [NOTHING]
    return TOTALS.format(
        stored=stored,
        narrowed=f" AND customer = {text(wanted.customer)}" if wanted.customer else "",
        not_voided=NOT_VOIDED if voids else "",
        branches=" UNION ALL ".join(branches),
        wanted=" AND ".join(conditions(wanted)),
    )


NOTHING = "SELECT customer, meter, dimensions, day, value, 0 AS events FROM live WHERE 1 = 0"


def branches_of(meters: Mapping[str, MeterFacts], wanted: Wanted, dialect: Dialect, held: Days) -> Iterator[str]:
    """A statement for each way in which these meters add up."""
    asked = {code: facts for code, facts in meters.items() if not wanted.meter or code == wanted.meter}
    plain = {code: facts.aggregation for code, facts in asked.items() if facts.outcome is None}
    for aggregation, aggregate in AGGREGATES.items():
        if codes := listed(code for code, kind in plain.items() if kind == aggregation):
            yield ADDED.format(aggregate=aggregate, meters=codes, days=within(wanted.days))
    levels = {code: asked[code] for code, kind in plain.items() if kind == "unit_hours"}
    if levels and held.first and held.last:
        # Rounded half up, as PostgreSQL rounds amounts above zero.
        whole = dialect.divide.format(a=f"(sum(held) + {HOUR // 2})", b=HOUR)
        opening = dialect.opening(openings(levels, held.first, held.last))
        yield HELD.format(whole=whole, wide=dialect.wide, meters=listed(levels), opening=opening)
    for code, facts in asked.items():
        if facts.outcome:
            amount = "sum(CAST(1 AS DECIMAL(24, 6)))" if facts.aggregation == "count" else "sum(amount)"
            yield OUTCOMES.format(
                meter=code, action=facts.outcome.action, within=facts.outcome.within_hours * HOUR, amount=amount
            )


def openings(levels: Mapping[str, MeterFacts], first: date, last: date) -> Iterator[str]:
    """(meter, day, moment it opens, moment it closes) of every day in its meter's zone."""
    for code, facts in levels.items():
        zone, day = ZoneInfo(facts.zone), first
        opens = midnight(day, zone)
        while day <= last:
            closes = midnight(day + timedelta(days=1), zone)
            yield f"('{code}', CAST('{day}' AS DATE), {opens}, {closes})"
            day, opens = day + timedelta(days=1), closes


def midnight(day: date, zone: ZoneInfo) -> int:
    return round(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * 1_000_000


def conditions(wanted: Wanted) -> list[str]:
    found = [f"meter = {text(wanted.meter)}"] if wanted.meter else []
    return [*found, "1 = 1" + within(wanted.days)]


def within(days: Days) -> str:
    first = f" AND day >= CAST('{days.first}' AS DATE)" if days.first else ""
    return first + (f" AND day <= CAST('{days.last}' AS DATE)" if days.last else "")


def listed(codes: Iterable[str]) -> str:
    return ", ".join(map(text, codes))


def text(value: str) -> str:
    """A literal; both engines take a doubled quote, and ClickHouse takes a backslash for more than itself."""
    if "\\" in value:
        raise ValueError("no name of a customer or meter has a backslash")
    return "'" + value.replace("'", "''") + "'"
