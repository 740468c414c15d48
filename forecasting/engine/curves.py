"""How something new is taken up: curves that rise from 0 at their start to 1."""

from collections.abc import Callable
from functools import partial

import numpy as np

from forecasting.engine.panel import Array

STEEPNESS = np.log(81.0)  # of the logistic: from a tenth to nine tenths of itself over the whole duration
PER_STEP = 8  # points at which a curve is looked at within one step
SHAPES = ("logistic", "bass", "linear")


def adopted(horizon: int, start: float, duration: float, *, shape: str = "logistic", imitation: float = 10.0) -> Array:
    """Share of full use in each step, averaged over the step; `start` and `duration` are counted in steps.

    A start of 2.5 is the middle of the third step. With no duration everything is there from the start.
    "bass" is Bass's diffusion: nine tenths at `duration`, `imitation` how much stronger example is than advertising.
    """
    if shape not in SHAPES:
        raise ValueError(f"A curve is one of {', '.join(SHAPES)}, not {shape}.")
    if duration <= 0:
        return np.clip(np.arange(1.0, horizon + 1.0) - start, 0.0, 1.0)
    curves: dict[str, Callable[[Array], Array]] = {
        "logistic": logistic,
        "linear": partial(np.minimum, 1.0),
        "bass": partial(bass, imitation=imitation),
    }
    points = (np.arange(horizon * PER_STEP) + 0.5) / PER_STEP
    since = np.maximum(points - start, 0.0) / duration
    return np.asarray(curves[shape](since)).reshape(horizon, PER_STEP).mean(axis=1)


def logistic(time: Array) -> Array:
    """The middle part of a logistic curve, stretched to go from 0 at time 0 to 1 at time 1 and stay there."""
    ends = expit(np.array([0.0, 1.0]))
    return (expit(np.minimum(time, 1.0)) - ends[0]) / (ends[1] - ends[0])


def expit(time: Array) -> Array:
    return 1.0 / (1.0 + np.exp(-STEEPNESS * (time - 0.5)))


def bass(time: Array, imitation: float) -> Array:
    """Adopters by time: each is won by advertising, or `imitation` times more easily by those who came before."""
    pace = np.log(9.0 * imitation + 10.0)  # so that nine tenths are reached at time 1
    gone = np.exp(-pace * time)
    return (1.0 - gone) / (1.0 + imitation * gone)
