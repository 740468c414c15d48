"""Exponentially weighted means and regressions as linear filters: every origin at once, gaps skipped."""

import numpy as np
from scipy.linalg.lapack import dtbtrs

from forecasting.engine.panel import Array


def discounted(values: Array, keep: float) -> Array:
    """Running sum in which the past fades by `keep` per step.

    Each step less `keep` times the one before is the value: two diagonals, solved column by column from the top.
    """
    diagonals = np.empty((2, len(values)), order="F")
    diagonals[0], diagonals[1] = 1.0, -keep
    return np.asarray(dtbtrs(diagonals, values, uplo="L", diag="U")[0])


def smooth(z: Array, seen: Array, gain: float) -> Array:
    """Exponentially weighted mean of what was seen so far; 0 before the first value."""
    mass = discounted(seen, 1.0 - gain)
    return discounted(z * seen, 1.0 - gain) / np.where(mass > 0, mass, 1.0)


def line(z: Array, seen: Array, gain: float, ridge: float) -> tuple[Array, Array]:
    """Level and slope, at every origin, of a discounted straight-line fit; `ridge` draws a young slope to 0.

    The time axis is centred on the last row, so a longer panel does not change a series' figures.
    """
    keep = 1.0 - gain
    time = np.arange(1.0 - len(z), 1.0)[:, None]
    mass = discounted(seen, keep)
    safe = np.where(mass > 0, mass, 1.0)
    when, what = discounted(time * seen, keep) / safe, discounted(z * seen, keep) / safe
    spread = discounted(time**2 * seen, keep) / safe - when**2
    shared = discounted(time * z * seen, keep) / safe - when * what
    slope = shared / (np.maximum(spread, 0.0) + ridge / safe)
    return np.where(mass > 0, what + slope * (time - when), 0.0), slope
