"""Frozen inputs -> usage per billing period on every path, jointly over months and meters. Pure and deterministic."""

import numpy as np

from forecasting.engine import Cohort, Stated, couple, forecast_batch
from forecasting.engine.grains import GRAINS
from forecasting.rules.assumptions import Assumption
from forecasting.rules.drivers import Timeline, applied
from forecasting.rules.inputs import Inputs, SeriesInput
from forecasting.rules.months import DAY, Array, Steps, fold, left_padded, shares, steps_until
from pricing import Series
from pricing.periods import month_after

DAYS_IN_MONTH = GRAINS["M"].days
STRIDE = 1_000_003  # between the seeds of replications


def draw(inputs: Inputs) -> dict[Series, Array]:
    """Paths (n_paths, periods) of every series of which anything is known, the scenario's drivers applied.

    They are as many independent drawings as there are replications, one after the other: how far those differ says
    how exact a quantile of them all is.
    """
    known = [one for one in inputs.series if one.known]
    if not known:
        return {}
    each = inputs.n_paths // inputs.replications
    parts = [drawing(inputs, known, each, inputs.seed + n * STRIDE) for n in range(inputs.replications)]
    paths = {one.series: np.concatenate([part[n] for part in parts]) for n, one in enumerate(known)}
    return applied(paths, inputs.drivers, Timeline(inputs.start, inputs.months))


def steps_per_path(inputs: Inputs) -> int:
    """How many values one path takes, at the grain of each history: what drawing costs."""
    stop = month_after(inputs.start, inputs.months)
    return sum(steps_until(one.history or silent(inputs, one), stop) for one in inputs.series if one.known)


def drawing(inputs: Inputs, known: list[SeriesInput], n_paths: int, seed: int) -> list[Array]:
    """Joint paths of one seed, folded into billing periods."""
    periods = [(month_after(inputs.start, n), month_after(inputs.start, n + 1)) for n in range(inputs.months)]
    histories = [one.history or silent(inputs, one) for one in known]
    horizons = [steps_until(steps, periods[-1][1]) for steps in histories]
    paths = forecast_batch(
        [steps.values for steps in histories],
        [steps.grain for steps in histories],
        horizons,
        n_paths,
        seed,
        cohort=[Cohort(tuple(peer.values for peer in one.peers)) if one.peers else None for one in known],
        drivers=[statement(one, steps) for one, steps in zip(known, histories, strict=True)],
    )
    months = [
        fold(path, shares(steps, horizon, periods), one.aggregation)
        for one, steps, horizon, path in zip(known, histories, horizons, paths, strict=True)
    ]
    block = GRAINS["D"].season if all(steps.grain == "D" for steps in histories) else 1
    return couple(months, aligned(histories), seed, block=block)


def silent(inputs: Inputs, one: SeriesInput) -> Steps:
    """No history at all: steps like those of its look-alikes, or months, from the day before the start on."""
    return Steps(one.peers[0].grain if one.peers else "M", inputs.start - DAY, np.empty(0))


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
