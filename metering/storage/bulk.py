"""Taking millions of rows of a file into the history, a part at a time.

A part goes through DuckDB in a few passes over its file: find ids that may be there already by a short hash, decide
about those few exactly, write the others as Parquet. What is not plainly valid comes back, to go the careful way.
"""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, BinaryIO

import duckdb

from metering.rules.events import MeterFacts
from metering.rules.files import Reading, Row, csv_row, own_form, read_ndjson
from metering.sources.files import ParquetFile, Place, TextFile, UsageFile
from metering.storage import ndjson
from metering.storage.duckdb import COLUMNS, HistoryStorage, listed, one
from metering.storage.facts import catalog_facts
from metering.storage.fast import ROW, FastLane, Relation, literal

PART_ROWS = 10_000_000
PART_BYTES = 512 * 1024**2
BLOCK = 16 * 1024**2
LARGEST_LINE = 64 * 1024**2

KEPT = ", ".join(COLUMNS)
LIVED = " AND (customer, meter, day) NOT IN (SELECT (customer, meter, day) FROM lived)"
# Ids that stand twice in this part, or perhaps in an earlier one: by hash, so that the many others need little memory.
HASHES = "CREATE TEMP TABLE hashed AS SELECT row, hash(source, id) AS hash FROM ({rows})"
SUSPECTS = "CREATE TEMP TABLE suspect AS SELECT hash FROM twice"
SEEN = """
INSERT INTO suspect SELECT DISTINCT hash(source, id) FROM read_parquet({parts})
 WHERE hash(source, id) IN (SELECT hash FROM hashed)
"""
SUSPICIOUS = "CREATE TEMP TABLE suspicious AS SELECT row FROM hashed WHERE hash IN (SELECT hash FROM suspect)"
CANDIDATES = "CREATE TEMP TABLE candidate AS SELECT row, source, id, fine FROM ({few_rows})"
# Where one of several rows with an id goes the careful way, so do the others: the first of them counts.
UNCLEAR = "CREATE TEMP TABLE unclear AS SELECT DISTINCT source, id FROM candidate WHERE NOT fine"
CLEAR = "SELECT * EXCLUDE fine, fine AND (source, id) NOT IN (SELECT (source, id) FROM unclear) AS fine FROM ({rows})"
REPEATED = """
CREATE TEMP TABLE repeated AS
SELECT row
  FROM (SELECT row, source, id, row_number() OVER (PARTITION BY source, id ORDER BY row) AS nth
          FROM candidate WHERE (source, id) NOT IN (SELECT (source, id) FROM unclear))
 WHERE nth > 1 {seen}
"""
SEEN_EXACTLY = """
OR (source, id) IN (SELECT (source, id) FROM read_parquet({parts})
                     WHERE hash(source, id) IN (SELECT hash FROM suspect))
"""
TAKEN = "SELECT {kept} FROM ({rows}) WHERE fine AND row NOT IN (SELECT row FROM repeated)"


@dataclass
class Taken:
    """What became of a part: its file, the rows for the careful way, and where it ends."""

    end: Place
    rows: int = 0
    accepted: int = 0
    duplicates: int = 0
    careful: list[Row] = field(default_factory=list)
    first_day: date | None = None
    last_day: date | None = None


@dataclass
class Part:
    """Rows of a file as DuckDB can read them, and lines it could not make rows of."""

    relation: Relation
    how: Reading  # as the fast lane reads them
    end: Place
    broken: list[Row] = field(default_factory=list)


def take_part(
    storage: HistoryStorage,
    file: UsageFile,
    start: Place,
    how: Reading,
    *,
    lived: Sequence[tuple[str, str, date]],
    at: datetime,
) -> Taken | None:
    """Take the next rows of the file; None at its end. Belongs to the caller's transaction."""
    meters, customers = catalog_facts()
    with storage.connect() as connection, part_of(connection, file, start, how, meters) as part:
        if part is None:
            return None
        lane = FastLane(part.relation, part.how, meters, list(customers), at)
        connection.execute(lane.types_sql())
        rows, few_rows = lane.sql(), lane.sql(f"WHERE {ROW} IN (SELECT row FROM suspicious)")
        if lived:
            note_days(connection, "lived", lived)
            rows, few_rows = (f"SELECT * EXCLUDE fine, fine{LIVED} AS fine FROM ({them})" for them in (rows, few_rows))
        return take(connection, storage, part, rows, few_rows, how)


def take(
    connection: duckdb.DuckDBPyConnection, storage: HistoryStorage, part: Part, rows: str, few_rows: str, how: Reading
) -> Taken:
    parts = listed(known) if (known := storage.parts()) else ""
    connection.execute(HASHES.format(rows=rows))
    note_suspects(connection)
    for statement in (*([SEEN] if parts else []), SUSPICIOUS, CANDIDATES, UNCLEAR):
        connection.execute(statement.format(few_rows=few_rows, parts=parts))
    connection.execute("DROP TABLE hashed")
    if one(connection, "SELECT count(*) FROM unclear"):
        rows = CLEAR.format(rows=rows)
    connection.execute(REPEATED.format(seen=SEEN_EXACTLY.format(parts=parts) if parts else ""))
    written = storage.write(connection, TAKEN.format(kept=KEPT, rows=rows))
    repeated, total = (one(connection, f"SELECT count(*) FROM {it}") for it in ("repeated", part.relation.sql))
    taken = Taken(part.end, total + len(part.broken), written.rows, repeated)
    if written.rows:
        taken.first_day, taken.last_day = written.first_day, written.last_day
    else:
        written.delete()
        Path(written.path).unlink()
    if written.rows + repeated < total:
        taken.careful = list(not_fine(connection, part.relation, rows, how))
    taken.careful = sorted([*taken.careful, *part.broken], key=lambda row: row.line)
    return taken


def note_suspects(connection: duckdb.DuckDBPyConnection) -> None:
    """A temporary table of the hashes that stand twice; sorting numbers costs a third of grouping them."""
    hashes = connection.execute("SELECT hash FROM hashed").fetchnumpy()["hash"]
    hashes.sort()
    twice = hashes[1:][hashes[1:] == hashes[:-1]]
    connection.register("twice", {"hash": twice})
    connection.execute(SUSPECTS)


def not_fine(connection: duckdb.DuckDBPyConnection, relation: Relation, rows: str, how: Reading) -> Iterator[Row]:
    """The rows that are not plainly valid, as a reader of files gives them."""
    found = connection.execute(
        f"SELECT {relation.line}, {relation.text or relation_columns(relation)} FROM {relation.sql}"
        f" WHERE {ROW} IN (SELECT row FROM ({rows}) WHERE NOT fine)"
    )
    if relation.text:
        while lines := found.fetchmany(10_000):
            for line, text in lines:
                yield from read_ndjson([text], how, first=line - 1)
        return
    names = list(relation.types)
    mapping = how.mapping or own_form(names, how.subject)
    while some := found.fetchmany(10_000):
        for line, *values in some:
            text = ",".join("" if value is None else str(value) for value in values)
            fields = dict(zip(names, values, strict=True))
            yield Row(line, mapping.raw(line, fields, subject=how.subject, file=how.name), "", text)


def relation_columns(relation: Relation) -> str:
    return ", ".join('"' + name.replace('"', '""') + '"' for name in relation.types)


def note_days(connection: duckdb.DuckDBPyConnection, name: str, days: Sequence[tuple[str, str, date]]) -> None:
    """A temporary table of (customer, meter, day)."""
    columns = [list(column) for column in zip(*days, strict=True)] or [[], [], []]
    connection.execute(
        f"CREATE TEMP TABLE {name} AS SELECT unnest(?)::VARCHAR AS customer, unnest(?)::VARCHAR AS meter,"
        " unnest(?)::DATE AS day",
        columns,
    )


@contextmanager
def part_of(
    connection: duckdb.DuckDBPyConnection,
    file: UsageFile,
    start: Place,
    how: Reading,
    meters: Mapping[str, MeterFacts],
) -> Iterator[Part | None]:
    if isinstance(file, ParquetFile):
        yield parquet_part(connection, file, start, how)
        return
    assert isinstance(file, TextFile)
    with TemporaryDirectory(prefix="part-", dir=storage_tmp(connection)) as name:
        folder = Path(name)
        if file.format == "csv":
            yield csv_part(connection, file, start, folder, how)
            return
        with file.path.open("rb") as source:
            found = ndjson.staged(connection, source, start, PART_BYTES, how, meters, folder)
        end = Place(start.done + found.size, start.line + found.lines) if found else start
        yield Part(found.relation, found.how, end, found.broken) if found else None


def storage_tmp(connection: duckdb.DuckDBPyConnection) -> str:
    found = connection.execute("SELECT current_setting('temp_directory')").fetchone()
    assert found is not None
    Path(found[0]).mkdir(parents=True, exist_ok=True)
    return str(found[0])


def parquet_part(connection: duckdb.DuckDBPyConnection, file: ParquetFile, start: Place, how: Reading) -> Part | None:
    end = min(start.done + PART_ROWS, file.total())
    if end <= start.done:
        return None
    sql = f"read_parquet({literal(str(file.path))}, file_row_number = true)"
    bounds = f"(SELECT * FROM {sql} WHERE {ROW} >= {start.done} AND {ROW} < {end})"
    types = {name: kind for name, kind, *_ in file.described(connection)}
    return Part(Relation(bounds, types), how, Place(end, end))


def csv_part(
    connection: duckdb.DuckDBPyConnection, file: TextFile, start: Place, folder: Path, how: Reading
) -> Part | None:
    """A piece of the file, made Parquet, so that its rows have numbers and columns."""
    heading, begin = file.csv_heading(start)
    piece, staged = folder / "piece.csv", folder / "piece.parquet"
    with file.path.open("rb") as source, piece.open("wb") as target:
        source.seek(begin.done)
        size, lines = copy_lines(source, target)
    if not size:
        return None
    columns = "{" + ", ".join(f"{literal(name)}: 'VARCHAR'" for name in heading) + "}"
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        f"COPY (FROM read_csv({literal(str(piece))}, header = false, auto_detect = false, columns = {columns}, "
        "delim = ',', quote = '\"', escape = '\"', store_rejects = true, rejects_limit = 0)) "
        f"TO {literal(str(staged))} (FORMAT parquet)"
    )
    connection.execute("SET preserve_insertion_order = false")
    broken = list(broken_lines(connection, heading, begin, how))
    relation = numbered(str(staged), heading, begin.line, [row.line - begin.line for row in broken])
    return Part(relation, how, Place(begin.done + size, begin.line + lines), broken)


def numbered(path: str, heading: list[str], before: int, broken: list[int]) -> Relation:
    """The rows of a piece with the lines they stood in: each broken line before a row moves it by one."""
    sql, line = f"read_parquet({literal(path)}, file_row_number = true)", f"({before} + {ROW} + 1)"
    if broken:
        steps = {number - nth: nth for nth, number in enumerate(broken, start=1)}
        moved = ", ".join(f"({good}, {nth})" for good, nth in steps.items())
        sql = (
            f'(SELECT good.*, coalesce(nth, 0) AS "=moved" FROM {sql} AS good'
            f" ASOF LEFT JOIN (VALUES {moved}) AS broken (good_before, nth) ON good.{ROW} >= broken.good_before)"
        )
        line = f'({before} + {ROW} + 1 + "=moved")'
    return Relation(sql, dict.fromkeys(heading, "VARCHAR"), line)


def copy_lines(source: BinaryIO, target: BinaryIO) -> tuple[int, int]:
    """Copy about so many bytes of whole records: a line's end within quotes ends none. Bytes and lines copied."""
    size = lines = quotes = 0
    while block := source.read(BLOCK):
        target.write(block)
        size, lines, quotes = size + len(block), lines + block.count(b"\n"), quotes + block.count(b'"')
        if size >= PART_BYTES:
            break
    else:
        return size, lines
    while line := source.readline(LARGEST_LINE):
        target.write(line)
        size, lines, quotes = size + len(line), lines + line.count(b"\n"), quotes + line.count(b'"')
        if line.endswith(b"\n") and quotes % 2 == 0:
            break
    return size, lines


def broken_lines(
    connection: duckdb.DuckDBPyConnection, heading: list[str], begin: Place, how: Reading
) -> Iterator[Row]:
    """Lines that hold too few or too many columns, or no text."""
    mapping = how.mapping or own_form(heading, how.subject)
    found: list[tuple[Any, ...]] = connection.execute(
        "SELECT line, any_value(csv_line) FROM reject_errors GROUP BY line ORDER BY line"
    ).fetchall()
    for number, text in found:
        line = begin.line + number
        try:
            values = next(csv.reader(io.StringIO(text, newline=""), strict=True), [])
        except csv.Error as error:
            yield Row(line, None, f"not CSV: {error}", text)
            continue
        if any(values):
            yield csv_row(line, heading, values, mapping, how)
