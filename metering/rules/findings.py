"""What looks wrong in daily usage: meters that fell silent, days that stand out. Pure; docs/USAGE_PAGES.md explains.

Floats: these are questions to a person, never amounts.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from metering.rules.rhythm import cadence

# Silent: no data for longer than twice the longest pause among the last reports, and for more than three days.
REPORTS = 28
FEWEST_REPORTS = 5
PAUSES, SHORTEST_SILENCE = 2, 3
# A spike: more than six usual deviations above the median of the 28 reports before, and at least twice that median.
BEFORE, FEWEST_BEFORE = 28, 7
DEVIATIONS, TIMES = 6.0, 2.0
SMALLEST_DEVIATION = 0.1  # of the median, so that very even usage is not all spikes
NORMAL = 1.4826  # the median deviation of normal noise times this is its standard deviation
SPIKE_DAYS = 60
CLOSE = 3  # days; spikes this near are one


class Silence(NamedTuple):
    """A meter without data since `last`; until then it came every `cadence` days, with pauses of at most `pause`."""

    last: date
    days: int
    cadence: int
    pause: int


class Spike(NamedTuple):
    """The highest of neighbouring days that stand out; `usual` is the median before, `z` the deviations above it."""

    first: date
    last: date
    peak: date
    value: float
    usual: float
    z: float

    @property
    def times(self) -> float | None:
        return self.value / self.usual if self.usual else None


class Unusual(NamedTuple):
    """A report that stands out, by its place among all."""

    at: int
    usual: float
    z: float


def silence(days: Sequence[date], newest: date) -> Silence | None:
    """Whether a meter with data on these days, in order, fell silent before the newest day of anybody's data."""
    reports = days[-REPORTS:]
    if len(reports) < FEWEST_REPORTS:
        return None
    pause = max((later - earlier).days for earlier, later in pairwise(reports))
    quiet = (newest - reports[-1]).days
    if quiet <= max(SHORTEST_SILENCE, PAUSES * pause):
        return None
    return Silence(reports[-1], quiet, cadence(reports), pause)


def spikes(days: Sequence[date], values: Sequence[float] | NDArray[np.float64], since: date) -> list[Spike]:
    """Days from `since` on that stand out against the reports before them, neighbours as one, the newest first."""
    amounts = np.asarray(values, dtype=float)
    asked = np.array([day >= since for day in days], dtype=bool)
    found = standing_out(amounts, np.arange(len(amounts)), asked)
    return joined(spike(days[one.at], float(amounts[one.at]), one) for one in found)


def spike(day: date, value: float, found: Unusual) -> Spike:
    return Spike(day, day, day, value, found.usual, found.z)


def standing_out(amounts: NDArray[np.float64], nth: NDArray[np.int64], asked: NDArray[np.bool_]) -> list[Unusual]:
    """Which of the asked reports stand out, of many meters one after the other; `nth` is a report's place in its meter.

    A median of half of it or less needs as much in half of the reports before: few have that, and only those are
    looked at closely.
    """
    low = np.zeros(len(amounts), dtype=int)
    for back in range(1, BEFORE + 1):
        low[back:] += (amounts[:-back] <= amounts[back:] / TIMES) & (nth[back:] >= back)
    before = np.minimum(nth, BEFORE)
    near = np.flatnonzero(asked & (before >= FEWEST_BEFORE) & (amounts > 0) & (2 * low >= before))
    found = [
        one for size in np.unique(before[near]) for one in against_usual(amounts, near[before[near] == size], int(size))
    ]
    return sorted(found)


def against_usual(amounts: NDArray[np.float64], at: NDArray[np.int64], size: int) -> Iterator[Unusual]:
    """Those of these reports that stand out against so many before each."""
    earlier = amounts[at[:, None] - np.arange(size, 0, -1)]
    usual = np.median(earlier, axis=1)
    spread = NORMAL * np.median(np.abs(earlier - usual[:, None]), axis=1)
    z = (amounts[at] - usual) / np.maximum(np.maximum(spread, SMALLEST_DEVIATION * usual), 1e-12)
    for n in np.flatnonzero((amounts[at] >= TIMES * usual) & (z > DEVIATIONS)):
        yield Unusual(int(at[n]), float(usual[n]), float(z[n]))


def joined(ones: Iterable[Spike]) -> list[Spike]:
    """Neighbouring days as one spike, the newest first."""
    found: list[Spike] = []
    for one in ones:
        join(found, one)
    return found[::-1]


def join(found: list[Spike], one: Spike) -> None:
    """Add a spike, or lengthen the one just before it."""
    if not found or (one.first - found[-1].last) > timedelta(days=CLOSE):
        found.append(one)
        return
    before = found[-1]
    peak = one if one.value > before.value else before
    found[-1] = peak._replace(first=before.first, last=one.last)
