"""The lines of a version as the rules of its price book see them."""

from collections.abc import Iterable
from decimal import Decimal
from typing import NamedTuple

from catalog.rules.configuration import Selection
from quotes.rules.components import Component, fixed_quantity


class Taken(NamedTuple):
    """A line: of which price, and in which quantity."""

    price: str
    component: Component


class Facts(NamedTuple):
    """What rules may ask about the deal."""

    months: int
    segment: str
    country: str


def selection_of(lines: Iterable[Taken], facts: Facts) -> Selection:
    """Quantities by price, over all lines of the same price; 1 for what is metered."""
    quantities: dict[str, Decimal] = {}
    for line in lines:
        quantities[line.price] = quantities.get(line.price, Decimal(0)) + counted(line.component)
    return Selection(quantities, *facts)


def counted(component: Component) -> Decimal:
    quantity = fixed_quantity(component)
    return Decimal(1) if quantity is None else quantity
