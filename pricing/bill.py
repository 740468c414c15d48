"""What comes out: a bill with one line per key, and bands over many bills."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from . import numbers
from .money import minor_unit
from .numbers import Array
from .periods import Period
from .sheet import Account, Change

if TYPE_CHECKING:
    from .terms import Terms
    from .usage import Series


@dataclass(frozen=True, eq=False)
class BillLine:
    """One line of a bill. Every array has the shape (rows, periods).

    `quantity` is what was measured or agreed, `rated` what was priced of it after allowances. The amounts are named
    apart: `list` before discounts, `discounted` after them, `credited` paid by credits, and `net` to be paid:
    net = discounted - credited, always.
    """

    key: str  # stable: `tokens`, `tokens/sonnet,input`, `commit/true-up`
    charge: str  # key of the component it comes from
    name: str
    kind: str  # charge, minimum, guarantee, credit, commitment or deal
    unit: str
    quantity: Array
    rated: Array
    list: Array
    discounted: Array
    credited: Array
    net: Array
    changes: tuple[Change, ...] = ()

    def __post_init__(self) -> None:
        if numbers.is_exact(self.net) and not np.array_equal(self.net, self.discounted - self.credited):
            raise ValueError(f"bill line {self.key}: net is not discounted less credited")

    @cached_property
    def known(self) -> dict[Any, Any]:
        """What was worked out from this line, for as long as it is kept itself."""
        return {}

    @property
    def arrays(self) -> tuple[Array, ...]:
        """Quantities and amounts from left to right; what a step left as it was is the same array."""
        return (self.quantity, self.rated, self.list, self.discounted, self.credited, self.net)

    @property
    def term(self) -> Array:
        """Net over the whole term, shape (rows,)."""
        return np.asarray(self.net.sum(axis=1))

    @cached_property
    def list_term(self) -> Array:
        """List amount over the whole term, shape (rows,)."""
        return np.asarray(self.list.sum(axis=1))

    @cached_property
    def discounted_term(self) -> Array:
        """Discounted amount over the whole term, shape (rows,)."""
        return np.asarray(self.discounted.sum(axis=1))

    @cached_property
    def expected(self) -> float:
        """Mean discounted amount over the whole term."""
        return float(self.discounted_term.mean())


@dataclass(frozen=True, eq=False)
class Bill:
    """What some usage costs under some terms, in every row and period."""

    terms: "Terms"
    periods: tuple[Period, ...]
    lines: tuple[BillLine, ...]
    net: Array  # (rows, periods)
    unpriced: "tuple[Series, ...]" = ()  # used, but no charge bills it
    left: Mapping[str, Array] = field(default_factory=dict)  # of each credit, prepaid commitment: at each period's end
    accounts: Mapping[str, Account] = field(default_factory=dict)  # of the same; exact only

    @cached_property
    def term(self) -> Array:
        """Net over the whole term, shape (rows,)."""
        return np.asarray(self.net.sum(axis=1))

    @property
    def numbers(self) -> int:
        """How many numbers it holds; a row that stands for all rows counts once."""
        arrays = {id(array): array for line in self.lines for array in line.arrays}
        return self.net.size + sum(array.size if array.strides[0] else array.shape[1] for array in arrays.values())

    @property
    def total(self) -> Decimal:
        """The exact total of an exact bill."""
        if not numbers.is_exact(self.net):
            raise ValueError("a simulated bill has no one total; take bands of its term")
        return Decimal(self.term[0])

    @cached_property
    def bands(self) -> "Bands":
        """P10, P50 and P90 of each period."""
        return bands(self.net)

    @cached_property
    def term_bands(self) -> "Bands":
        """The same over the term, as arrays of one."""
        return bands(self.term[:, np.newaxis])

    @cached_property
    def by_charge(self) -> "Mapping[str, tuple[BillLine, ...]]":
        """The lines by the component that they come from."""
        found: dict[str, tuple[BillLine, ...]] = {}
        for line in self.lines:
            found[line.charge] = (*found.get(line.charge, ()), line)
        return MappingProxyType(found)

    @cached_property
    def by_key(self) -> Mapping[str, BillLine]:
        """The lines by key."""
        return MappingProxyType({line.key: line for line in self.lines})


class Bands(NamedTuple):
    """The 10th, 50th and 90th percentile over simulated futures: arrays, or decimals once rounded."""

    p10: Array
    p50: Array
    p90: Array

    def rounded(self, currency: str) -> "Bands":
        """Return the bands as exact amounts (object arrays of Decimal) in the currency's minor unit."""
        return Bands(*(_as_money(values, currency) for values in self))


def bands(values: Array) -> Bands:
    """Return P10, P50 and P90 along the rows (axis 0). Exact values give themselves three times."""
    if numbers.is_exact(values):
        if values.shape[0] != 1:
            raise ValueError("bands are taken over simulated rows, or of one exact row")
        return Bands(values[0], values[0], values[0])
    return Bands(*np.quantile(values, (0.1, 0.5, 0.9), axis=0))


def _as_money(values: Array, currency: str) -> Array:
    unit = minor_unit(currency)
    flat = [Decimal(repr(float(value))) if not isinstance(value, Decimal) else value for value in np.ravel(values)]
    return numbers.exact(numbers.quantized(value, unit) for value in flat).reshape(np.shape(values))
