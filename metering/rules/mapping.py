"""How a file's columns become events: found from the heading, shown before use, changed by a person. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

FIELDS = ("id", "time", "meter", "value", "customer", "source")
# Fields an event cannot do without; `customer` and `id` have a stand-in, `value` may be what is counted.
NEEDED = ("time", "meter")
LONGEST_CONSTANT = 200

# What others call our fields, best first.
WORDS = {
    "id": ("id", "event_id", "request_id", "uuid", "message_id", "idempotency_key"),
    "time": ("time", "timestamp", "ts", "created_at", "event_time", "occurred_at", "date", "day"),
    "meter": ("meter", "type", "metric", "event_name", "event_type", "event"),
    "value": ("value", "quantity", "amount", "units", "usage", "count"),
    "customer": ("customer", "subject", "customer_id", "customer_slug", "account", "tenant", "organization"),
    "source": ("source",),
}
# The same on every way: the bulk storage trims in SQL.
SPACE = " \t\r\n"
# Seconds, milliseconds or microseconds since 1970, told apart by their number of digits.
EPOCHS = {10: 1, 13: 1_000, 16: 1_000_000}


class Unmapped(ValueError):
    """A mapping that cannot work; the message names field and fix."""


@dataclass(frozen=True)
class ColumnMap:
    """Which column each field and dimension is read from, or the constant it has in every row.

    `zone` holds for times that name none. Without a column for ids, a row's id is made from the file's name, its line
    and the value's column, so that the same file adds nothing a second time.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    constants: Mapping[str, str] = field(default_factory=dict)
    zone: str = ""

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> "ColumnMap":
        """From its JSON form; complains about what cannot be."""
        made = cls(dict(data.get("columns") or {}), dict(data.get("constants") or {}), str(data.get("zone") or ""))
        if made.zone and made.zone not in available_timezones():
            raise Unmapped(f'zone: "{made.zone}" is no time zone such as UTC or America/New_York.')
        for name, value in {**made.columns, **made.constants}.items():
            if not isinstance(value, str) or len(value) > LONGEST_CONSTANT:
                raise Unmapped(f"{name}: text of at most {LONGEST_CONSTANT} characters is needed.")
        twice = sorted(set(made.columns) & set(made.constants))
        if twice:
            raise Unmapped(f"{twice[0]}: either a column or a constant, not both.")
        return made

    def to_json(self) -> dict[str, Any]:
        return {"columns": dict(self.columns), "constants": dict(self.constants), "zone": self.zone}

    def problems(self, heading: Sequence[str], *, subject: str = "") -> list[str]:
        """Everything that keeps this mapping from working on a file with this heading."""
        found = [
            f'{name}: the file has no column "{column}".'
            for name, column in self.columns.items()
            if column not in heading
        ]
        needed = NEEDED if subject else (*NEEDED, "customer")
        named = {*self.columns, *self.constants}
        return found + [f"{name}: choose a column or a constant." for name in needed if name not in named]

    def raw(self, line: int, fields: Mapping[str, Any], *, subject: str = "", file: str = "") -> dict[str, Any]:
        """The CloudEvent in this row."""
        got = {name: plain(fields.get(column)) for name, column in self.columns.items()}
        got = {**{name: value for name, value in got.items() if value is not None}, **self.constants}
        subject = got.pop("customer", None) or subject
        return {
            "id": got.pop("id", "") if "id" in self.columns else f"{file}:{line}:{self.columns.get('value', '')}",
            "time": moment(got.pop("time", None), self.zone),
            "type": got.pop("meter", None),
            "source": got.pop("source", None) or f"import:{subject}",
            "subject": subject,
            "data": got,
        }


def plain(value: Any) -> Any:
    """Text without space around, a moment as it is; None where there is nothing."""
    if value is None or isinstance(value, datetime):
        return value
    return (value if isinstance(value, str) else str(value)).strip(SPACE) or None


def moment(value: Any, zone: str) -> Any:
    """A time as ISO 8601: seconds since 1970 and times without a zone included. What is none of it stays as it is."""
    if isinstance(value, str) and value.isdecimal():
        scale = EPOCHS.get(len(value))
        return value if scale is None else datetime.fromtimestamp(int(value) / scale, UTC).isoformat()
    try:
        time = value if isinstance(value, datetime) else datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value
    if time.tzinfo is None and zone:
        return time.replace(tzinfo=ZoneInfo(zone)).isoformat()
    return value if isinstance(value, str) else time.isoformat()


def guess(heading: Sequence[str], *, dimensions: Iterable[str], meter: str = "") -> ColumnMap:
    """The most likely mapping of these columns; a person sees it before anything is recorded."""
    by_word = {column.strip().lower().replace(" ", "_").replace("-", "_"): column for column in reversed(heading)}
    columns = {}
    for name, words in WORDS.items():
        column = next((by_word[word] for word in words if word in by_word), None)
        if column is not None:
            columns[name] = column
    taken = set(columns.values())
    for name in dimensions:
        column = by_word.get(name.lower())
        if column is not None and column not in taken:
            columns[name] = column
    constants = {"meter": meter} if meter and "meter" not in columns else {}
    return ColumnMap(columns, constants)


def as_given(heading: Sequence[str]) -> ColumnMap:
    """The mapping of a file in our own form: fields by their names, every other column a dimension."""
    return ColumnMap({name: name for name in heading if name})
