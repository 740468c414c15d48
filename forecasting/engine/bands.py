"""From the combined forecast to P10, P50 and P90 of every step, in z: the learned stage moves median and spread."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.combine import Combined
from forecasting.engine.features import features, knots
from forecasting.engine.learned import correct, width
from forecasting.engine.panel import Array, Panel
from forecasting.engine.season import Season

P90 = 1.2816
LARGEST = 3.0  # no side of a band is wider than a factor of e to this


@dataclass(frozen=True)
class Quantiles:
    """P10, P50 and P90 of each step: (horizon, series)."""

    low: Array
    middle: Array
    high: Array

    def wider(self, factor: float) -> "Quantiles":
        return Quantiles(
            self.middle - factor * (self.middle - self.low),
            self.middle,
            self.middle + factor * (self.high - self.middle),
        )


def quantiles(panel: Panel, season: Season, combined: Combined) -> tuple[Quantiles, Array]:
    """The bands of the steps, and how far the steps' errors stand together (see `learned.Correction`)."""
    horizon = len(combined.centre)
    steps = np.arange(1.0, horizon + 1.0)
    asked = knots(panel.grain.name, horizon)
    learned = correct(panel.grain.name, panel.count, features(panel, season, combined, asked))
    shift, below, above = (between(asked, answer, steps) for answer in (learned.shift, learned.below, learned.above))
    sigma = combined.sigma(steps)
    middle = combined.centre + season_ahead(season, horizon) + shift * sigma
    wide = P90 * sigma * width(panel.grain.name, panel.count)
    below, above = (np.minimum(wide * np.exp(side), LARGEST) for side in (below, above))
    bands = Quantiles(middle - below, middle, middle + above)
    return bands, learned.together


def between(asked: list[int], answers: Array, steps: Array) -> Array:
    """Interpolate the answers (lead, series) in log lead; beyond the last lead they stay."""
    at = np.log(np.array(asked, dtype=float))
    wanted = np.clip(np.log(steps), at[0], at[-1])
    upper = np.clip(np.searchsorted(at, wanted), 1, max(len(at) - 1, 1))
    if len(at) == 1:
        return np.broadcast_to(answers[0], (len(steps), answers.shape[1]))
    share = ((wanted - at[upper - 1]) / (at[upper] - at[upper - 1]))[:, None]
    return answers[upper - 1] * (1.0 - share) + answers[upper] * share


def season_ahead(season: Season, horizon: int) -> Array:
    return season.profile[[lead % len(season.profile) for lead in range(horizon)]]
