"""What every driver has: which usage it concerns, from when, JSON and a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from math import isfinite
from typing import Any, ClassVar, Self

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from core.errors import Invalid
from forecasting.engine.scenarios import Change
from pricing import Series
from pricing.periods import month_after

LARGEST = 1e15
YEARS = 20


@dataclass(frozen=True)
class Timeline:
    """The billing months of a forecast: where a day lies, counted in months from the start."""

    start: date
    months: int

    def at(self, day: date) -> float:
        """0 is the start, 2.5 the middle of the third month; days before the start are at the start."""
        if day <= self.start:
            return 0.0
        month = (day.year - self.start.year) * 12 + day.month - self.start.month
        while month_after(self.start, month) > day:
            month -= 1
        opens, closes = month_after(self.start, month), month_after(self.start, month + 1)
        return month + (day - opens).days / (closes - opens).days


@dataclass(frozen=True, kw_only=True)
class Driver:
    """`on` names the usage it concerns: "" all of it, "tokens" a meter, "tokens|model=sonnet" a part of one."""

    kind: ClassVar[str]
    title: ClassVar[str]
    about: ClassVar[str]
    on: str = ""

    def __post_init__(self) -> None:
        wrong = {name: message for name, message in self.wrong().items() if message}
        if wrong:
            raise Invalid(wrong)

    def wrong(self) -> dict[str, str]:
        """Field -> what is wrong with it, the limit and the fix."""
        raise NotImplementedError

    def sentence(self) -> str:
        """What it does, in words; the usage it concerns is said beside it."""
        raise NotImplementedError

    def changes(self, known: Sequence[Series], timeline: Timeline) -> list[Change]:
        """The transformations of the paths of the `known` series."""
        raise NotImplementedError

    def concerned(self, known: Sequence[Series]) -> list[Series]:
        return [series for series in known if covers(self.on, series)]

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind, **{field.name: plain(getattr(self, field.name)) for field in fields(self)}}

    @classmethod
    def read(cls, content: Mapping[str, Any]) -> Self:
        """The driver of its JSON form, the kind left out."""
        dates = {field.name for field in fields(cls) if "date" in str(field.type)}
        return cls(**{name: read(value, name in dates) for name, value in content.items()})


def read(value: Any, is_date: bool) -> Any:
    if is_date and value:
        return date.fromisoformat(value)
    return tuple((int(month), float(seats)) for month, seats in value) if isinstance(value, list) else value


def plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return [list(pair) for pair in value] if isinstance(value, tuple) else value


def covers(part: str, series: Series) -> bool:
    """Whether the named part of all usage holds this series."""
    meter, wanted = part_of(part)
    return not part or (series.meter == meter and wanted.items() <= dict(series.dimensions).items())


def part_of(part: str) -> tuple[str, dict[str, str]]:
    """("tokens", {"model": "sonnet"}) of "tokens|model=sonnet"."""
    meter, _, dimensions = part.partition("|")
    return meter, dict(pair.split("=", 1) for pair in dimensions.split(",") if "=" in pair)


def within(value: float | None, low: float, high: float, label: str, unit: str = "") -> str:
    """ "" when the value is a number inside the limits; else the sentence that says so."""
    if value is not None and isfinite(value) and low <= value <= high:
        return ""
    return _("{label} must be from {low} to {high}{unit}.").format(
        label=label, low=number(low), high=number(high), unit=unit
    )


def number(value: float) -> str:
    """ "1,250.5": as people write it."""
    return formats.quantity(Decimal(repr(round(value, 6))))


def day(value: date) -> str:
    return formats.day(value)


def months(value: float) -> str:
    return ngettext("{n} month", "{n} months", 1 if value == 1 else 2).format(n=number(value))
