"""Bringing history in bulk: parts of a file into Parquet, and at its end the days into PostgreSQL.

A day of a customer's meter is counted in one place. Where PostgreSQL has events of it, rows go there, and what the
history holds of it is brought home (see `home`); all other days are added up from the files.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from json import loads
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import duckdb
from django.db import connection

from metering.actions.home import LIVED, Lived, bring_home
from metering.actions.ingest import read_rows, record_rows
from metering.actions.watermarks import move_days
from metering.models import UsageImport
from metering.rules.events import Event
from metering.rules.files import Reading, Row
from metering.rules.reports import Rejection, Report
from metering.sources.files import Place, UsageFile
from metering.storage.base import Days, Status
from metering.storage.bulk import note_days, take_part
from metering.storage.columns import Wanted
from metering.storage.duckdb import HistoryStorage, one
from metering.storage.facts import meter_facts
from metering.storage.fast import literal, may_be_history
from metering.storage.series import streams_of

CAREFUL = 20_000

SERIES = "SELECT DISTINCT customer, meter, dimensions FROM added ORDER BY ALL"
DAYS = "SELECT customer, meter, day, sum(events) FROM added GROUP BY ALL"
UNKNOWN = "SELECT meter, dimensions, sum(events) FROM added GROUP BY ALL"
OVERLAP = "SELECT DISTINCT customer, meter, day FROM added WHERE (customer, meter, day) IN (SELECT * FROM lived)"
DROP_OVERLAP = "DELETE FROM added WHERE (customer, meter, day) IN (SELECT * FROM lived)"
WRITE_ADDED = """
COPY (SELECT number.id, day, '{storage}', value, events FROM added JOIN number USING (customer, meter, dimensions)
       ORDER BY number.id, day) TO {path} (FORMAT csv, HEADER false)
"""
SHOWN = """
SELECT customer.slug, meter.code, daily.day, sum(daily.events)
  FROM metering_dailyusage daily
  JOIN metering_series series ON series.id = daily.series_id
  JOIN customers_customer customer ON customer.id = series.customer_id
  JOIN catalog_meter meter ON meter.id = series.meter_id
 WHERE daily.storage = %s AND daily.day BETWEEN %s AND %s
 GROUP BY customer.slug, meter.code, daily.day
"""
CLEAR = "DELETE FROM metering_dailyusage WHERE storage = %s AND day BETWEEN %s AND %s"
COPY_IN = "COPY metering_dailyusage (series_id, day, storage, value, events) FROM STDIN (FORMAT csv)"


class Step(NamedTuple):
    """What a part did, as the import's report wants it."""

    report: Report
    end: Place


def take_step(
    upload: UsageImport, file: UsageFile, how: Reading, *, storage: HistoryStorage, at: datetime
) -> Step | None:
    """Take the next part inside the caller's transaction; None at the end of the file."""
    lived = lived_days()
    taken = take_part(storage, file, Place(upload.done, upload.lines), how, lived=lived, at=at)
    if taken is None:
        return None
    report = Report(
        accepted=taken.accepted, duplicates=taken.duplicates, first_day=taken.first_day, last_day=taken.last_day
    )
    elsewhere = set(lived)
    for start in range(0, len(taken.careful), CAREFUL):
        some = taken.careful[start : start + CAREFUL]
        report.add(take_carefully(some, elsewhere, storage=storage, upload=upload, at=at))
    return Step(report, taken.end)


def take_carefully(
    rows: Sequence[Row], lived: set[Lived], *, storage: HistoryStorage, upload: UsageImport, at: datetime
) -> Report:
    """Rows that DuckDB left to the rules: into the history where that is right, else event by event."""
    facts, report = meter_facts(), Report()
    kept, others = list[Event](), list[Row]()
    for row, read in zip(rows, read_rows(rows, at), strict=True):
        if isinstance(read, Rejection):
            report.reject(read)
        elif isinstance(read, Event) and may_be_history(facts[read.meter]) and lived_of(read) not in lived:
            kept.append(read)
        else:
            others.append(row)
    for event, status in zip(kept, storage.record(kept, at=at) if kept else (), strict=True):
        # Unknown values of the history are counted when its days are added up.
        report.accept(event._replace(unknown=())) if status is Status.ACCEPTED else report.repeat()
    if others:
        report.add(record_rows(others, by=upload.created_by, at=at)[0])
    return report


def lived_of(event: Event) -> Lived:
    return Lived(event.customer, event.meter, event.day)


def lived_days(days: Days = Days()) -> list[Lived]:  # noqa: B008 - a named tuple, never changed
    """Days that have events in PostgreSQL."""
    with connection.cursor() as cursor:
        cursor.execute(LIVED, [*days, *days])
        return [Lived(*row) for row in cursor.fetchall()]


def publish(days: Days, *, storage: HistoryStorage, at: datetime) -> Counter[str]:
    """Bring the daily totals of these days in line with the history, in the caller's transaction.

    The number of events with a dimension value the catalog does not know, by "meter name=value".
    """
    with storage.connect() as duck:
        sql = storage.totals(duck, Wanted(days=days))
        if sql is None or days.first is None:
            return Counter()
        duck.execute(f"CREATE TEMP TABLE added AS {sql}")
        note_days(duck, "lived", lived_days(days))
        overlap = [Lived(*row) for row in duck.execute(OVERLAP).fetchall()]
        duck.execute(DROP_OVERLAP)
        before = shown_before(days, storage)
        write_totals(duck, days, storage=storage)
        move_watermarks_of(duck, before, at=at)
        unknown = unknown_of(duck)
    bring_home(overlap, storage=storage, at=at)
    return unknown


def write_totals(duck: duckdb.DuckDBPyConnection, days: Days, *, storage: HistoryStorage) -> None:
    """Put the totals in the place of those that were there."""
    names = duck.execute(SERIES).fetchall()
    numbers = [(*name, stream.id) for name, stream in streams_of(names).items()]
    columns = [list(column) for column in zip(*numbers, strict=True)] or [[], [], [], []]
    duck.execute(
        "CREATE TEMP TABLE number AS SELECT unnest(?)::VARCHAR AS customer, unnest(?)::VARCHAR AS meter,"
        " unnest(?)::VARCHAR AS dimensions, unnest(?)::BIGINT AS id",
        columns,
    )
    with TemporaryDirectory(prefix="totals-", dir=storage.folder) as folder, connection.cursor() as cursor:
        path = Path(folder) / "totals.csv"
        written = one(duck, WRITE_ADDED.format(storage=storage.name, path=literal(str(path))))
        assert written == one(duck, "SELECT count(*) FROM added"), "every total has a series"
        cursor.execute(CLEAR, [storage.name, days.first, days.last])
        with path.open("rb") as source, cursor.copy(COPY_IN) as target:
            while block := source.read(1024**2):
                target.write(block)


def shown_before(days: Days, storage: HistoryStorage) -> Counter[Lived]:
    """How many events of each day PostgreSQL already tells of: those of earlier files."""
    with connection.cursor() as cursor:
        cursor.execute(SHOWN, [storage.name, days.first, days.last])
        return Counter({Lived(*place): events for *place, events in cursor.fetchall()})


def move_watermarks_of(duck: duckdb.DuckDBPyConnection, before: Counter[Lived], *, at: datetime) -> None:
    days = defaultdict[tuple[str, str], Counter[date]](Counter)
    for customer, meter, day, events in duck.execute(DAYS).fetchall():
        if new := int(events) - before[Lived(customer, meter, day)]:
            days[customer, meter][day] += new
    move_days(days, at=at)


def unknown_of(duck: duckdb.DuckDBPyConnection) -> Counter[str]:
    facts, unknown = meter_facts(), Counter[str]()
    for meter, dimensions, events in duck.execute(UNKNOWN).fetchall():
        for name, value in loads(dimensions).items():
            if value not in facts[meter].dimensions.get(name, ()):
                unknown[f"{meter} {name}={value}"] += int(events)
    return unknown
