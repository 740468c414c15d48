"""What changes over a deal's years: quantities, prices and discounts of lines as phases and discounts of its terms.

A line's own values hold in year 1. What its `years` say of a later year holds from then on, until a later one says
it again: {"2": {"quantity": "40", "discount_percent": "5", "prices": {"unit": "27"}}}.
"""

from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from pricing.values import plain
from quotes.rules.components import Component, at_quantity_of, fixed_quantity, measure, with_price, with_quantity

YEAR = 12
MOST = 10  # years of the longest term

Years = Mapping[str, Mapping[str, Any]]


class Line(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def component(self) -> Component: ...
    @property
    def list_component(self) -> Component: ...
    @property
    def discount_percent(self) -> Decimal: ...
    @property
    def discount_from(self) -> int | None: ...
    @property
    def discount_to(self) -> int | None: ...
    @property
    def years(self) -> Years: ...


class Segment(NamedTuple):
    """Months of the term, both included, in which one discount holds."""

    first: int
    last: int
    percent: Decimal


def years_in(months: int) -> int:
    """The contract years of a term, the last one maybe shorter."""
    return -(-months // YEAR)


def component_in(component: Component, years: Years, year: int) -> Component:
    """The component as it is in this year of the term."""
    for step in said(years, year):
        if "quantity" in step:
            component = with_quantity(component, Decimal(step["quantity"]))
        for path, amount in step.get("prices", {}).items():
            component = with_price(component, path, Decimal(amount))
    return component


def discount_in(percent: Decimal, years: Years, year: int) -> Decimal:
    """The line's discount in this year of the term."""
    found = [step["discount_percent"] for step in said(years, year) if "discount_percent" in step]
    return Decimal(found[-1]) if found else percent


def said(years: Years, year: int) -> list[Mapping[str, Any]]:
    """What is said of years 2 to this one."""
    return [years[name] for name in sorted(years, key=int) if int(name) <= year]


def phases(lines: Iterable[Line], months: int, *, at_list: bool = False) -> list[dict[str, Any]]:
    """Quantities and prices of later years; at list only the quantities, for they are no favour."""
    lines = list(lines)
    found = []
    for year in sorted({int(name) for line in lines for name in line.years}):
        changes = [one for line in lines if (one := change(line, year, at_list=at_list))]
        if changes and first_month(year) <= months:
            found.append({"from_month": first_month(year), "name": f"Year {year}", "changes": changes})
    return found


def first_month(year: int) -> int:
    return YEAR * (year - 1) + 1


def change(line: Line, year: int, *, at_list: bool) -> dict[str, Any]:
    """What a year changes about a component; {} if nothing."""
    before, after = (component_in(line.component, line.years, one) for one in (year - 1, year))
    if at_list:
        before, after = (at_quantity_of(one, line.list_component) for one in (before, after))
    found: dict[str, Any] = {}
    size = fixed_quantity(after)
    if size is not None and size != fixed_quantity(before):
        found["quantity" if after["kind"] == "charge" else measure(after)] = plain(size)
    if after.get("price") != before.get("price"):
        found["price"] = after["price"]
    return {"key": line.key, **found} if found else {}


def segments(line: Line, months: int) -> list[Segment]:
    """The line's discounts over the term, in order; none where there is no discount."""
    first, last = line.discount_from or 1, min(line.discount_to or months, months)
    found: list[Segment] = []
    for year in range(1, years_in(months) + 1):
        start, end = max(first_month(year), first), min(YEAR * year, last)
        percent = discount_in(line.discount_percent, line.years, year)
        if start > end or not percent:
            continue
        if found and found[-1].percent == percent and found[-1].last == start - 1:
            found[-1] = found[-1]._replace(last=end)
        else:
            found.append(Segment(start, end, percent))
    return found


def ranged(first: int, last: int, months: int) -> dict[str, int]:
    """From and to as the terms say them: nothing for the whole term."""
    return {**({"from_month": first} if first > 1 else {}), **({"to_month": last} if last < months else {})}


def faces(line: Line) -> Iterator[tuple[Component, Decimal]]:
    """The component and its discount in year 1 and in each year that says something else."""
    for year in (1, *sorted(int(name) for name in line.years)):
        yield component_in(line.component, line.years, year), discount_in(line.discount_percent, line.years, year)
