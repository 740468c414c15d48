"""NDJSON for the fast lane: each line once through DuckDB's JSON reader, its fields as columns of text.

Only what means the same to both readers is taken: text without escapes and whole numbers, each name once. Every other
line goes the careful way as it stands.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb

from metering.rules.events import MeterFacts
from metering.rules.files import BOM, Reading, Row, read_ndjson
from metering.rules.mapping import FIELDS, ColumnMap
from metering.sources.files import Place
from metering.storage.fast import ROW, Relation, literal

LONGEST_LINE = 1024**2
SEPARATOR = b"\x01"  # stands in no JSON, so that a line is one column
TEXT = r'"[^"\\\x00-\x1f]*"'
WHOLE = "0|-?[1-9][0-9]{0,17}"
ENVELOPE = {"id": "id", "source": "source", "time": "time", "meter": "type", "customer": "subject"}

STAGE = """
COPY (SELECT line AS "=line", {plain} AS "=plain", {columns}
        FROM (SELECT line, json, json_extract(json, [{paths}])::VARCHAR[] AS found
                FROM (SELECT line, TRY_CAST(line AS JSON) AS json
                        FROM read_csv({piece}, header = false, auto_detect = false, columns = {{'line': 'VARCHAR'}},
                                      delim = chr(1), quote = '', escape = '', strict_mode = false))))
  TO {staged} (FORMAT parquet)
"""


@dataclass(frozen=True)
class Field:
    """A column: where it is in the object, and what it must look like to be plain."""

    name: str
    path: tuple[str, ...]
    shape: str


@dataclass(frozen=True)
class Staged:
    """Lines as DuckDB can read them, how the fast lane reads these, and the lines it cannot be given."""

    relation: Relation
    how: Reading
    size: int
    lines: int
    broken: list[Row]


def staged(
    connection: duckdb.DuckDBPyConnection,
    source: BinaryIO,
    start: Place,
    most: int,
    how: Reading,
    meters: Mapping[str, MeterFacts],
    folder: Path,
) -> Staged | None:
    """The next lines of the file, about so many bytes; None at its end."""
    piece, path = folder / "piece.txt", folder / "piece.parquet"
    with piece.open("wb") as target:
        size, lines, broken = copy_lines(source, target, start, most, how)
    if not size:
        return None
    fields, conditions, mapping = mapped(how.mapping) if how.mapping else own_form(meters)
    shapes = [f"(found[{n}] IS NULL OR {matches(n, one.shape)})" for n, one in enumerate(fields, start=1)]
    connection.execute("SET preserve_insertion_order = true")
    connection.execute(
        STAGE.format(
            plain=f"coalesce({' AND '.join([*conditions, *shapes])}, false)",
            columns=", ".join(f"{text_of(n)} AS {quoted(one.name)}" for n, one in enumerate(fields, start=1)),
            paths=", ".join(literal(json_path(one.path)) for one in fields),
            piece=literal(str(piece)),
            staged=literal(str(path)),
        )
    )
    connection.execute("SET preserve_insertion_order = false")
    # Blank lines and broken ones have their number, but are no rows.
    rows = f'(SELECT * FROM read_parquet({literal(str(path))}, file_row_number = true) WHERE "=line" IS NOT NULL)'
    types = {one.name: "VARCHAR" for one in fields}
    relation = Relation(rows, types, f"({start.line} + {ROW} + 1)", fine='"=plain"', text='"=line"')
    return Staged(relation, how._replace(mapping=mapping), size, lines, broken)


def copy_lines(source: BinaryIO, target: BinaryIO, start: Place, most: int, how: Reading) -> tuple[int, int, list[Row]]:
    """Copy whole lines, those that DuckDB would misread as empty ones; bytes, lines, and what those hold."""
    size = lines = 0
    broken = list[Row]()
    source.seek(start.done)
    for line in source:
        size, lines = size + len(line), lines + 1
        text = line.rstrip(b"\r\n")
        if size == len(line) and not start.done:
            text = text.removeprefix(BOM)
        if is_clean(text):
            target.write(text)
        else:
            broken += read_ndjson([text.decode("utf-8", "surrogateescape")], how, first=start.line + lines - 1)
        target.write(b"\n")
        if size >= most:
            break
    return size, lines, broken


def is_clean(text: bytes) -> bool:
    if b"\r" in text or SEPARATOR in text or len(text) > LONGEST_LINE:
        return False
    try:
        return text.isascii() or bool(text.decode())
    except UnicodeDecodeError:
        return False


def mapped(mapping: ColumnMap) -> tuple[list[Field], list[str], ColumnMap]:
    """Objects of any form: "data.tokens" is a field within a field, where no name has a point in itself."""
    columns = sorted(set(mapping.columns.values()))
    fields = [Field(name, tuple(name.split(".")), f"null|{TEXT}|{WHOLE}") for name in columns]
    return fields, list(names_clear({one.path[:-1] for one in fields})), mapping


def own_form(meters: Mapping[str, MeterFacts]) -> tuple[list[Field], list[str], ColumnMap]:
    """CloudEvents, whose texts are taken as they are: nothing empty, nothing to be trimmed, no dimension a number."""
    dimensions = {name for facts in meters.values() for name in facts.dimensions}
    numbers = {facts.value_field for facts in meters.values()} | {"value"}
    known = sorted((dimensions | numbers) - (set(FIELDS) - {"value"}))
    word = r'"[^"\\\x00-\x20]([^"\\\x00-\x1f]*[^"\\\x00-\x20])?"'
    number = f"{word}|{WHOLE}"
    fields = [Field(name, (name,), word) for name in ENVELOPE.values()]
    fields += [Field(f"data.{name}", ("data", name), word if name in dimensions else number) for name in known]
    listed = ", ".join(map(literal, known))
    conditions = [
        *names_clear({(), ("data",)}),
        f"len([name for name in json_keys(json, '$.data') if name NOT IN ({listed})]) = 0",
        "coalesce(json_extract(json, '$.specversion')::VARCHAR, '\"1.0\"') = '\"1.0\"'",
        f"NOT regexp_full_match(json_extract_string(json, '$.time'), {literal('[0-9]+')})",
    ]
    columns = {**ENVELOPE, **{name: f"data.{name}" for name in known}}
    return fields, conditions, ColumnMap(columns)


def names_clear(objects: set[tuple[str, ...]]) -> Iterator[str]:
    """That these objects within the line name nothing twice, and that no name looks like a way into another one."""
    for path in sorted(objects | {()}):
        names = f"json_keys(json, {literal(json_path(path))})"
        pointed = f"list_bool_or([contains(name, '.') for name in {names}])"
        clear = f"len({names}) = len(list_distinct({names})) AND NOT {pointed}"
        yield (
            f"({names} IS NULL OR len({names}) = 0 OR ({clear}))" if path else f"json_type(json) = 'OBJECT' AND {clear}"
        )


def matches(n: int, shape: str) -> str:
    return f"regexp_full_match(found[{n}], {literal(shape)})"


def text_of(n: int) -> str:
    """The text within its quotes, or the whole number as it is written."""
    text = f"WHEN {matches(n, TEXT)} THEN found[{n}][2:-2]"
    return f"CASE {text} WHEN {matches(n, WHOLE)} THEN found[{n}] END"


def json_path(path: tuple[str, ...]) -> str:
    return "$" + "".join(f'."{name}"' for name in path)


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
