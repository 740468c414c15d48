"""Cost and margin, path by path: the same usage rated with what a unit costs. Internal."""

from collections.abc import Sequence

import numpy as np

from pricing import Charge, Terms, Usage, rate
from pricing.components import Metered
from pricing.numbers import Array
from quotes.queries.bands import band_of, plain_band
from quotes.rules.pricing import Band, Margin


def margin(terms: Terms, net: Array, usage: Usage, costs: Sequence[Charge]) -> Margin:
    """What the deal costs and leaves of its bill `net` (rows, months), for the term and each month."""
    metered = {series.meter for series in usage.series}
    counted = [charge for charge in costs if isinstance(charge.quantity, Metered) and charge.quantity.meter in metered]
    cost = rate(Terms(currency=terms.currency, start=terms.start, months=terms.months, charges=tuple(counted)), usage)
    left = net - cost.net
    return Margin(
        cost=band_of(cost.term, terms.currency),
        margin=band_of(left.sum(axis=1), terms.currency),
        percent=percent(net.sum(axis=1), cost.term),
        months=tuple(band_of(left[:, n], terms.currency) for n in range(left.shape[1])),
    )


def percent(net: Array, cost: Array) -> Band | None:
    """Margin in percent of the bill; a path without a bill but with a cost counts as a loss of everything."""
    bill, spent = net.astype(np.float64), cost.astype(np.float64)
    if not bill.any():
        return None
    share = np.divide(bill - spent, bill, out=np.where(spent > 0, -1.0, 1.0), where=bill > 0)
    return plain_band(share * 100, 2)
