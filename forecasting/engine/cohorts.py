"""Look-alikes of a young customer: how others of the same kind went on from the same age."""

from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from forecasting.engine.bands import P90
from forecasting.engine.grains import Grain
from forecasting.engine.noise import scores_for
from forecasting.engine.panel import Array

WORTH_DAYS = 75.0  # as many days of own history count as much as look-alikes (least loss on young public series)
TOGETHER = 0.8  # as a share of the steps' bands added up: how little the steps' errors even out
FEWEST = 3  # fewer look-alikes are anecdotes
TAIL_MOVE = 2.0  # no step may multiply a level by more than e to this beyond what any look-alike did
SMALLEST = 1e-3  # of a level: less counts as this much
PLATEAU = 0.25  # the last part of a look-alike's known future, against which its ramp is told


@dataclass(frozen=True)
class Cohort:
    """Histories of similar customers from their first step, at the grain of the forecast."""

    histories: tuple[Array, ...]


def blend(own: Array, history: Array, cohort: Cohort, grain: Grain, rows: Array, seed: int) -> Array:
    """Own forecast and the look-alikes' futures, path by path; own history soon outweighs them."""
    horizon = own.shape[1]
    age = int(np.isfinite(history).sum())
    typical = None if age else first_level(cohort, horizon)
    spread = quantiles([continuation(one, age, horizon, grain, typical) for one in cohort.histories])
    if spread is None:
        return own
    z = drawn(spread, scores_for(len(rows), horizon, TOGETHER, seed)[rows])
    level = typical or level_of(history, grain)
    weight = own_weight(age * grain.days)
    return weight * own + (1.0 - weight) * level * np.exp(np.minimum(z, np.max(spread[2]) + TAIL_MOVE))


def ramp(cohort: Cohort, age: int, horizon: int, grain: Grain, rows: Array, seed: int) -> Array | None:
    """How far the look-alikes were, at each step from this age on, on the way to where they arrived: by path."""
    futures = [continuation(one, age, horizon, grain) for one in cohort.histories]
    spread = quantiles([None if one is None else one - arrived(one) for one in futures])
    if spread is None:
        return None
    z = drawn(spread, scores_for(len(rows), horizon, TOGETHER, seed)[rows])
    return np.asarray(np.exp(np.minimum(z, max(0.0, float(spread[1].max())))))


def continuation(other: Array, age: int, horizon: int, grain: Grain, level: float | None = None) -> Array | None:
    """Log of what a look-alike used in the steps after this age, NaN where that is not known.

    It is told relative to `level`, or to the look-alike's own: that at this age, or at age 0 that of these steps.
    """
    future = np.full(horizon, np.nan)
    known = other[age : age + horizon]
    future[: len(known)] = known
    if not np.isfinite(future).any():
        return None
    if level is None:
        level = level_of(other[:age], grain) if age else float(np.nanmean(future))
    return np.log(np.maximum(future, SMALLEST * level) / level) if level > 0 else None


def arrived(future: Array) -> float:
    """Log of the level at the end of what is known."""
    known = future[np.isfinite(future)]
    return float(np.log(np.mean(np.exp(known[-max(1, round(PLATEAU * len(known))) :]))))


def quantiles(moves: list[Array | None]) -> Array | None:
    """P10, P50 and P90 (3, horizon) of a new customer's moves; None if too few look-alikes went on.

    A handful of look-alikes says less about the next than their own spread does: Student's t makes up for it. Where
    too few are known the last step's median holds on, and the spread grows with the root of time.
    """
    known = np.stack([one for one in moves if one is not None]) if any(one is not None for one in moves) else None
    if known is None:
        return None
    count = np.isfinite(known).sum(axis=0)
    steps = len(count) if (count >= FEWEST).all() else int(np.argmax(count < FEWEST))
    if not steps:
        return None
    low, middle, high = np.nanquantile(known[:, :steps], [0.1, 0.5, 0.9], axis=0)
    few = stdtrit(count[:steps] - 1, 0.9) / P90 * np.sqrt(1.0 + 1.0 / count[:steps])
    beyond = np.maximum(np.arange(len(count)) + 1.0, steps) / steps
    at = np.minimum(np.arange(len(count)), steps - 1)
    below, above = ((side * few)[at] * np.sqrt(beyond) for side in (middle - low, high - middle))
    return np.stack([middle[at] - below, middle[at], middle[at] + above])


def drawn(spread: Array, score: Array) -> Array:
    return np.asarray(spread[1] + np.where(score > 0, spread[2] - spread[1], spread[1] - spread[0]) * score)


def first_level(cohort: Cohort, horizon: int) -> float | None:
    """What look-alikes typically used over their first steps."""
    first = [one[:horizon] for one in cohort.histories]
    levels = [np.nanmean(one) for one in first if np.isfinite(one).any()]
    return float(np.median(levels)) if levels else None


def own_weight(days: float) -> float:
    """From 0 (no history) to nearly 1; slow at first, since a first month says nothing of growth."""
    return days**2 / (days**2 + WORTH_DAYS**2)


def level_of(history: Array, grain: Grain) -> float:
    recent = history[-max(1, grain.recent // 4) :]
    known = recent[np.isfinite(recent)]
    return float(known.mean()) if len(known) else 0.0
