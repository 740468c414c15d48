"""What else the simulated bills say: commitments that stay unused, credits that run out, overage, the largest bill."""

from decimal import Decimal

import numpy as np

from pricing import Bill, Commitment, CreditGrant, Terms, Usage, rate
from pricing.numbers import Array
from quotes.queries.bands import band_of, plain_band, share
from quotes.rules.pricing import Band, CommitmentRisk, CreditRisk, Risks
from quotes.rules.series import assumed

NOTHING = 0.005  # less than half a cent, or half a hundredth of a unit, is not left over
WITHOUT_LIMIT = Decimal(10) ** 15


def risks_of(bill: Bill, net: Array, committed: Decimal) -> Risks:
    """`net` (rows, months) is the bill of every future, `committed` what is owed whatever happens."""
    terms = bill.terms
    term = net.sum(axis=1).astype(np.float64)
    beyond = np.maximum(term - float(committed), 0.0)
    return Risks(
        commitments=tuple(found for one in terms.commitments if (found := commitment(bill, one))),
        credits=tuple(grant for one in terms.credits if (grant := credit(bill, one))),
        overage=band_of(beyond, terms.currency),
        expected_overage=band_of(np.array([beyond.mean()]), terms.currency).p50,
        largest=largest(terms, bill),
        p99=band_of(np.quantile(term, [0.99]), terms.currency).p50,
    )


def commitment(bill: Bill, one: Commitment) -> CommitmentRisk | None:
    """A true-up bills what was not used; of a prepaid one it is what is left when its window ends."""
    if one.settle == "true_up":
        missing = bill.by_key[f"{one.key}/true-up"].net.sum(axis=1)
    elif one.settle == "prepaid" and one.key in bill.left:
        missing = at_window_ends(bill, one).sum(axis=1)
    else:
        return None
    unused = missing.astype(np.float64)
    return CommitmentRisk(one.name or one.key, share(unused > NOTHING), band_of(unused, bill.terms.currency))


def at_window_ends(bill: Bill, one: Commitment) -> Array:
    """What is left of each window on its last month."""
    first, stop = one.from_month - 1, min(one.to_month or bill.net.shape[1], bill.net.shape[1])
    width = {"month": 1, "quarter": 3, "year": 12}.get(one.window, stop - first)
    ends = [min(opens + width, stop) - 1 for opens in range(first, stop, width)]
    return bill.left[one.key][:, ends]


def credit(bill: Bill, one: CreditGrant) -> CreditRisk | None:
    if one.key not in bill.left:
        return None
    left = bill.left[one.key].astype(np.float64)
    gone = left[:, one.from_month - 1 :] <= NOTHING
    before = (Decimal(0),) * (one.from_month - 1)
    return CreditRisk(
        name=one.name or one.key,
        unit=one.unit or "",
        recurring=one.every != "once",
        exhausted=(*before, *(share(gone[:, n]) for n in range(gone.shape[1]))),
        left=in_unit(left[:, -1], one, bill.terms.currency),
    )


def in_unit(values: Array, one: CreditGrant, currency: str) -> Band:
    return plain_band(values, 2) if one.unit else band_of(values, currency)


def largest(terms: Terms, bill: Bill) -> Decimal | None:
    """The bill of usage without limit, where every metered charge or the whole deal is capped; else None."""
    metered = [charge for charge in terms.charges if charge.metered]
    if terms.maximum is None and not (metered and all(charge.maximum is not None for charge in metered)):
        return None
    months = bill.net.shape[1]
    endless = {series: [WITHOUT_LIMIT] * months for charge in metered for series in assumed(charge)}
    return rate(terms, Usage.exactly(endless) if endless else Usage.zero(terms), lines=False).total
