"""A line year by year, side by side: what is said of each, what that makes of it, and the step from the year before."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from catalog.rules.points import price_points
from core import formats
from quotes.forms.draft import PRICE
from quotes.models import QuoteLine
from quotes.rules.components import fixed_quantity
from quotes.rules.price_text import Scale
from quotes.rules.ramps import component_in, discount_in


@dataclass(frozen=True)
class YearCell:
    """A value of a line in one year; `said` is what was typed for it, "" where it is as the year before."""

    name: str
    row: str  # what the row of the table is called
    value: str
    said: str
    delta: str


@dataclass(frozen=True)
class YearColumn:
    year: int
    url: str  # "" for year 1, which is the line itself
    cells: list[YearCell]


Values = dict[str, tuple[str, Decimal]]
"""Name of the input -> what it is called, and its amount."""


def year_column(line: QuoteLine, year: int, scale: Scale, url: str) -> YearColumn:
    now, before = values_in(line, year, scale), values_in(line, year - 1, scale)
    typed = set(names_said(line.years.get(str(year), {})))
    return YearColumn(
        year,
        url,
        [
            YearCell(
                name=name,
                row=row,
                value=formats.quantity(value),
                said=formats.quantity(value) if name in typed else "",
                delta=delta(before[name][1], value) if year > 1 else "",
            )
            for name, (row, value) in now.items()
        ],
    )


def values_in(line: QuoteLine, year: int, scale: Scale) -> Values:
    component = component_in(line.component, line.years, year)
    found: Values = {}
    size = fixed_quantity(component)
    if size is not None:
        found["quantity"] = (_("Quantity"), size)
    if component["kind"] != "charge":
        return found
    found["discount_percent"] = (_("Discount, %"), discount_in(line.discount_percent, line.years, year))
    for point in price_points(component):
        amount = point.amount * (scale.factor if point.per_unit else 1)
        found[f"{PRICE}{point.path}"] = (_("Price, {label}").format(label=point.label or _("each unit")), amount)
    return found


def names_said(step: dict[str, Any]) -> Iterator[str]:
    yield from (name for name in step if name != "prices")
    yield from (f"{PRICE}{path}" for path in step.get("prices", {}))


def delta(before: Decimal, after: Decimal) -> str:
    """ "+15 (+60 %)"; "" where nothing changes."""
    if before == after:
        return ""
    sign = "+" if after > before else formats.MINUS
    step = f"{sign}{formats.quantity(abs(after - before))}"
    if not before:
        return step
    return f"{step} ({sign}{formats.percent(round(abs(100 * (after - before) / before), 1))})"
