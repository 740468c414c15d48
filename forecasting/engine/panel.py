"""Many histories of one grain side by side: right-aligned, gaps masked, on a scale where growth is a straight line."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from forecasting.engine.grains import Grain

Array = NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Panel:
    """Time runs down, series run across. Rows before a series begins and missing values have `seen` 0 and `z` 0."""

    grain: Grain
    y: Array  # (time, series), 0 where not seen
    z: Array
    seen: Array
    scale: Array  # (series,)
    offset: Array

    @property
    def count(self) -> Array:
        """How many values of each series are known."""
        return total(self.seen)

    def to_y(self, z: Array) -> Array:
        return np.maximum(np.exp(z) - self.offset, 0.0) * self.scale


def total(values: Array) -> Array:
    """Sum over the first axis, row by row, so that one series adds up exactly as it does among many.

    numpy adds a single column pairwise, but several columns row by row.
    """
    return np.add.reduce(values, axis=0) if values[0].size > 1 else np.cumsum(values, axis=0)[-1]


def mean(values: Array, weights: Array, *, empty: float = 0.0) -> Array:
    """Weighted mean over the first axis; `empty` where there is no weight."""
    mass = total(weights)
    return np.where(mass > 0, total(values * weights) / np.where(mass > 0, mass, 1.0), empty)


def make_panel(series: Sequence[Array], grain: Grain) -> Panel:
    """Line the histories up at their last step; a negative value (a correction) counts as no usage."""
    kept = [np.asarray(values, dtype=np.float64)[-grain.memory :] for values in series]
    height = max(1, *(len(values) for values in kept))
    y, seen = np.zeros((height, len(kept))), np.zeros((height, len(kept)))
    for column, values in enumerate(kept):
        known = np.isfinite(values)
        y[height - len(values) :, column] = np.where(known, np.maximum(values, 0.0), 0.0)
        seen[height - len(values) :, column] = known
    scale = recent_level(y, seen, grain)
    offset = np.full(len(kept), grain.offset)
    z = np.where(seen > 0, np.log(y / scale + offset), 0.0)
    return Panel(grain, y, z, seen, scale, offset)


def recent_level(y: Array, seen: Array, grain: Grain) -> Array:
    """Mean of the recent values; of all values where the recent ones are zero; 1 where nothing was ever used."""
    recent = mean(y[-grain.recent :], seen[-grain.recent :])
    ever = mean(y, seen)
    return np.where(recent > 0, recent, np.where(ever > 0, ever, 1.0))
