"""The loss of a network's bands as the benchmark counts it, and its gradient.

The pinball loss of P10, P50 and P90 of every step and of the sum of all steps, in usage (not in its logarithm), against
the mean of the series.
"""

from typing import NamedTuple

import numpy as np

from bench.fitting.windows import Group
from forecasting.engine.bands import LARGEST, P90
from forecasting.engine.learned import FURTHEST, WIDEST

QUANTILES = np.array([0.1, 0.5, 0.9], dtype=np.float32)
HIGHEST = 10.0  # a logarithm above this is no forecast
LIMITS = (FURTHEST, WIDEST, WIDEST)


class Bands(NamedTuple):
    """P10, P50 and P90 in units of the series' mean: steps (3, horizon, window), mean of all steps (3, window)."""

    steps: np.ndarray
    total: np.ndarray


class Drawn(NamedTuple):
    """What the gradient needs again."""

    growth: np.ndarray  # derivative of usage by its logarithm
    below: np.ndarray
    above: np.ndarray
    share: np.ndarray
    ends: np.ndarray  # mean of the steps' quantiles


def bands_of(group: Group, raw: np.ndarray) -> tuple[Bands, Drawn]:
    """What the engine would say if the network answered `raw` (lead, window, 4)."""
    bent = np.stack([limit * np.tanh(raw[..., n] / limit) for n, limit in enumerate(LIMITS)], axis=-1)
    asked = np.tensordot(group.leads, bent, 1)
    middle = group.centre + group.sigma * asked[..., 0]
    below, above = (np.minimum(P90 * group.sigma * np.exp(asked[..., n]), LARGEST) for n in (1, 2))
    z = np.stack([middle - below, middle, middle + above])
    size = np.exp(np.minimum(z, HIGHEST))
    steps = np.maximum(size - group.offset, 0) * group.relative
    growth = size * ((size > group.offset) & (z < HIGHEST)) * group.relative
    share = 1 / (1 + np.exp(-raw[-1, :, 3]))
    ends = steps.mean(axis=1)
    total = np.stack([ends[1] - share * (ends[1] - ends[0]), ends[1], ends[1] + share * (ends[2] - ends[1])])
    return Bands(steps, total), Drawn(growth, below, above, share, ends)


def losses(actual: np.ndarray, bands: Bands) -> tuple[np.ndarray, np.ndarray]:
    """Of the steps and of their sum, per window."""
    return (
        pinball(actual - bands.steps, QUANTILES[:, None, None]).mean(axis=0),
        pinball(actual.mean(axis=0) - bands.total, QUANTILES[:, None]),
    )


def pinball(miss: np.ndarray, levels: np.ndarray) -> np.ndarray:
    return 2 * np.maximum(levels * miss, (levels - 1) * miss).mean(axis=0)


def gradient(group: Group, raw: np.ndarray, actual: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Loss of each window (steps plus sum), and its derivative by `raw`; `actual` in units of the series' mean."""
    bands, drawn = bands_of(group, raw)
    horizon = len(actual)
    by_step = slope(actual - bands.steps, QUANTILES[:, None, None]) / horizon
    by_total = slope(actual.mean(axis=0) - bands.total, QUANTILES[:, None])
    by_step[0] += by_total[0] * drawn.share / horizon
    by_step[1] += (by_total[1] + (by_total[0] + by_total[2]) * (1 - drawn.share)) / horizon
    by_step[2] += by_total[2] * drawn.share / horizon
    by_share = by_total[0] * (drawn.ends[0] - drawn.ends[1]) + by_total[2] * (drawn.ends[2] - drawn.ends[1])
    by_z = by_step * drawn.growth
    by_asked = np.stack(
        [
            by_z.sum(axis=0) * group.sigma,
            -by_z[0] * drawn.below * (drawn.below < LARGEST),
            by_z[2] * drawn.above * (drawn.above < LARGEST),
        ],
        axis=-1,
    )
    found = np.zeros_like(raw)
    for n, limit in enumerate(LIMITS):
        flat = 1 - np.tanh(raw[..., n] / limit) ** 2
        found[..., n] = np.tensordot(group.leads.T, by_asked[..., n], 1) * flat
    found[-1, :, 3] = by_share * drawn.share * (1 - drawn.share)
    return np.add(*losses(actual, bands)), found


def slope(miss: np.ndarray, levels: np.ndarray) -> np.ndarray:
    return np.where(miss > 0, -levels, 1 - levels) * np.float32(2 / 3)
