"""What a seller states instead of history: low, base and high use per step, met in eight of ten futures."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.curves import adopted
from forecasting.engine.grains import Grain
from forecasting.engine.noise import scores_for
from forecasting.engine.panel import Array

FLOOR = 1e-6  # share of base below which a stated low counts as nothing
TOGETHER = 0.95  # mostly one unknown level
WORTH_DAYS = 90.0  # a statement weighs as much as this many days of history


@dataclass(frozen=True)
class Stated:
    """Use per step at P10, P50 and P90 once adopted; adoption takes `ramp_steps`.

    0 is what the look-alikes took, if there are any, else at once.
    """

    low: float
    base: float
    high: float
    ramp_steps: float = 0.0

    @classmethod
    def per_seat(cls, seats: float, low: float, base: float, high: float, ramp_steps: float = 0.0) -> "Stated":
        """So many seats, each with a low, a base and a high use per step."""
        return cls(seats * low, seats * base, seats * high, ramp_steps)


def stated_paths(statement: Stated, horizon: int, rows: Array, seed: int, ramp: Array | None = None) -> Array:
    """Log-normal paths with the stated quantiles in every step, adopted as stated or along `ramp`."""
    if statement.base <= 0:
        return np.zeros((len(rows), horizon))
    score = scores_for(len(rows), horizon, TOGETHER, seed)[rows]
    sides = (max(side, statement.base * FLOOR) for side in (statement.low, statement.high))
    down, up = (abs(np.log(side / statement.base)) for side in sides)
    paths = statement.base * np.exp(np.where(score > 0, up, down) * score)
    if ramp is None or statement.ramp_steps > 0:
        ramp = adopted(horizon, 0.0, statement.ramp_steps)
    return np.asarray(paths * ramp)


def blend(
    own: Array, history: Array, statement: Stated, grain: Grain, rows: Array, seed: int, ramp: Array | None = None
) -> Array:
    """Forecast and statement, path by path; the more history, the less the statement counts."""
    weight = history_weight(history, grain)
    return weight * own + (1.0 - weight) * stated_paths(statement, own.shape[1], rows, seed, ramp)


def history_weight(history: Array, grain: Grain) -> float:
    """Between 0 (no history) and nearly 1: smooth, so that a new month never makes the forecast jump."""
    days = float(np.isfinite(history).sum()) * grain.days
    return days / (days + WORTH_DAYS)
