"""What a quote offers, as plain values that another quote can be started from. Pure.

A line is named by the key of its price and keeps only what the seller decided: size, allowance, discount and prices
that differ from the list. What rules of the price book added is left to them.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NotRequired, TypedDict

from catalog.rules.points import price_points
from core.formats import plain
from quotes.rules.components import Component, allowance_of, at_quantity_of, fixed_quantity, months_of
from quotes.rules.pasting import EXPORTED, Table

COLUMNS = ("", "what", "name", "", "quantity", "allowance", "discount_percent", "", "", "")


class PatternLine(TypedDict):
    price: str
    name: str
    quantity: str
    allowance: str
    discount: str
    optional: bool
    prices: dict[str, list[str]]
    """By path: what the list said, and what was sold instead."""
    discount_months: NotRequired[list[int | None]]
    months: NotRequired[list[int | None]]
    """In which the line runs, where the seller says so and not the price."""
    years: NotRequired[dict[str, dict[str, str]]]
    """Quantities and discounts of later years; their prices belong to the list of then."""


class Rest(TypedDict, total=False):
    """What else holds for the whole quote."""

    discount_from: int | None
    discount_to: int | None
    free_months: int
    escalator: str


class Pattern(TypedDict):
    title: str
    months: int
    currency: str
    discount: str
    packages: list[str]
    rest: NotRequired[Rest]
    rows: list[dict[str, Any]]
    """{"line": PatternLine} or {"text": {"kind": ..., "text": ...}}, in their order."""


def pattern_line(
    component: Component, listed: Component, *, price: str, discount: Decimal, optional: bool
) -> PatternLine:
    size, included = fixed_quantity(component), allowance_of(component)
    same = included == allowance_of(listed)
    found: PatternLine = {
        "price": price,
        "name": "" if component["name"] == listed["name"] else str(component["name"]),
        "quantity": "" if size is None else f"{plain(size):f}",
        "allowance": "" if same else f"{plain(included or Decimal(0)):f}",
        "discount": f"{plain(discount):f}",
        "optional": optional,
        "prices": overridden(component, listed),
    }
    if months_of(component) != months_of(listed):
        found["months"] = list(months_of(component))
    return found


def years_of(years: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, str]]:
    found = {year: {name: value for name, value in step.items() if name != "prices"} for year, step in years.items()}
    return {year: step for year, step in found.items() if step}


def overridden(component: Component, listed: Component) -> dict[str, list[str]]:
    before = {point.path: point.amount for point in price_points(at_quantity_of(component, listed))}
    return {
        point.path: [f"{plain(before[point.path]):f}", f"{plain(point.amount):f}"]
        for point in price_points(component)
        if point.path in before and before[point.path] != point.amount
    }


def lines_of(pattern: Mapping[str, Any]) -> list[PatternLine]:
    return [row["line"] for row in pattern["rows"] if "line" in row]


def table_for(lines: Sequence[PatternLine]) -> Table:
    """The lines as the rows of an exported file, so that they are put on a draft like a paste."""
    rows = [
        ("", line["price"], line["name"], "", line["quantity"], line["allowance"], line["discount"], "", "", "")
        for line in lines
    ]
    return Table((EXPORTED, *rows), COLUMNS, heading=True)
