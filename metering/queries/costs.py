"""What usage costs the seller: rated from the catalog's unit costs by the price kernel. Internal, like margin.

Nothing that a customer sees is made from this module; pages ask for it only for those who may see the margin.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from catalog.queries import published_book, unit_costs
from customers.models import Customer
from metering.rules.grains import MONTH, gathered, places
from metering.rules.parts import Stream
from pricing import Charge, Series, Terms, Usage, rate
from pricing.components import Metered

StreamKey = tuple[int, Series]
ONE = Decimal(1)


@dataclass(frozen=True)
class Costs:
    """What each stream costs by itself, and all of it together; `unpriced` has no unit cost and counts as nothing."""

    currency: str
    book: str
    by_stream: Mapping[StreamKey, Decimal]
    total: Decimal
    unpriced: frozenset[Series]

    @property
    def adds_up(self) -> bool:
        """Whether the parts make the whole, but for the rounding of each: not so where unit costs have tiers."""
        return abs(sum(self.by_stream.values(), Decimal(0)) - self.total) <= max(ONE, self.total / 100)

    def of(self, streams: Iterable[Stream]) -> Decimal | None:
        """The cost of these together; None where none of them has a unit cost."""
        keys = [key for key in map(key_of, streams) if key[1] not in self.unpriced]
        return sum((self.by_stream[key] for key in keys), Decimal(0)) if keys else None


def usage_costs(
    customer: Customer, streams: Sequence[Stream], how: Mapping[str, str], first: date, last: date
) -> Costs | None:
    """What these streams cost from the first to the last day; None without a price book in the customer's currency.

    `how` is the aggregation by meter. Two queries.
    """
    book = published_book(customer.currency, last)
    if book is None:
        return None
    rater = Rater(customer.currency, first, last, unit_costs(book))
    months = {key_of(stream): rater.months(stream, how[stream.meter]) for stream in streams}
    by_stream = {key: rater.cost({key[1]: quantities})[0] for key, quantities in months.items()}
    total, unpriced = rater.cost(added_up(months))
    return Costs(customer.currency, str(book), by_stream, total, unpriced)


class Rater(NamedTuple):
    """Rates usage of a range with the unit costs in force at its end."""

    currency: str
    first: date
    last: date
    charges: Sequence[Charge]

    def months(self, stream: Stream, how: str) -> list[Decimal]:
        bars = places(self.first, self.last, MONTH, ())
        return [value or Decimal(0) for value in gathered(stream.days, bars, MONTH, how)]

    def cost(self, quantities: Mapping[Series, Sequence[Decimal]]) -> tuple[Decimal, frozenset[Series]]:
        """The amount, and the series that have no unit cost."""
        if not quantities:
            return Decimal(0), frozenset()
        used = {series.meter for series in quantities}
        charges = tuple(c for c in self.charges if isinstance(c.quantity, Metered) and c.quantity.meter in used)
        months = len(next(iter(quantities.values())))
        terms = Terms(currency=self.currency, start=self.first.replace(day=1), months=months, charges=charges)
        bill = rate(terms, Usage.exactly(quantities))
        return bill.total, frozenset(bill.unpriced)


def added_up(months: Mapping[StreamKey, Sequence[Decimal]]) -> dict[Series, list[Decimal]]:
    """The same series of several customers as one."""
    whole: dict[Series, list[Decimal]] = {}
    for (_, series), quantities in months.items():
        before = whole.get(series, [Decimal(0)] * len(quantities))
        whole[series] = [one + other for one, other in zip(before, quantities, strict=True)]
    return whole


def key_of(stream: Stream) -> StreamKey:
    return stream.customer_id, Series(stream.meter, tuple(sorted(stream.dimensions.items())))
