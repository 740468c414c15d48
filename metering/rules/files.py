"""Files of events, row by row from any place on: CSV with a heading, or JSON objects, one per line. Streaming.

Nothing is held but the row at hand, so a file may be of any size; `Lines.offset` says how far it was read.
"""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, NamedTuple

from metering.rules.mapping import ColumnMap, as_given

CSV_COLUMNS = ("id", "time", "meter", "value")
BOM = b"\xef\xbb\xbf"


class Row(NamedTuple):
    """One line of a file: the event as a CloudEvent mapping, or the reason why it could not be read."""

    line: int
    raw: Mapping[str, object] | None
    problem: str
    text: str


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message says what it should look like."""


class Lines:
    """The text lines of a file of bytes; knows the place up to which they were given out.

    A byte that is not UTF-8 becomes half a surrogate pair, which no event may contain: its row is rejected, not all.
    """

    def __init__(self, file: BinaryIO, *, offset: int = 0, line: int = 0) -> None:
        self.file, self.offset, self.line = file, offset, line
        file.seek(offset)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self.file)
        start = len(BOM) if self.offset == 0 and line.startswith(BOM) else 0
        self.offset += len(line)
        self.line += 1
        return line[start:].decode("utf-8", "surrogateescape")


class Reading(NamedTuple):
    """How the rows of a file become events."""

    mapping: ColumnMap | None = None
    subject: str = ""  # the customer's slug where a row names none
    name: str = ""  # the file's


def read_rows(lines: Iterable[str], format: str, *, subject: str = "") -> Iterator[Row]:
    """The rows of a file in our own form; `subject` (a customer's slug) holds where a row names none.

    A row without a source gets the customer's own, so that the same file under another name adds nothing twice.
    """
    if format == "ndjson":
        return read_ndjson(lines, Reading(subject=subject))
    lines = iter(lines)
    heading = read_heading(lines)
    return read_csv(lines, heading, Reading(subject=subject), first=heading_lines(heading))


def default_source(subject: object) -> str:
    return f"import:{subject}"


def read_heading(lines: Iterable[str]) -> list[str]:
    """The names in the first line."""
    try:
        return [name.strip() for name in next(csv.reader(iter(lines), strict=True), [])]
    except csv.Error as error:
        raise Unreadable(f"The first line is not a CSV heading: {error}.") from None


def heading_lines(heading: list[str]) -> int:
    return 1 + sum(name.count("\n") for name in heading)


def read_csv(lines: Iterable[str], heading: list[str], how: Reading, *, first: int = 1) -> Iterator[Row]:
    """The rows after the heading; without a mapping, columns are named as our fields are and all others are dimensions.

    `first` is the number of lines before.
    """
    mapping = how.mapping or own_form(heading, how.subject)
    if len(set(heading)) < len(heading):
        raise Unreadable("The first line names a column twice.")
    reader = csv.reader(iter(lines), strict=True)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(first + reader.line_num, None, f"not CSV: {error}", "")
            continue
        if any(values):
            yield csv_row(first + reader.line_num, heading, values, mapping, how)


def own_form(heading: list[str], subject: str) -> ColumnMap:
    needed = CSV_COLUMNS if subject else (*CSV_COLUMNS, "customer")
    missing = [name for name in needed if name not in heading]
    if missing:
        raise Unreadable(f"The first line must name the columns {', '.join(needed)}; missing: {', '.join(missing)}.")
    return as_given(heading)


def csv_row(line: int, heading: list[str], values: list[str], mapping: ColumnMap, how: Reading) -> Row:
    text = ",".join(values)
    if len(values) != len(heading):
        return Row(line, None, f"{len(heading)} columns expected, {len(values)} found.", text)
    fields = dict(zip(heading, values, strict=True))
    return Row(line, mapping.raw(line, fields, subject=how.subject, file=how.name), "", text)


def read_ndjson(lines: Iterable[str], how: Reading, *, first: int = 0) -> Iterator[Row]:
    """CloudEvents; with a mapping, objects whose fields are its columns ("data.tokens" reaches into an object)."""
    for number, line in enumerate(lines, start=first + 1):
        text = line.rstrip("\r\n")
        if not text.strip():
            continue
        raw = read_object(text)
        if raw is None:
            yield Row(number, None, "not a JSON object on one line.", text)
        elif how.mapping:
            yield Row(number, how.mapping.raw(number, flat(raw), subject=how.subject, file=how.name), "", text)
        else:
            raw = {"subject": how.subject, **raw}
            yield Row(number, {"source": default_source(raw["subject"]), **raw}, "", text)


def read_object(text: str) -> dict[str, object] | None:
    try:
        raw = json.loads(text, parse_float=str)
    except (ValueError, RecursionError):
        return None
    return raw if isinstance(raw, dict) else None


def flat(raw: Mapping[str, object], prefix: str = "") -> dict[str, object]:
    """The fields of an object, those of objects within it under "outer.inner"."""
    fields: dict[str, object] = {}
    for name, value in raw.items():
        if isinstance(value, dict):
            fields |= flat(value, f"{prefix}{name}.")
        elif value is None or isinstance(value, str | int):
            fields[prefix + name] = value
    return fields
