"""Weights of the methods from rolling origins, the combined forecast, and how far off it has been at each lead."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.methods import REGISTRY
from forecasting.engine.panel import Array, Panel, mean, total

PRIOR_ERRORS = 4.0  # how many rolling origins the prior error scale is worth
PRIOR_SLOPE = 6.0  # and the prior growth of the error with the lead
CEILING = 1.6  # no forecast rises more than this above the highest value seen, in z
SMALLEST = 1e-4
NARROW = 0.02  # errors below this do not make others larger
FAR_SLOPE = 0.3
TO_SIGMA = 1.2533  # standard deviation over mean absolute error, of a normal error

Past = dict[int, tuple[Array, Array]]  # by lead: errors of the combination (time, series), and where they count


@dataclass(frozen=True)
class Combined:
    """The bank's forecast in z, without season, and its error: sigma(lead) = exp(size + slope log lead)."""

    centre: Array  # (horizon, series)
    size: Array  # (series,)
    slope: Array
    evidence: Array  # how many independent errors were seen
    weights: Array  # (method, series)
    methods: Array  # (method, horizon, series)
    bias: Array  # (lead, series): signed past errors at the leads of `Grain.leads`, in sigmas
    checked: int  # the last lead that the constants were fitted on

    def sigma(self, leads: Array) -> Array:
        """(lead, series); beyond the leads that were ever checked the error grows slowly."""
        near, far = np.minimum(leads, self.checked), np.maximum(leads / self.checked, 1.0)
        return np.exp(
            self.size + self.slope * np.log(near)[:, None] + np.minimum(self.slope, FAR_SLOPE) * np.log(far)[:, None]
        )


def combine(panel: Panel, horizon: int) -> Combined:
    """Fit every method, weigh them by their past, and measure the combination's own past errors."""
    fitted = [method(panel) for method in REGISTRY.values()]
    leads = [lead for lead in panel.grain.leads if lead < len(panel.z)]
    errors = {lead: rolling_errors(panel, [one.rolling(lead) for one in fitted], lead) for lead in leads}
    weights = weigh(panel, errors)
    past = {lead: (total(np.moveaxis(error * weights, 1, 0)), counts[:, 0]) for lead, (error, counts) in errors.items()}
    methods = np.stack([one.final(horizon) for one in fitted])
    centre = np.minimum(total(weights[:, None] * methods), highest(panel) + CEILING)
    size, slope, evidence = error_scale(panel, past)
    bias = leaning(panel, past, size, slope)
    return Combined(centre, size, slope, evidence, weights, methods, bias, panel.grain.knots[-1])


def rolling_errors(panel: Panel, forecasts: list[Array], lead: int) -> tuple[Array, Array]:
    """Errors (time, method, series) `lead` steps after each origin, and where they count (time, 1, series)."""
    known = np.cumsum(panel.seen, axis=0)[:-lead]
    counts = (panel.seen[lead:] * (known >= 2))[:, None]
    errors = np.stack([panel.z[lead:] - forecast[:-lead] for forecast in forecasts], axis=1)
    return errors * counts, counts


def weigh(panel: Panel, errors: dict[int, tuple[Array, Array]]) -> Array:
    """Softmax of the relative mean absolute error; few origins leave the weights nearly equal."""
    count = len(REGISTRY)
    relative, origins = np.zeros((count, panel.z.shape[1])), np.zeros(panel.z.shape[1])
    used = np.zeros(panel.z.shape[1])
    for error, counts in errors.values():
        number = total(counts)[0]
        loss = total(np.abs(error)) / np.maximum(number, 1.0)
        average = total(loss) / count
        has = (number > 0) & (average > 0)
        relative += np.where(has, loss / np.where(has, average, 1.0), 0.0)
        used += has
        origins = np.maximum(origins, number)
    relative /= np.maximum(used, 1.0)
    raw = np.exp(-panel.grain.selectivity * np.sqrt(origins) * (relative - relative.min(axis=0)))
    return raw / total(raw)


def highest(panel: Panel) -> Array:
    return np.where(panel.count > 0, np.where(panel.seen > 0, panel.z, -np.inf).max(axis=0), 0.0)


def error_scale(panel: Panel, past: Past) -> tuple[Array, Array, Array]:
    """Size and slope of the error in log lead: ridge regression of the checked leads' errors, drawn to the prior."""
    grain, width = panel.grain, panel.z.shape[1]
    moments = np.zeros((5, width))  # sums of w, w l, w l l, w e, w l e
    for lead, (error, counts) in past.items():
        seen, log = total(counts), np.full(width, np.log(lead))
        own = mean(np.abs(error), counts) * TO_SIGMA
        excess = np.log(np.maximum(own, SMALLEST)) - np.log(grain.sigma) - grain.slope * log
        weight = seen / np.sqrt(lead)  # errors of overlapping leads say the same thing again
        moments += weight * np.stack([np.ones(width), log, log**2, excess, log * excess])
    w, wl, wll, we, wle = moments
    w, wll = w + PRIOR_ERRORS, wll + PRIOR_SLOPE
    determinant = w * wll - wl**2
    size, slope = (wll * we - wl * wle) / determinant, (w * wle - wl * we) / determinant
    return np.log(grain.sigma) + size, np.clip(grain.slope + slope, 0.0, 0.9), moments[0]


def leaning(panel: Panel, past: Past, size: Array, slope: Array) -> Array:
    """How far the combination was too low (or, below 0, too high) at each lead, lately more than long ago."""
    found = np.zeros((len(panel.grain.leads), panel.z.shape[1]))
    for row, lead in enumerate(panel.grain.leads):
        if lead in past:
            error, counts = past[lead]
            weight = counts * (panel.grain.fading ** np.arange(len(error))[::-1])[:, None]
            number = total(weight)
            sigma = np.exp(size + slope * np.log(lead))
            found[row] = mean(error, weight) / (sigma + NARROW) * number / (number + lead)
    return found
