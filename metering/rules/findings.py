"""What looks wrong in daily usage: meters that fell silent, days that stand out. Pure; docs/USAGE_PAGES.md explains.

Floats: these are questions to a person, never amounts.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
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
    usual = medians_before(amounts)
    found: list[Spike] = []
    for n in map(int, np.flatnonzero(amounts >= TIMES * usual)):
        z = deviations(amounts[max(0, n - BEFORE) : n], float(amounts[n]), float(usual[n]))
        if z > DEVIATIONS and days[n] >= since:
            join(found, Spike(days[n], days[n], days[n], float(amounts[n]), float(usual[n]), z))
    return found[::-1]


def medians_before(amounts: NDArray[np.float64]) -> NDArray[np.float64]:
    """The median of up to 28 reports before each; infinite where there are too few to tell."""
    usual = np.full(len(amounts), np.inf)
    for n in range(FEWEST_BEFORE, min(BEFORE, len(amounts))):
        usual[n] = np.median(amounts[:n])
    if len(amounts) > BEFORE:
        usual[BEFORE:] = np.median(sliding_window_view(amounts[:-1], BEFORE), axis=1)
    return usual


def deviations(before: NDArray[np.float64], value: float, usual: float) -> float:
    """How many usual deviations the value lies above the median."""
    spread = NORMAL * float(np.median(np.abs(before - usual)))
    return (value - usual) / max(spread, SMALLEST_DEVIATION * usual, 1e-12)


def join(found: list[Spike], spike: Spike) -> None:
    """Add a spike, or lengthen the one just before it."""
    if not found or (spike.first - found[-1].last) > timedelta(days=CLOSE):
        found.append(spike)
        return
    before = found[-1]
    peak = spike if spike.value > before.value else before
    found[-1] = peak._replace(first=before.first, last=spike.last)
