"""What is different between two versions of a price, in words and in money. Pure."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from catalog.rules.examples import Cell, amounts, cells_of, counted, example_quantities
from catalog.rules.words import Display
from core.formats import money
from pricing import Charge

MOST_ROWS = 8


class Effect(NamedTuple):
    """What one quantity cost before and costs now."""

    what: str
    before: str
    after: str
    percent: Decimal | None


def effects(before: Charge, after: Charge, displays: Mapping[str, Display], currency: str) -> list[Effect]:
    """Telling quantities of every cell that both have, where the amount is another."""
    olds = {cell.name: cell for cell in cells_of(before)}
    found = [
        one
        for cell in cells_of(after)
        if cell.name in olds
        for one in cell_effects((before, olds[cell.name]), (after, cell), displays, currency)
    ]
    return found[:MOST_ROWS]


def cell_effects(
    before: tuple[Charge, Cell], after: tuple[Charge, Cell], displays: Mapping[str, Display], currency: str
) -> Iterator[Effect]:
    display = displays.get(getattr(after[0].quantity, "meter", ""), Display())
    quantities = sorted({*example_quantities(*before, display), *example_quantities(*after, display)} - {Decimal(0)})
    olds, news = (amounts(*side, quantities, currency) for side in (before, after))
    for units, old, new in zip(quantities, olds, news, strict=True):
        if old != new:
            told = counted(units, after[0], display)
            what = f"{after[1].name}: {told}" if after[1].name else told
            yield Effect(what, money(old, currency), money(new, currency), percent(old, new))


def percent(before: Decimal, after: Decimal) -> Decimal | None:
    """By how much it rose, in percent to one decimal; None from nothing."""
    return round((after - before) / before * 100, 1) if before else None


def moved(label: str, before: object, after: object) -> list[str]:
    """A sentence for what became another: "Discount up to: 30 %, now 20 %"."""
    old, new = (str(value) if value not in (None, "", [], {}) else "none" for value in (before, after))
    return [f"{label}: {old}, now {new}"] if old != new else []
