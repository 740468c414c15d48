"""Look-alikes of a young customer: how others of the same kind went on from the same age."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.grains import Grain
from forecasting.engine.noise import scores_for
from forecasting.engine.panel import Array

WORTH_DAYS = 120.0  # look-alikes together weigh as much as this many days of own history
TOGETHER = 0.8  # as a share of the steps' bands added up: how little the steps' errors even out
FEWEST = 3  # fewer look-alikes are anecdotes
TAIL_MOVE = 2.0  # no step may multiply a level by more than e to this beyond what any look-alike did


@dataclass(frozen=True)
class Cohort:
    """Histories of similar customers from their first step, at the grain of the forecast."""

    histories: tuple[Array, ...]


def blend(own: Array, history: Array, cohort: Cohort, grain: Grain, rows: Array, seed: int) -> Array:
    """Own forecast and the look-alikes' futures, path by path; own history soon outweighs them."""
    horizon = own.shape[1]
    age = int(np.isfinite(history).sum())
    moves = [move for move in (continuation(one, age, horizon, grain) for one in cohort.histories) if move is not None]
    if len(moves) < FEWEST:
        return own
    level = own_level(history, grain, cohort)
    spread = np.quantile(np.stack(moves), [0.1, 0.5, 0.9], axis=0)
    score = scores_for(len(rows), horizon, TOGETHER, seed)[rows]
    z = spread[1] + np.where(score > 0, spread[2] - spread[1], spread[1] - spread[0]) * score
    weight = age * grain.days / (age * grain.days + WORTH_DAYS)
    return weight * own + (1.0 - weight) * level * np.exp(np.minimum(z, np.max(spread[2]) + TAIL_MOVE))


def continuation(other: Array, age: int, horizon: int, grain: Grain) -> Array | None:
    """Log of what a look-alike used in the steps after this age, relative to its level at this age."""
    future = other[age : age + horizon]
    if len(future) < horizon or not np.isfinite(future).all():
        return None
    level = level_of(other[:age], grain) if age else float(np.mean(future))
    return np.log(np.maximum(future, 1e-3 * level) / level) if level > 0 else None


def own_level(history: Array, grain: Grain, cohort: Cohort) -> float:
    """The customer's own recent level; without any history the look-alikes' typical one."""
    if np.isfinite(history).any():
        return level_of(history, grain)
    return float(np.median([np.nanmean(one) for one in cohort.histories]))


def level_of(history: Array, grain: Grain) -> float:
    recent = history[-max(1, grain.recent // 4) :]
    known = recent[np.isfinite(recent)]
    return float(known.mean()) if len(known) else 0.0
