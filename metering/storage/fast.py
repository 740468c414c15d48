"""The fast lane of bulk imports: rows that are plainly valid, said in SQL.

It may take less than `metering.rules` would, never more, and never other than they would: whatever is not plain goes
the careful way, row by row. So the rules and their sentences are written once.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from metering.rules.events import (
    LONGEST_DIMENSION,
    LONGEST_ID,
    LONGEST_ITEM,
    LONGEST_SOURCE,
    MeterFacts,
)  # fmt: skip
from metering.rules.files import Reading
from metering.rules.mapping import EPOCHS, FIELDS, SPACE, ColumnMap, as_given
from metering.rules.values import CLOCK_SKEW, EARLIEST_TIME

WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
CLOCK = "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{1,6})?)?"
ZONED = CLOCK + "(Z|[+-][0-9]{2}:[0-9]{2})"
NUMBER = "-?[0-9]{1,17}(\\.[0-9]{1,6})?"
PLAIN_TEXT = '[^"\\\\\\x00-\\x1f]{{1,{longest}}}'
EXACT = "DECIMAL(24, 6)"
ROW = "file_row_number"
SPACES = " || ".join(f"chr({ord(character)})" for character in SPACE)

# What every column of the storage is made of; `fine` says whether the row is plainly valid. The names in between begin
# with "=", so that no column of the file is taken for one of them.
SHAPE = """
SELECT {row} AS row, "=source" AS source, "=id" AS id, ''::nothing AS target_id,
       TRY_CAST("=customer" AS customer) AS customer, "=meter" AS meter, "=dimensions" AS dimensions, "=time" AS time,
       "=day" AS day, "=value" AS value, "=item" AS item, ''::nothing AS outcome_key, coalesce({fine}, false) AS fine
  FROM (SELECT *, {day} AS "=day", {dimensions} AS "=dimensions", {value} AS "=value", {item} AS "=item"
          FROM (SELECT *, {source} AS "=source", {id} AS "=id", {customer} AS "=customer", {meter} AS "=meter",
                       {time} AS "=time"
                  FROM {relation}))
"""


# What is one of a few texts is a number while it is checked and written, and text again in the file.
TYPES = "CREATE TYPE nothing AS ENUM (''); CREATE TYPE customer AS ENUM ({customers})"


@dataclass(frozen=True)
class Relation:
    """Rows to be taken: a FROM clause, the types of its columns, and the line of the file each row stands in.

    `fine` is a condition of their own that plain rows meet; `text` the column of the line itself, if there is one.
    """

    sql: str
    types: Mapping[str, str]
    line: str = f"({ROW} + 1)"
    fine: str = "true"
    text: str = ""


@dataclass(frozen=True)
class FastLane:
    """How a file's rows are read in SQL."""

    relation: Relation
    how: Reading
    meters: Mapping[str, MeterFacts]
    customers: Iterable[str]
    now: datetime

    @property
    def mapping(self) -> ColumnMap:
        return self.how.mapping or as_given(list(self.relation.types))

    def types_sql(self) -> str:
        """What `sql` needs to be there."""
        return TYPES.format(customers=listed(self.customers) or "''")

    def sql(self, where: str = "") -> str:
        """Every row, or those with such numbers, in the storage's columns, with its number and whether it is fine."""
        plain = {code: facts for code, facts in self.meters.items() if is_plain(facts)}
        return SHAPE.format(
            row=ROW,
            relation=f"{self.relation.sql} {where}",
            customer=self.customer(),
            source=f"coalesce({self.text('source')}, 'import:' || {self.customer()})",
            id=self.id(),
            meter=self.text("meter"),
            time=self.time(),
            day=self.by_meter({code: day_in(facts.zone) for code, facts in plain.items()}, "NULL"),
            dimensions=self.by_meter({code: self.dimensions(facts) for code, facts in plain.items()}, "NULL"),
            value=self.by_meter({code: self.value(facts) for code, facts in plain.items()}, "NULL"),
            item=self.by_meter({code: self.item(facts) for code, facts in plain.items()}, "NULL"),
            fine=" AND ".join(self.conditions(plain)),
        )

    def customer(self) -> str:
        given, subject = self.text("customer"), self.how.subject
        return f"coalesce({given}, {literal(subject)})" if subject else given

    def id(self) -> str:
        if self.kind("id") == "VARCHAR":
            return self.column("id")
        if "id" in self.mapping.columns or "id" in self.mapping.constants:
            return self.text("id")
        value = self.mapping.columns.get("value", "")
        return f"{literal(self.how.name)} || ':' || {self.relation.line} || {literal(':' + value)}"

    def conditions(self, plain: Mapping[str, MeterFacts]) -> Iterator[str]:
        yield self.relation.fine
        earliest, latest = (f"TIMESTAMPTZ '{one.isoformat()}'" for one in (EARLIEST_TIME, self.now + CLOCK_SKEW))
        yield f'"=meter" IN ({listed(plain)})' if plain else "false"
        yield 'TRY_CAST("=customer" AS customer) IS NOT NULL' if self.customers else "false"
        # Ids are all different, so that what is asked of them counts: bytes, and no space at either end to be trimmed.
        for name, longest in (("id", LONGEST_ID), ("source", LONGEST_SOURCE)):
            yield f'strlen("={name}") BETWEEN 1 AND {longest} AND NOT contains("={name}", chr(0))'
            yield f""""={name}" >= '!' AND "={name}"[-1] > ' '"""
        yield f'"=time" BETWEEN {earliest} AND {latest}'
        yield '"=value" IS NOT NULL AND "=item" IS NOT NULL'
        negative = [code for code, facts in plain.items() if facts.aggregation == "sum"]
        yield f'("=value" >= 0 OR "=meter" IN ({listed(negative)}))' if negative else '"=value" >= 0'
        yield self.by_meter({code: self.plain_dimensions(facts) for code, facts in plain.items()}, "false")
        yield self.by_meter({code: self.nothing_else(facts) for code, facts in plain.items()}, "false")

    def nothing_else(self, facts: MeterFacts) -> str:
        """That the row has no field the meter does not know."""
        known = {*FIELDS, *facts.dimensions, facts.value_field}
        if set(self.mapping.constants) - known:
            return "false"
        others = [f"{self.text(name)} IS NULL" for name in self.mapping.columns if name not in known]
        return " AND ".join(others) or "true"

    def plain_dimensions(self, facts: MeterFacts) -> str:
        """That every dimension has a value which is the same in JSON."""
        # Of the few texts of a dictionary an extract is taken once each; a match is tried on every row.
        plain = literal(f"^{PLAIN_TEXT.format(longest=LONGEST_DIMENSION)}$")
        values = (self.dimension(name, facts) for name in sorted(facts.dimensions))
        return " AND ".join(f"regexp_extract({value}, {plain}) <> ''" for value in values) or "true"

    def dimension(self, name: str, facts: MeterFacts) -> str:
        default = facts.defaults.get(name)
        return f"coalesce({self.text(name)}, {literal(default)})" if default else self.text(name)

    def dimensions(self, facts: MeterFacts) -> str:
        """The dimensions as JSON text in one form."""
        parts = [
            f"""{literal('"' + name + '": "')}, {self.dimension(name, facts)}, '"'"""
            for name in sorted(facts.dimensions)
        ]
        return "concat('{', " + ", ', ', ".join(parts) + ", '}')" if parts else "'{}'"

    def value(self, facts: MeterFacts) -> str:
        if facts.aggregation == "unique":
            return f"CAST(1 AS {EXACT})"
        given = self.number(facts.value_field)
        if facts.aggregation != "count":
            return given
        return f"CASE WHEN {self.text(facts.value_field)} IS NULL THEN CAST(1 AS {EXACT}) ELSE {given} END"

    def item(self, facts: MeterFacts) -> str:
        if facts.aggregation != "unique":
            return "''"
        value = self.text(facts.value_field)
        plain = PLAIN_TEXT.format(longest=LONGEST_ITEM)
        return f"CASE WHEN regexp_full_match({value}, {literal(plain)}) THEN {value} END"

    def text(self, name: str) -> str:
        """The field as text without space around; NULL where there is nothing, or it is of a kind that is not plain."""
        if name in self.mapping.constants:
            return literal(self.mapping.constants[name])
        kind = self.kind(name)
        if kind == "VARCHAR":
            return f"nullif(trim({self.column(name)}, {SPACES}), '')"
        return f"CAST({self.column(name)} AS VARCHAR)" if kind in WHOLE else "NULL"

    def number(self, name: str) -> str:
        """The field as an exact number; NULL where it is none, or has more digits than are kept."""
        kind = self.kind(name)
        if name in self.mapping.constants or kind == "VARCHAR":
            value = self.text(name)
            return f"CASE WHEN regexp_full_match({value}, {literal(NUMBER)}) THEN CAST({value} AS {EXACT}) END"
        if kind in WHOLE:
            return (
                f"CASE WHEN abs({self.column(name)}::HUGEINT) < 10::HUGEINT ** 17 THEN {self.column(name)}::{EXACT} END"
            )
        if kind.startswith(("DECIMAL", "DOUBLE", "FLOAT")):
            written = f"CAST({self.column(name)} AS VARCHAR)"
            return f"CASE WHEN regexp_full_match({written}, {literal(NUMBER)}) THEN {written}::{EXACT} END"
        return "NULL"

    def time(self) -> str:
        name, utc = "time", self.mapping.zone == "UTC"
        kind = self.kind(name)
        if kind == "TIMESTAMP WITH TIME ZONE":
            return self.column(name)
        if kind.startswith("TIMESTAMP") or kind == "DATE":
            return f"CAST({self.column(name)} AS TIMESTAMP) AT TIME ZONE 'UTC'" if utc else "CAST(NULL AS TIMESTAMPTZ)"
        value = self.text(name)
        cases = [f"WHEN regexp_full_match({value}, {literal(ZONED)}) THEN TRY_CAST({value} AS TIMESTAMPTZ)"]
        if utc:
            naive = f"TRY_CAST({value} AS TIMESTAMP) AT TIME ZONE 'UTC'"
            cases.append(f"WHEN regexp_full_match({value}, {literal(CLOCK)}) THEN {naive}")
        for digits, scale in EPOCHS.items():
            moment = f"make_timestamp({value}::BIGINT * {1_000_000 // scale}) AT TIME ZONE 'UTC'"
            cases.append(f"WHEN regexp_full_match({value}, '[0-9]{{{digits}}}') THEN {moment}")
        return f"CASE {' '.join(cases)} END"

    def by_meter(self, cases: Mapping[str, str], otherwise: str) -> str:
        """An expression that depends on the row's meter; alike ones are said once."""
        groups: dict[str, list[str]] = {}
        for code, expression in cases.items():
            groups.setdefault(expression, []).append(code)
        whens = [f'WHEN "=meter" IN ({listed(codes)}) THEN {said}' for said, codes in groups.items()]
        return f"CASE {' '.join(whens)} ELSE {otherwise} END" if whens else otherwise

    def column(self, name: str) -> str:
        return '"' + self.mapping.columns[name].replace('"', '""') + '"'

    def kind(self, name: str) -> str:
        return self.relation.types.get(self.mapping.columns.get(name, ""), "")


def may_be_history(facts: MeterFacts) -> bool:
    """Whether a day of this meter depends on that day's events alone, so that it can be kept apart from other days."""
    return not (facts.outcome or facts.action_key or facts.aggregation == "unit_hours")


def is_plain(facts: MeterFacts) -> bool:
    """Whether its events are what they say, with nothing to be worked out."""
    return may_be_history(facts) and not facts.derived


def day_in(zone: str) -> str:
    # For UTC by arithmetic: the calendar of zones takes longer.
    return (
        'CAST(make_timestamp(epoch_us("=time")) AS DATE)'
        if zone == "UTC"
        else f'CAST(timezone({literal(zone)}, "=time") AS DATE)'
    )


def listed(values: Iterable[str]) -> str:
    return ", ".join(literal(value) for value in values)


def literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
