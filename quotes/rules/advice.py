"""How much to prepay or to commit, and at which discount: answers from simulated spend alone.

`spend` is what the usage in question costs without any promise, (futures, windows): one column for each stretch of time
in which a promise must be used up. A promise of a `size` is, in each window,

- *credits*: paid for in advance with a discount; usage beyond them costs what it costs;
- a *commitment*: all usage costs less by the discount, and at least the size is owed.

Floats throughout: these are sizes to propose. What a proposal really comes to, the engine says.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from pricing.numbers import Array

CREDITS, COMMITMENT = "credit", "commitment"
NEVER = float("inf")
FINE = 1e-5  # of a discount: where the search for one ends


@dataclass(frozen=True, eq=False)
class Promise:
    """What could be promised: its kind, and the spend that uses it up.

    `parts` is how much of the size each window asks for: less than 1 where the term cuts it.
    """

    kind: str
    spend: Array  # (futures, windows)
    parts: Array  # (windows,)

    def used(self, discount: float) -> Array:
        """The spend as it counts against the size."""
        return self.spend if self.kind == CREDITS else self.spend * (1 - discount)

    def paid(self, size: float, discount: float) -> Array:
        """What a customer pays in each future, in all windows together."""
        owed, used = size * self.parts, self.used(discount)
        ahead = (1 - discount) * owed if self.kind == CREDITS else owed
        return np.asarray((ahead + np.maximum(used - owed, 0.0)).sum(axis=1))

    def unused(self, size: float, discount: float) -> Array:
        """What is promised and not used in each future."""
        return np.asarray(np.maximum(size * self.parts - self.used(discount), 0.0).sum(axis=1))

    def overage(self, size: float, discount: float) -> Array:
        """What is used beyond the size in each future."""
        return np.asarray(np.maximum(self.used(discount) - size * self.parts, 0.0).sum(axis=1))

    def free(self) -> Array:
        """What a customer pays in each future without any promise."""
        return np.asarray(self.spend.sum(axis=1))


def risk_of(promise: Promise, size: float, discount: float) -> float:
    """In how many futures a part of the promise stays unused in some window."""
    return float(np.mean(least_used(promise, discount) < size))


def size_at_risk(promise: Promise, risk: float, discount: float) -> float:
    """The largest size that is left unused in at most this share of futures."""
    least = np.sort(least_used(promise, discount))
    return float(least[min(int(risk * len(least) + 1e-9), len(least) - 1)])


def least_used(promise: Promise, discount: float) -> Array:
    """The size that each future would just use up in all of its windows."""
    return np.asarray((promise.used(discount) / promise.parts).min(axis=1))


def best_size(promise: Promise, risk: float, discount: float) -> float:
    """What is best for the customer, at most at this risk.

    Credits: the size with the least expected cost. One more unit costs 1 - discount and saves 1 wherever it is used, so
    it pays as long as the share of futures that use it is above 1 - discount. A commitment never saves by itself what
    its discount does not: the largest one at this risk is what can be given for the best discount.
    """
    most = size_at_risk(promise, risk, discount)
    if promise.kind == COMMITMENT:
        return most
    return min(cheapest(promise, discount), most)


def cheapest(promise: Promise, discount: float) -> float:
    """The size of credits with the least expected cost: windows weigh by what they ask for."""
    sizes = (promise.spend / promise.parts).ravel()
    order = np.argsort(sizes)
    weights = np.broadcast_to(promise.parts, promise.spend.shape).ravel()[order]
    covered = np.cumsum(weights) / weights.sum()
    at = int(np.searchsorted(covered, discount, side="left"))
    return float(sizes[order][min(at, len(sizes) - 1)]) if discount > 0 else 0.0


class Saving(NamedTuple):
    """What the customer saves against no promise: on average, at P50, and in how many futures anything."""

    expected: float
    middle: float
    share: float


def saving(promise: Promise, size: float, discount: float) -> Saving:
    saved = promise.free() - promise.paid(size, discount)
    return Saving(float(saved.mean()), float(np.median(saved)), float(np.mean(saved >= 0)))


class Discounts(NamedTuple):
    """From the least discount that leaves the customer no worse on average to the most that leaves the seller's P50 of
    margin where it is. `low` above `high`: no discount does both at this size; NEVER: none does the first."""

    low: float
    high: float

    @property
    def agree(self) -> bool:
        return self.low <= self.high

    @property
    def middle(self) -> float:
        return (self.low + self.high) / 2


def fair_discounts(promise: Promise, size: float, rest: Array) -> Discounts:
    """The discounts that make both sides better off; `rest` is the seller's margin of each future but for the spend.

    On average both sides together gain nothing from a promise: what one saves the other gives. They can both be better
    off because the seller looks at the middle of its futures and the customer at the mean of theirs.
    """
    free = promise.free()
    middle = float(np.median(rest + free))

    def customer_gains(discount: float) -> bool:
        return float(promise.paid(size, discount).mean()) <= float(free.mean()) * (1 + 1e-12)

    def seller_holds(discount: float) -> bool:
        return float(np.median(rest + promise.paid(size, discount))) >= middle - 1e-9 * abs(middle)

    low = 0.0 if customer_gains(0.0) else first_where(customer_gains) if customer_gains(1.0) else NEVER
    high = 1.0 if seller_holds(1.0) else 1.0 - first_where(lambda less: seller_holds(1.0 - less))
    return Discounts(low, high)


def first_where(holds: Callable[[float], bool]) -> float:
    """The least share from which on it holds, found by halving; 1 if nowhere before."""
    low, high = 0.0, 1.0
    while high - low > FINE:
        middle = (low + high) / 2
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high


def break_even(promise: Promise, size: float, discount: float) -> float:
    """The spend of a whole window from which on the promise is cheaper than none."""
    return size * (1 - discount) if promise.kind == CREDITS else size


class Point(NamedTuple):
    """A size and what it costs the customer: on average, and in 9 of 10 futures less than."""

    size: float
    expected: float
    high: float


def curve(promise: Promise, discount: float, most: float, count: int = 41) -> list[Point]:
    """What a customer pays for sizes from nothing to `most`."""
    found = []
    for size in np.linspace(0.0, most, count):
        paid = promise.paid(float(size), discount)
        found.append(Point(float(size), float(paid.mean()), float(np.quantile(paid, 0.9))))
    return found


def exhausted(spend: Array, size: float) -> list[float]:
    """In how many futures the size is used up by the end of each month of one window; `spend` (futures, months)."""
    return [float(share) for share in (np.cumsum(spend, axis=1) >= size).mean(axis=0)]
