"""What a seller states instead of history: low, base and high use per step, met in eight of ten futures."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.grains import Grain
from forecasting.engine.noise import scores_for
from forecasting.engine.panel import Array

FLOOR = 1e-6  # share of base below which a stated low counts as nothing
TOGETHER = 0.95  # mostly one unknown level
WORTH_DAYS = 90.0  # a statement weighs as much as this many days of history


@dataclass(frozen=True)
class Stated:
    """Use per step at P10, P50 and P90 once adopted; adoption takes `ramp_steps` (0: at once)."""

    low: float
    base: float
    high: float
    ramp_steps: float = 0.0


def stated_paths(statement: Stated, horizon: int, rows: Array, seed: int) -> Array:
    """Log-normal paths with the stated quantiles in every step."""
    if statement.base <= 0:
        return np.zeros((len(rows), horizon))
    score = scores_for(len(rows), horizon, TOGETHER, seed)[rows]
    sides = (max(side, statement.base * FLOOR) for side in (statement.low, statement.high))
    down, up = (abs(np.log(side / statement.base)) for side in sides)
    paths = statement.base * np.exp(np.where(score > 0, up, down) * score)
    return paths * adoption(horizon, statement.ramp_steps)


def adoption(horizon: int, ramp_steps: float) -> Array:
    """Share of full use at each step: a logistic curve that passes 10 % at the start and 90 % at `ramp_steps`."""
    if ramp_steps <= 0:
        return np.ones(horizon)
    steps = np.arange(1.0, horizon + 1.0)
    return 1.0 / (1.0 + np.exp(-np.log(81.0) * (steps / ramp_steps - 0.5)))


def blend(own: Array, history: Array, statement: Stated, grain: Grain, rows: Array, seed: int) -> Array:
    """Forecast and statement, path by path; the more history, the less the statement counts."""
    weight = history_weight(history, grain)
    return weight * own + (1.0 - weight) * stated_paths(statement, own.shape[1], rows, seed)


def history_weight(history: Array, grain: Grain) -> float:
    """Between 0 (no history) and nearly 1: smooth, so that a new month never makes the forecast jump."""
    days = float(np.isfinite(history).sum()) * grain.days
    return days / (days + WORTH_DAYS)
