"""Files of any size, read from any place on: what makes an import resumable.

Each kind of file has a heading, a size in units of its own (bytes, or rows), and rows from a place of that size on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol

import duckdb

from metering.rules.files import (
    Lines,
    Reading,
    Row,
    Unreadable,
    flat,
    heading_lines,
    read_csv,
    read_heading,
    read_ndjson,
    read_object,
)
from metering.rules.mapping import as_given

LOOKED_AT = 200


class Place(NamedTuple):
    """How far a file was read: in its own unit, and in lines."""

    done: int = 0
    line: int = 0


class UsageFile(Protocol):
    path: Path

    def total(self) -> int:
        """The size in the unit of `Place.done`."""

    def heading(self) -> list[str]:
        """The names of its columns."""

    def slice(self, start: Place, most: int, how: Reading) -> tuple[list[Row], Place]:
        """At most so many rows from there on, and where they end; none at the end of the file."""


class TextFile:
    """CSV or NDJSON."""

    def __init__(self, path: Path, format: str) -> None:
        self.path, self.format = path, format

    def total(self) -> int:
        return self.path.stat().st_size

    def heading(self) -> list[str]:
        with self.path.open("rb") as file:
            if self.format == "csv":
                return clean(read_heading(Lines(file)))
            objects = [read_object(line) or {} for line in islice(Lines(file), LOOKED_AT)]
        return clean(list(dict.fromkeys(name for one in objects for name in flat(one))))

    def slice(self, start: Place, most: int, how: Reading) -> tuple[list[Row], Place]:
        with self.path.open("rb") as file:
            lines = Lines(file, offset=start.done, line=start.line)
            if self.format == "ndjson":
                rows = list(islice(read_ndjson(lines, how, first=start.line), most))
                return rows, Place(lines.offset, lines.line)
            heading, begin = self.csv_heading(start)
            lines = Lines(file, offset=begin.done, line=begin.line)
            rows = list(islice(read_csv(lines, heading, how, first=begin.line), most))
            return rows, Place(lines.offset, lines.line)

    def csv_heading(self, start: Place) -> tuple[list[str], Place]:
        """The heading, and where the rows to read begin: behind it at the earliest."""
        with self.path.open("rb") as file:
            lines = Lines(file)
            heading = read_heading(lines)
        return heading, start if start.done else Place(lines.offset, heading_lines(heading))


class ParquetFile:
    """Parquet, through DuckDB; its lines are its rows."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def total(self) -> int:
        with reading(self.path) as connection:
            found = connection.execute(
                "SELECT sum(num_rows) FROM parquet_file_metadata(?)", [str(self.path)]
            ).fetchone()
        return int(found[0]) if found else 0

    def heading(self) -> list[str]:
        with reading(self.path) as connection:
            return [name for name, *_ in self.described(connection)]

    def slice(self, start: Place, most: int, how: Reading) -> tuple[list[Row], Place]:
        with reading(self.path) as connection:
            names = [name for name, *_ in self.described(connection)]
            found = connection.execute(
                "SELECT * FROM read_parquet(?, file_row_number = true)"
                " WHERE file_row_number >= ? AND file_row_number < ? ORDER BY file_row_number",
                [str(self.path), start.done, start.done + most],
            ).fetchall()
        rows = [
            parquet_row(start.done + n, names, values[: len(names)], how) for n, values in enumerate(found, start=1)
        ]
        return rows, Place(start.done + len(rows), start.done + len(rows))

    def described(self, connection: duckdb.DuckDBPyConnection) -> list[tuple[str, ...]]:
        return connection.execute("DESCRIBE SELECT * FROM read_parquet(?)", [str(self.path)]).fetchall()


def parquet_row(line: int, names: list[str], values: tuple[object, ...], how: Reading) -> Row:
    mapping = how.mapping or as_given(names)
    fields = dict(zip(names, values, strict=True))
    text = ",".join("" if value is None else str(value) for value in values)
    return Row(line, mapping.raw(line, fields, subject=how.subject, file=how.name), "", text)


@contextmanager
def reading(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A short-lived DuckDB; a file that is no Parquet is said to be none."""
    with duckdb.connect(config={"threads": 1, "memory_limit": "256MB"}) as connection:
        connection.execute("SET TimeZone = 'UTC'")
        try:
            yield connection
        except duckdb.Error as problem:
            raise Unreadable(f"This is not a readable Parquet file: {first_line(problem, path)}") from None


def first_line(problem: Exception, path: Path) -> str:
    """What DuckDB says, without where the file lies."""
    return str(problem).partition("\n")[0].replace(f"{path.parent}/", "")


def clean(heading: list[str]) -> list[str]:
    return [name.encode("utf-8", "replace").decode().replace("\x00", "\ufffd") for name in heading]


def open_file(path: Path, format: str) -> UsageFile:
    return ParquetFile(path) if format == "parquet" else TextFile(path, format)
