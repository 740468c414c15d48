"""Frozen inputs -> usage per billing period on every path, jointly over months and meters. Pure and deterministic."""

import numpy as np

from forecasting.engine import Stated, couple, forecast_batch
from forecasting.engine.grains import GRAINS
from forecasting.rules.assumptions import Assumption
from forecasting.rules.inputs import Inputs, SeriesInput
from forecasting.rules.months import DAY, Array, Steps, fold, left_padded, shares, steps_until
from pricing import Series
from pricing.periods import month_after

DAYS_IN_MONTH = GRAINS["M"].days


def draw(inputs: Inputs) -> dict[Series, Array]:
    """Paths (n_paths, periods) of every series of which anything is known."""
    known = [one for one in inputs.series if one.known]
    if not known:
        return {}
    periods = [(month_after(inputs.start, n), month_after(inputs.start, n + 1)) for n in range(inputs.months)]
    histories = [one.history or silent(inputs) for one in known]
    horizons = [steps_until(steps, periods[-1][1]) for steps in histories]
    paths = forecast_batch(
        [steps.values for steps in histories],
        [steps.grain for steps in histories],
        horizons,
        inputs.n_paths,
        inputs.seed,
        drivers=[statement(one, steps) for one, steps in zip(known, histories, strict=True)],
    )
    months = [
        fold(path, shares(steps, horizon, periods), one.aggregation)
        for one, steps, horizon, path in zip(known, histories, horizons, paths, strict=True)
    ]
    return dict(zip((one.series for one in known), couple(months, aligned(histories), inputs.seed), strict=True))


def silent(inputs: Inputs) -> Steps:
    """No history at all: monthly steps from the day before the start on."""
    return Steps("M", inputs.start - DAY, np.empty(0))


def statement(one: SeriesInput, steps: Steps) -> Stated | None:
    """The monthly assumption at the grain of the history; a gauge has the same level at every grain."""
    if one.assumption is None:
        return None
    months = 1.0 if one.aggregation in ("max", "latest") else GRAINS[steps.grain].days / DAYS_IN_MONTH
    return scaled(one.assumption, months, GRAINS[steps.grain].days)


def scaled(assumption: Assumption, months: float, step_days: float) -> Stated:
    return Stated(
        assumption.low * months,
        assumption.base * months,
        assumption.high * months,
        assumption.ramp_months * DAYS_IN_MONTH / step_days,
    )


def aligned(histories: list[Steps]) -> list[Array]:
    """The same row is the same time, where all are of one grain; else nothing is known about their dependence."""
    if len({(steps.grain, steps.end) for steps in histories}) > 1:
        return [np.full(2, np.nan)] * len(histories)
    height = max(2, *(len(steps.values) for steps in histories), 2)
    return [left_padded(steps.values, height) for steps in histories]
