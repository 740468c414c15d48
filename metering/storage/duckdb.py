"""Bulk history: Parquet files, read and added up by DuckDB in a bounded memory.

Which files count is said by rows of PostgreSQL (`HistoryPart`), so that what was written belongs to the transaction
that wrote it: a file without its row is the rest of a broken write and counts nothing.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from json import loads
from pathlib import Path
from shutil import rmtree
from typing import Any

import duckdb
from django.conf import settings

from metering.models import HistoryPart
from metering.rules.events import Event, MeterFacts, Void
from metering.storage.base import ALL_DAYS, Days, Status, Total, json_key
from metering.storage.columns import ORDERED, Dialect, Wanted, totals_sql
from metering.storage.facts import meter_facts

DIALECT = Dialect(
    wide="HUGEINT",
    divide="({a} // {b})",
    rows="(SELECT * FROM (VALUES {rows}) AS written (meter, day, opens, closes))",
)
# Values stay below 10^18 and have 6 decimals: 24 digits hold them, and any sum of them fits 38.
COLUMNS = {
    "source": "VARCHAR", "id": "VARCHAR", "target_id": "VARCHAR", "customer": "VARCHAR", "meter": "VARCHAR",
    "dimensions": "VARCHAR", "time": "TIMESTAMPTZ", "day": "DATE", "value": "DECIMAL(24, 6)", "item": "VARCHAR",
    "outcome_key": "VARCHAR",
}  # fmt: skip
# `key` orders events of one moment as PostgreSQL does; it is only worked out where it is used.
STORED = """
stored AS (
    SELECT source, id, target_id, customer, meter, dimensions, epoch_us(time) AS time, day, value, item, outcome_key,
           left(sha256(length(source) || ':' || source || id), 32) AS key
      FROM read_parquet({files})
)
"""
EVENTS_OF = """
SELECT source, id, customer, meter, time, day, dimensions, value, item, outcome_key FROM read_parquet({files})
 WHERE (customer, meter, day) IN (SELECT (unnest(?), unnest(?), unnest(?)::DATE)) AND target_id = ''
"""
PLACES_OF = """
SELECT DISTINCT customer, meter, day FROM read_parquet({files})
 WHERE (source, id) IN (SELECT (unnest(?), unnest(?))) AND target_id = ''
"""
SCRATCH = ("part-", "totals-")  # folders of steps under way
FIRST = "position IN (SELECT min(position) FROM taken GROUP BY source, id)"
WRITE = (
    "COPY ({rows}) TO '{path}' (FORMAT parquet, PARQUET_VERSION V2, COMPRESSION lz4_raw, DICTIONARY_SIZE_LIMIT 5000)"
)


class HistoryStorage:
    """Events in Parquet below a folder; each `record` adds a file, `rebuild` makes one of all."""

    name = "history"

    def __init__(self, folder: Path | None = None) -> None:
        self.folder = folder or Path(settings.HISTORY_DIR) / "parts"
        self.written: list[Path] = []

    def record(self, events: Sequence[Event | Void], *, at: datetime) -> list[Status]:
        with self.connect() as connection:
            self.take(connection, events)
            new = connection.execute(f"SELECT position FROM taken WHERE {FIRST} AND {self.unknown()}").fetchall()
            if new:
                rows = f"SELECT * EXCLUDE position FROM taken WHERE {FIRST} AND {self.unknown()}"
                self.write(connection, rows)
        accepted = {position for (position,) in new}
        return [Status.ACCEPTED if n in accepted else Status.DUPLICATE for n in range(len(events))]

    def daily_totals(self, *, customer: str = "", meter: str = "", days: Days = ALL_DAYS) -> Iterator[Total]:
        with self.connect() as connection:
            sql = self.totals(connection, Wanted(customer, meter, days))
            if sql is None:
                return
            found = connection.execute(sql + ORDERED)
            while rows := found.fetchmany(10_000):
                yield from (total_of(row) for row in rows)

    def rebuild(self, days: Days = ALL_DAYS) -> int:
        """Totals are always added up from the events; this makes one file of many, which is read faster."""
        with self.connect() as connection:
            if len(parts := self.parts()) > 1:
                self.write(connection, f"SELECT * FROM read_parquet({listed(parts)})")
                HistoryPart.objects.filter(path__in=parts).delete()
            sql = self.totals(connection, Wanted(days=days))
            return one(connection, f"SELECT count(*) FROM ({sql})") if sql else 0

    def events_of(self, days: Sequence[tuple[str, str, date]]) -> Iterator[list[Event]]:
        """The events of these days of customers' meters, as they came."""
        parts = self.parts(Days(min(day for *_, day in days), max(day for *_, day in days)))
        if not parts:
            return
        columns = [list(column) for column in zip(*days, strict=True)]
        with self.connect() as connection:
            found = connection.execute(EVENTS_OF.format(files=listed(parts)), columns)
            while rows := found.fetchmany(20_000):
                yield [event_of(row) for row in rows]

    def places_of(self, ids: Sequence[tuple[str, str]]) -> list[tuple[str, str, date]]:
        """Customer, meter and day of the events with these (source, id)."""
        parts = self.parts()
        if not parts:
            return []
        columns = [list(column) for column in zip(*ids, strict=True)]
        with self.connect() as connection:
            return connection.execute(PLACES_OF.format(files=listed(parts)), columns).fetchall()

    @contextmanager
    def connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """DuckDB with no more memory than it is allowed; beyond that it works on disk."""
        self.folder.mkdir(parents=True, exist_ok=True)
        config: dict[str, Any] = {
            "memory_limit": settings.HISTORY_MEMORY,
            "threads": settings.HISTORY_THREADS,
            "temp_directory": str(self.folder / "tmp"),
            "preserve_insertion_order": False,
        }
        with duckdb.connect(config=config) as connection:
            connection.execute("SET TimeZone = 'UTC'")
            yield connection

    def parts(self, days: Days = ALL_DAYS) -> list[str]:
        """The files that count."""
        known = HistoryPart.objects.filter(path__startswith=f"{self.folder}/")
        if days.first:
            known = known.filter(last_day__gte=days.first)
        if days.last:
            known = known.filter(first_day__lte=days.last)
        return list(known.order_by("pk").values_list("path", flat=True))

    def totals(self, connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> str | None:
        """The statement for these totals; None where nothing is stored."""
        # A level is held over days without events, and a void may stand anywhere: those are read from all files.
        parts = self.parts()
        if not parts:
            return None
        files = f"read_parquet({listed(parts)})"
        codes = {code for (code,) in connection.execute(f"SELECT DISTINCT meter FROM {files}").fetchall()}
        meters = {code: facts for code, facts in meter_facts().items() if code in codes}
        voids = bool(one(connection, f"SELECT count(*) FROM {files} WHERE target_id <> ''"))
        held = self.held(connection, files, meters)
        if not voids and held == ALL_DAYS and not any(facts.outcome for facts in meters.values()):
            parts = self.parts(wanted.days) or parts
        return totals_sql(STORED.format(files=listed(parts)), meters, wanted, DIALECT, voids=voids, held=held)

    def held(self, connection: duckdb.DuckDBPyConnection, files: str, meters: Mapping[str, MeterFacts]) -> Days:
        """The first and the last day of levels."""
        levels = [code for code, facts in meters.items() if facts.aggregation == "unit_hours"]
        if not levels:
            return ALL_DAYS
        sql = f"SELECT min(day), max(day) FROM {files} WHERE list_contains(?, meter)"
        return Days(*(connection.execute(sql, [levels]).fetchone() or ()))

    def take(self, connection: duckdb.DuckDBPyConnection, events: Sequence[Event | Void]) -> None:
        """A temporary table `taken` of these events."""
        rows = [(n, *row_of(event)) for n, event in enumerate(events)]
        columns = [list(column) for column in zip(*rows, strict=True)] or [[] for _ in range(len(COLUMNS) + 1)]
        typed = ", ".join(f"unnest(?)::{kind} AS {name}" for name, kind in {"position": "BIGINT", **COLUMNS}.items())
        connection.execute(f"CREATE TEMP TABLE taken AS SELECT {typed}", columns)

    def unknown(self) -> str:
        """The condition that no file knows this (source, id)."""
        parts = self.parts()
        if not parts:
            return "true"
        return f"(source, id) NOT IN (SELECT (source, id) FROM read_parquet({listed(parts)}))"

    def write(self, connection: duckdb.DuckDBPyConnection, rows: str) -> HistoryPart:
        """Add a file of these rows, and its row to the caller's transaction."""
        path = self.folder / f"{secrets.token_hex(12)}.parquet"
        self.written.append(path)
        count = one(connection, WRITE.format(rows=rows, path=path))
        first, last = self.span(connection, path)
        return HistoryPart.objects.create(path=str(path), rows=count, first_day=first, last_day=last)

    def forget(self) -> None:
        """Remove what was written by a transaction that is taken back."""
        while self.written:
            self.written.pop().unlink(missing_ok=True)

    def sweep(self, *, older_than: datetime) -> int:
        """Remove what broken writes left behind, if nobody can be writing it any more; the number of files."""
        counted, removed = set(self.parts()), 0
        for path in [*self.folder.glob("*"), *(self.folder / "tmp").glob("*")]:
            if str(path) in counted or path.stat().st_mtime > older_than.timestamp():
                continue
            if path.is_file():
                path.unlink(missing_ok=True)
            elif path.name.startswith(SCRATCH):
                rmtree(path, ignore_errors=True)
            else:
                continue
            removed += 1
        return removed

    def span(self, connection: duckdb.DuckDBPyConnection, path: Path) -> tuple[date, date]:
        found = connection.execute("SELECT min(day), max(day) FROM read_parquet(?)", [str(path)]).fetchone()
        assert found is not None
        return found[0] or date.min, found[1] or date.max


def row_of(event: Event | Void) -> tuple[object, ...]:
    if isinstance(event, Void):
        day, nothing = event.time.date(), Decimal(0)
        return (event.source, event.event_id, event.target_id, "", "", "{}", event.time, day, nothing, "", "")
    return (
        event.source, event.event_id, "", event.customer, event.meter, json_key(event.dimensions), event.time,
        event.day, event.value, event.item, event.outcome_key,
    )  # fmt: skip


def event_of(row: Sequence[Any]) -> Event:
    source, id, customer, meter, time, day, dimensions, value, item, outcome_key = row
    return Event(source, id, customer, meter, time, day, loads(dimensions), value, item, outcome_key)


def total_of(row: Sequence[Any]) -> Total:
    customer, meter, dimensions, day, value, events = row
    return Total(customer, meter, loads(dimensions), day, Decimal(value), int(events))


def listed(parts: Sequence[str]) -> str:
    """The files as a list in SQL; their names are ours."""
    return "[" + ", ".join("'" + part.replace("'", "''") + "'" for part in parts) + "]"


def one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    found = connection.execute(sql).fetchone()
    return int(found[0]) if found else 0
