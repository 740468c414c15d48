"""Cost and margin, path by path: the same usage rated with what a unit costs. Internal."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pricing import Bill, Charge, Terms, Usage, rate
from pricing.components import Metered
from pricing.numbers import Array
from quotes.queries.bands import band_of, bands_of, money, plain_band, share, years_of
from quotes.rules.pricing import Band, Depth, Margin


def margin(terms: Terms, net: Array, usage: Usage, costs: Sequence[Charge], *, depth: Depth = Depth.YEARS) -> Margin:
    """What the deal costs and leaves of its bill `net` (rows, months): over the term, and as deep as asked for."""
    billed = cost_bill(terms, usage, costs)
    left = net - billed.net
    term = left.sum(axis=1)
    found = Margin(
        cost=money(billed.term_bands, terms.currency)[0],
        margin=band_of(term, terms.currency),
        percent=percent(net.sum(axis=1), billed.term),
        months=bands_of(left, terms.currency) if depth >= Depth.MONTHS else (),
        cost_months=money(billed.bands, terms.currency) if depth >= Depth.MONTHS else (),
        loss=share(term < 0),
    )
    return by_year(found, left, billed, terms.currency) if depth >= Depth.YEARS else found


def by_year(found: Margin, left: Array, billed: Bill, currency: str) -> Margin:
    """The same with what is left of each contract year."""
    years = years_of(left)
    return replace(
        found,
        years=bands_of(years, currency),
        cost_years=bands_of(years_of(billed.net), currency),
        loss_years=tuple(share(years[:, n] < 0) for n in range(years.shape[1])),
    )


def cost_of(terms: Terms, usage: Usage, costs: Sequence[Charge]) -> Array:
    """What the usage costs the seller in each future and month."""
    return cost_bill(terms, usage, costs).net


def cost_bill(terms: Terms, usage: Usage, costs: Sequence[Charge]) -> Bill:
    """The same usage rated with what a unit costs: no edit of a price changes it."""
    metered = {series.meter for series in usage.series}
    counted = [charge for charge in costs if isinstance(charge.quantity, Metered) and charge.quantity.meter in metered]
    frame = Terms(currency=terms.currency, start=terms.start, months=terms.months, charges=tuple(counted))
    return rate(frame, usage, lines=False)


def percent(net: Array, cost: Array) -> Band | None:
    """Margin in percent of the bill; a path without a bill but with a cost counts as a loss of everything."""
    bill, spent = net.astype(np.float64), cost.astype(np.float64)
    if not bill.any():
        return None
    share_left = np.divide(bill - spent, bill, out=np.where(spent > 0, -1.0, 1.0), where=bill > 0)
    return plain_band(share_left * 100, 2)
