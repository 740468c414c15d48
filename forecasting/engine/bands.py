"""From the combined forecast to three quantiles per step, in z."""

from dataclasses import dataclass

import numpy as np

from forecasting.engine.combine import Combined
from forecasting.engine.panel import Array, Panel
from forecasting.engine.season import Season

P90 = 1.2816
MARKET = {"M": 0.15 / 12**0.5, "W": 0.15 / 52**0.5, "D": 0.15 / 365**0.5}  # common shock per root step, in z


@dataclass(frozen=True)
class Quantiles:
    """P10, P50 and P90 of each step: (horizon, series)."""

    low: Array
    middle: Array
    high: Array


def quantiles(panel: Panel, season: Season, combined: Combined) -> Quantiles:
    centre = combined.centre + season_ahead(season, len(combined.centre))
    spread = combined.sigma(np.arange(1.0, len(centre) + 1.0)) * P90
    return Quantiles(centre - spread, centre, centre + spread)


def season_ahead(season: Season, horizon: int) -> Array:
    return season.profile[[lead % len(season.profile) for lead in range(horizon)]]
