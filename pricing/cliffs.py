"""Where a price gets cheaper with more usage: allowed, and worth a warning."""

from collections.abc import Iterator
from decimal import Decimal, localcontext
from typing import NamedTuple

from . import numbers
from .models import Matrix, Measured, Multiplier, PriceModel
from .money import CONTEXT
from .parts import grouped

NEXT = Decimal("0.000001")  # the smallest step of a quantity


class Cliff(NamedTuple):
    """At `quantity` the amount falls from `before` to `after`; the quantity in between is never worth buying."""

    quantity: Decimal
    before: Decimal
    after: Decimal

    def __str__(self) -> str:
        costs = f"{grouped(self.quantity)} units cost {grouped(round(self.before, 6))}"
        return f"{costs}, one more brings it down to {grouped(round(self.after, 6))}"


def cliffs(price: PriceModel) -> list[Cliff]:
    """Return every tier edge of a price (of all its cells) at which the amount falls."""
    with localcontext(CONTEXT):
        return sorted(set(_cliffs(price)))


def _cliffs(price: PriceModel) -> Iterator[Cliff]:
    if isinstance(price, Multiplier):
        yield from _cliffs(price.base)
    elif isinstance(price, Matrix):
        for cell in price.cells:
            yield from _cliffs(cell.price)
        if price.default is not None:
            yield from _cliffs(price.default)
    else:
        for tier in getattr(price, "tiers", ())[:-1]:
            before, after = price.amount(Measured(numbers.exact([tier.up_to, tier.up_to + NEXT])))
            if after < before:
                yield Cliff(tier.up_to, before, after)
