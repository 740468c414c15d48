"""Series that are often zero: draws from their own past, younger days more likely, under a slowly walking level."""

import numpy as np
from scipy.special import stdtr, stdtrit

from forecasting.engine.grains import Grain
from forecasting.engine.noise import TAIL
from forecasting.engine.panel import Array

FADING = 2.5  # rare use ceases more often than it takes off: moves down count for more
BASE = 1.5  # uncertainty of the level, at P90, if a single use was seen
OFTEN = 0.25  # share of zeros from which this branch is taken
ENOUGH = 6  # values below which the main branch knows better
HALF_LIFE = {"M": 9.0, "W": 13.0, "D": 30.0}
WALK = {"M": 0.14, "W": 0.10, "D": 0.04}  # growth of the level's uncertainty per root step, at P90


def is_intermittent(values: Array) -> bool:
    known = values[np.isfinite(values)]
    return len(known) >= ENOUGH and bool((known > 0).any()) and float((known <= 0).mean()) >= OFTEN


def paths(values: Array, grain: Grain, persistent: Array, fresh: Array) -> Array:
    """`fresh` picks the value of each step, `persistent` moves the level; both are scores (n_paths, horizon)."""
    horizon = fresh.shape[1]
    values = values[-grain.memory :]
    age = np.arange(len(values))[::-1]
    weight = np.isfinite(values) * 0.5 ** (age / HALF_LIFE[grain.name])
    uniform = stdtr(TAIL, fresh * stdtrit(TAIL, 0.9))
    drawn = np.empty_like(fresh)
    weekly = grain.name == "D" and len(values) >= 4 * grain.season
    for phase in range(grain.season if weekly else 1):
        same = (age % grain.season == (grain.season - 1 - phase)) if weekly else np.ones(len(values), bool)
        columns = slice(phase, horizon, grain.season if weekly else 1)
        drawn[:, columns] = pick(values[same], weight[same], uniform[:, columns])
    evidence = max(1.0, float((weight * (np.nan_to_num(values) > 0)).sum()))
    unsure = np.sqrt(BASE**2 / evidence + WALK[grain.name] ** 2 * np.arange(1.0, horizon + 1.0))
    return drawn * np.exp(unsure * np.where(persistent < 0, FADING, 1.0) * persistent)


def pick(values: Array, weight: Array, uniform: Array) -> Array:
    """Quantiles of the weighted values."""
    known = weight > 0
    if not known.any():
        return np.zeros_like(uniform)
    values, weight = np.maximum(values[known], 0.0), weight[known]
    rising = np.argsort(values, kind="stable")
    share = np.cumsum(weight[rising])
    return values[rising][np.searchsorted(share / share[-1], uniform).clip(0, len(values) - 1)]
