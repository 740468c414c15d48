"""What was used, or may be: one array per series of a meter, shape (rows, periods)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from . import numbers
from .money import ZERO
from .numbers import Array

if TYPE_CHECKING:
    from .bill import Bill
    from .terms import Terms

LAST = 4  # terms whose bills a lasting usage keeps: as sold, at list and at cost, and those before an edit
KEPT = 4_000_000  # numbers in these bills together: 32 MB

Dimensions = tuple[tuple[str, str], ...]
EventAmounts = Sequence[Sequence[Decimal]]  # one list of event amounts per period


class Series(NamedTuple):
    """A meter and the dimension values of one stream of its usage, as sorted (name, value) pairs."""

    meter: str
    dimensions: Dimensions = ()

    @classmethod
    def of(cls, meter: str, **dimensions: str) -> "Series":
        """Make a series from keyword dimensions: `Series.of("tokens", model="sonnet", direction="input")`."""
        return cls(meter, tuple(sorted(dimensions.items())))

    def __str__(self) -> str:
        return " · ".join([self.meter, *(value for _, value in self.dimensions)])


class Usage:
    """Usage of every series in every period of some terms.

    All arrays have one shape (rows, periods) and one kind of number: `Decimal` objects in one row (exact), or
    `float64` with one row per simulated path. A series that is absent was not used. `events` may list the single
    event amounts of a series where there is one row, for prices that look at each event. A `lasting` usage is rated
    again and again, and keeps what the last few terms came to.
    """

    def __init__(
        self,
        series: Mapping[Series, Array],
        *,
        events: Mapping[Series, EventAmounts] | None = None,
        shape: tuple[int, int] | None = None,
        lasting: bool = False,
    ):
        arrays = {Series(*key): np.asarray(values) for key, values in series.items()}
        shapes = {array.shape for array in arrays.values()} | ({shape} if shape else set())
        if len(shapes) != 1 or len(next(iter(shapes))) != 2:
            raise ValueError(f"usage needs arrays of one shape (rows, periods), got {sorted(shapes)}")
        kinds = {array.dtype for array in arrays.values()}
        if not kinds <= {numbers.type_of_exact} and not kinds <= {np.dtype(np.float64)}:
            raise ValueError("usage is either all Decimal (dtype object) or all float64")
        self.rows: int
        self.periods: int
        self.rows, self.periods = next(iter(shapes))
        self.exact = numbers.type_of_exact in kinds or (not kinds and self.rows == 1)
        if self.exact and self.rows != 1:
            raise ValueError("exact usage has one row; simulate with float64")
        if events and self.rows != 1:
            raise ValueError("single events are known of one row only; simulate their number as a meter")
        for key, array in arrays.items():
            _check_sign(key, array)
        self.series = MappingProxyType(dict(sorted(arrays.items())))
        self.events = MappingProxyType(dict(events or {}))
        self.lasting = lasting
        self.known: list[tuple[Terms, Bill]] = []

    @classmethod
    def zero(cls, terms: "Terms", rows: int = 1) -> "Usage":
        """Return no usage at all: exact for one row, simulated for more."""
        return cls({}, shape=(rows, len(terms.periods)))

    @classmethod
    def exactly(cls, quantities: Mapping[Series, Sequence[Decimal | int | str]]) -> "Usage":
        """Make exact usage from one quantity per period: `{Series("tokens"): ["1000", "2000"]}`."""
        return cls({key: numbers.exact(map(Decimal, values))[np.newaxis, :] for key, values in quantities.items()})

    def simulated(self) -> "Usage":
        """Return the same usage in floats."""
        arrays = {key: values.astype(np.float64) for key, values in self.series.items()}
        return Usage(arrays, events=self.events, shape=(self.rows, self.periods))

    def once(self, terms: "Terms", make: Callable[[], "Bill"]) -> "Bill":
        """Return what `make` gave for these terms, or for others that say the same."""
        for one, found in self.known:
            if one == terms:
                return found
        found = make()
        known = [*self.known[1 - LAST :], (terms, found)]
        while sum(bill.numbers for _, bill in known) > KEPT:
            known.pop(0)
        self.known = known  # at once: other threads may be reading
        return found

    def blocks(self, rows: int) -> "Iterator[tuple[slice, Usage]]":
        """Cut the rows into blocks of at most `rows`: views, not copies."""
        if self.rows <= rows:
            yield slice(0, self.rows), self
            return
        for first in range(0, self.rows, rows):
            cut = slice(first, min(first + rows, self.rows))
            yield cut, self._rows(cut)

    def _rows(self, cut: slice) -> "Usage":
        part = object.__new__(Usage)
        part.rows, part.periods, part.exact = cut.stop - cut.start, self.periods, self.exact
        part.series = MappingProxyType({key: array[cut] for key, array in self.series.items()})
        part.events, part.lasting = self.events, False
        return part


def _check_sign(series: Series, array: Array) -> None:
    # min() is NaN if any value is, and NaN >= 0 is false.
    if array.size and not array.min() >= (ZERO if numbers.is_exact(array) else 0.0):
        raise ValueError(f"usage of {series} has negative or missing values; usage is 0 or more")
