"""Files of events, line by line: CSV with a heading, or CloudEvents as NDJSON. Pure and streaming."""

import csv
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

CSV_COLUMNS = ("id", "time", "meter", "value")
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class Row(NamedTuple):
    """One line of a file: the event as a CloudEvent mapping, or the reason why it could not be read."""

    line: int
    raw: Mapping[str, object] | None
    problem: str
    text: str


class Unreadable(ValueError):
    """The file as a whole cannot be read; the message says what it should look like."""


def read_rows(lines: Iterable[str], format: str, *, subject: str = "") -> Iterator[Row]:
    """The rows of a file; `subject` (a customer's slug) holds where a row names none.

    A row without a source gets the customer's own, so that the same file under another name adds nothing twice.
    """
    return {"csv": read_csv, "ndjson": read_ndjson}[format](lines, subject)


def default_source(subject: object) -> str:
    return f"import:{subject}"


def read_csv(lines: Iterable[str], subject: str) -> Iterator[Row]:
    """Columns id, time, meter, value; customer and source if they vary; every other column is a dimension."""
    reader = csv.reader(iter(lines), strict=True)
    heading = [name.strip() for name in next(reader, [])]
    check_heading(heading, subject)
    while True:
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Row(reader.line_num, None, f"not CSV: {error}", "")
            continue
        if not any(values):
            continue
        yield csv_row(reader.line_num, heading, values, subject)


def check_heading(heading: list[str], subject: str) -> None:
    needed = CSV_COLUMNS if subject else (*CSV_COLUMNS, "customer")
    missing = [name for name in needed if name not in heading]
    if missing:
        raise Unreadable(f"The first line must name the columns {', '.join(needed)}; missing: {', '.join(missing)}.")
    if len(set(heading)) < len(heading):
        raise Unreadable("The first line names a column twice.")


def csv_row(line: int, heading: list[str], values: list[str], subject: str) -> Row:
    text = ",".join(values)
    if len(values) != len(heading):
        return Row(line, None, f"{len(heading)} columns expected, {len(values)} found.", text)
    fields = {name: value.strip() for name, value in zip(heading, values, strict=True)}
    subject = fields.pop("customer", "") or subject
    raw = {
        "id": fields.pop("id"),
        "time": fields.pop("time"),
        "type": fields.pop("meter"),
        "source": fields.pop("source", "") or default_source(subject),
        "subject": subject,
    }
    return Row(line, {**raw, "data": {name: value for name, value in fields.items() if value}}, "", text)


def read_ndjson(lines: Iterable[str], subject: str) -> Iterator[Row]:
    for number, text in enumerate(lines, start=1):
        if not text.strip():
            continue
        try:
            raw = json.loads(text, parse_float=str)
        except (ValueError, RecursionError):
            yield Row(number, None, "not a JSON object on one line.", text.rstrip("\n"))
            continue
        if not isinstance(raw, dict):
            yield Row(number, None, "not a JSON object on one line.", text.rstrip("\n"))
            continue
        raw = {"subject": subject, **raw}
        yield Row(number, {"source": default_source(raw["subject"]), **raw}, "", text.rstrip("\n"))


def safe_cell(value: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{value}" if value.startswith(FORMULA_STARTS) else value
