"""How the list of quotes is asked for: filters, order and columns, all of it in the address."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from typing import NamedTuple
from urllib.parse import urlencode

from core.formats import plain
from core.languages import lazily as _


class Column(NamedTuple):
    key: str
    label: str
    numeric: bool = False
    shown: bool = False
    """Whether it stands in the list until somebody chooses."""


COLUMNS = (
    Column("customer", _("Customer"), shown=True),
    Column("owner", _("Owner"), shown=True),
    Column("status", _("Status"), shown=True),
    Column("segment", _("Segment")),
    Column("opportunity", _("Opportunity")),
    Column("start", _("Start"), numeric=True),
    Column("months", _("Term"), numeric=True),
    Column("discount", _("Quote discount"), numeric=True),
    Column("committed", _("Committed (TCV)"), numeric=True, shown=True),
    Column("annual", _("A year (ACV)"), numeric=True),
    Column("expected", _("Expected (P50)"), numeric=True, shown=True),
    Column("valid_until", _("Valid until"), numeric=True, shown=True),
    Column("created", _("Created"), numeric=True),
    Column("edited", _("Edited"), numeric=True),
)
QUOTE = Column("quote", _("Quote"))
SORTS = (QUOTE.key, *(column.key for column in COLUMNS))
NEWEST_FIRST = "-edited"
SHOWN = tuple(column.key for column in COLUMNS if column.shown)

EXPIRES = {
    "7": _("Within 7 days"),
    "30": _("Within 30 days"),
    "90": _("Within 90 days"),
    "over": _("Over already"),
}
"""Counted from today, so that a saved view stays true."""

EVERYTHING = "?all=1"
"""The list without a filter, where the bare address gives a person's default view."""


@dataclass(frozen=True)
class QuoteFilter:
    """What the address of the list says; unknown words filter nothing away and find nothing."""

    status: str = ""  # or several, with commas between
    mine: bool = False
    owner: str = ""
    customer: str = ""
    search: str = ""
    segment: str = ""
    package: str = ""
    opportunity: str = ""  # its id in the CRM, or part of its name
    least: Decimal | None = None
    most: Decimal | None = None
    expires: str = ""
    sort: str = NEWEST_FIRST
    columns: tuple[str, ...] = SHOWN

    def query(self, **changes: object) -> str:
        """The address of the same list with another filter; what is as always stays out of it."""
        other = replace(self, **changes)  # type: ignore[arg-type]
        pairs = [
            (one.name, as_text(getattr(other, one.name)))
            for one in fields(self)
            if one.name != "columns" and getattr(other, one.name) != one.default
        ]
        pairs += [("columns", key) for key in other.columns] if other.columns != SHOWN else []
        return f"?{urlencode(pairs)}" if pairs else EVERYTHING

    @property
    def narrowed(self) -> bool:
        """Whether it may leave quotes out."""
        return replace(self, sort=NEWEST_FIRST, columns=SHOWN) != QuoteFilter()

    @property
    def descending(self) -> bool:
        return self.sort.startswith("-")

    @property
    def sorted_by(self) -> str:
        return self.sort.removeprefix("-")


def as_text(value: object) -> str:
    if isinstance(value, bool):
        return "1"
    return f"{plain(value):f}" if isinstance(value, Decimal) else str(value)


class Head(NamedTuple):
    """The head of a column: where a click on it leads, and how the list stands sorted."""

    key: str
    label: str
    numeric: bool
    url: str
    sorting: str  # of aria-sort, "" when the list is sorted by something else


def heads(chosen: QuoteFilter) -> list[Head]:
    """The columns that are shown, the quote itself first; numbers and days begin with the largest."""
    shown = [QUOTE, *(column for column in COLUMNS if column.key in chosen.columns)]
    return [head(column, chosen) for column in shown]


def head(column: Column, chosen: QuoteFilter) -> Head:
    mine = column.key == chosen.sorted_by
    falling = not chosen.descending if mine else column.numeric
    sorting = ("descending" if chosen.descending else "ascending") if mine else ""
    url = chosen.query(sort=f"{'-' if falling else ''}{column.key}")
    return Head(column.key, column.label, column.numeric, url, sorting)


def known_sort(text: str) -> str:
    return text if text.removeprefix("-") in SORTS else NEWEST_FIRST


def known_columns(keys: Sequence[str]) -> tuple[str, ...]:
    """In the order of the table; all that stand there anyway when none is chosen."""
    return tuple(column.key for column in COLUMNS if column.key in keys) or SHOWN
