"""Weights of the methods from rolling origins, the combined forecast, and how far off it has been at each lead."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.methods import REGISTRY
from forecasting.engine.panel import Array, Panel, mean, total

PRIOR_ERRORS = 6.0  # how many rolling origins the prior error scale is worth
CEILING = 1.6  # no forecast rises more than this above the highest value seen, in z


@dataclass(frozen=True)
class Combined:
    """The bank's forecast in z, without season, and its error scale."""

    centre: Array  # (horizon, series)
    sigma: Array  # (horizon, series)
    weights: Array  # (method, series)
    methods: Array  # (method, horizon, series)


def combine(panel: Panel, horizon: int) -> Combined:
    """Fit every method, weigh them by their past, and measure the combination's own past errors."""
    fitted = [method(panel) for method in REGISTRY.values()]
    leads = checked_leads(horizon, len(panel.z))
    errors = {lead: rolling_errors(panel, [one.rolling(lead) for one in fitted], lead) for lead in leads}
    weights = weigh(panel, errors)
    methods = np.stack([one.final(horizon) for one in fitted])
    ceiling = highest(panel) + CEILING
    centre = np.minimum(total(weights[:, None] * methods), ceiling)
    return Combined(centre, error_scale(panel, errors, weights, horizon), weights, methods)


def checked_leads(horizon: int, height: int) -> list[int]:
    """Up to four leads, from the next step to the horizon, that the history is long enough to check."""
    wanted = {1, max(1, horizon // 6), max(1, horizon // 3), max(1, (2 * horizon) // 3), horizon}
    return sorted(lead for lead in wanted if lead < height)


def rolling_errors(panel: Panel, forecasts: list[Array], lead: int) -> tuple[Array, Array]:
    """Errors (time, method, series) `lead` steps after each origin, and where they count (time, 1, series)."""
    known = np.cumsum(panel.seen, axis=0)[:-lead]
    counts = panel.seen[lead:] * (known >= 2)
    errors = np.stack([panel.z[lead:] - forecast[:-lead] for forecast in forecasts], axis=1)
    return errors * counts[:, None], counts[:, None]


def weigh(panel: Panel, errors: dict[int, tuple[Array, Array]]) -> Array:
    """Softmax of the relative mean absolute error; few origins leave the weights nearly equal."""
    count = len(REGISTRY)
    relative, origins = np.zeros((count, panel.z.shape[1])), np.zeros(panel.z.shape[1])
    used = np.zeros(panel.z.shape[1])
    for error, counts in errors.values():
        loss = mean(np.abs(error), np.broadcast_to(counts, error.shape))
        average = total(loss) / count
        has = (total(counts)[0] > 0) & (average > 0)
        relative += np.where(has, loss / np.where(has, average, 1.0), 0.0)
        used += has
        origins = np.maximum(origins, total(counts)[0])
    relative /= np.maximum(used, 1.0)
    raw = np.exp(-panel.grain.selectivity * np.sqrt(origins) * (relative - relative.min(axis=0)))
    return raw / total(raw)


def highest(panel: Panel) -> Array:
    return np.where(panel.count > 0, np.where(panel.seen > 0, panel.z, -np.inf).max(axis=0), 0.0)


def error_scale(panel: Panel, errors: dict[int, tuple[Array, Array]], weights: Array, horizon: int) -> Array:
    """Error scale at every lead: the checked leads' own, drawn to a prior, on a straight line in log lead."""
    grain, steps = panel.grain, np.arange(1.0, horizon + 1.0)[:, None]
    prior = grain.sigma * steps**grain.slope
    if not errors:
        return np.broadcast_to(prior, (horizon, panel.z.shape[1])).copy()
    inflate = np.zeros(panel.z.shape[1])
    mass = np.zeros(panel.z.shape[1])
    for lead, (error, counts) in errors.items():
        own = total(np.moveaxis(error * weights[None], 1, 0))
        number = total(counts[:, 0]) / lead  # errors of overlapping leads say the same thing again
        size = mean(np.abs(own), counts[:, 0]) * 1.2533
        expected = grain.sigma * lead**grain.slope
        inflate += number * np.log(np.maximum(size, 1e-4) / expected)
        mass += number
    factor = np.exp(inflate / (mass + PRIOR_ERRORS))
    return prior * factor
