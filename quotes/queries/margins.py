"""Cost and margin, path by path: the same usage rated with what a unit costs. Internal."""

from collections.abc import Sequence

import numpy as np

from pricing import Bill, Charge, Terms, Usage, rate
from pricing.numbers import Array
from quotes.queries.bands import band_of, plain_band
from quotes.rules.pricing import Margin


def margin(bill: Bill, usage: Usage, costs: Sequence[Charge], currency: str) -> Margin:
    """What the deal costs and leaves, for the term and each month."""
    metered = {series.meter for series in usage.series}
    charges = [charge for charge in costs if charge.metered and charge.quantity.meter in metered]
    frame = {"currency": currency, "start": bill.terms.start.isoformat(), "months": bill.terms.months}
    terms = Terms.parse({**frame, "charges": [charge.model_dump(mode="json") for charge in charges]})
    cost = rate(terms, usage)
    left = bill.net - cost.net
    return Margin(
        cost=band_of(cost.term, currency),
        margin=band_of(left.sum(axis=1), currency),
        percent=percent(bill.term, cost.term),
        months=tuple(band_of(left[:, n], currency) for n in range(left.shape[1])),
    )


def percent(net: Array, cost: Array):
    """Margin in percent of the bill; a path without a bill but with a cost counts as a loss of everything."""
    bill, spent = net.astype(np.float64), cost.astype(np.float64)
    if not bill.any():
        return None
    share = np.divide(bill - spent, bill, out=np.where(spent > 0, -1.0, 1.0), where=bill > 0)
    return plain_band(share * 100, 2)
