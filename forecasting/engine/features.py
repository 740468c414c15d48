"""What the learned stage looks at: how the history behaved and what the methods disagree about, free of units."""

import numpy as np

from forecasting.engine.combine import Combined, highest
from forecasting.engine.grains import GRAINS
from forecasting.engine.methods import REGISTRY
from forecasting.engine.panel import Array, Panel, mean, total
from forecasting.engine.season import Season
from forecasting.engine.smoothing import smooth

NARROW = 0.02  # errors below this do not make disagreements larger


def knots(grain_name: str, horizon: int) -> list[int]:
    """The leads at which the learned stage is asked; between them its answers are interpolated."""
    wanted = GRAINS[grain_name].knots
    last = min(horizon, wanted[-1])
    return [*(lead for lead in wanted if lead < last), last]


def features(panel: Panel, season: Season, combined: Combined, leads: list[int]) -> Array:
    """(lead, series, feature)"""
    alike = series_features(panel, season, combined)
    return np.stack([np.stack([*alike, *lead_features(panel, combined, lead)], axis=-1) for lead in leads])


def series_features(panel: Panel, season: Season, combined: Combined) -> list[Array]:
    """What does not depend on the lead; each (series,)."""
    count, grain = panel.count, panel.grain
    names = [name == grain.name for name in GRAINS]
    fast, slow = smooth(panel.z, panel.seen, 0.4)[-1], smooth(panel.z, panel.seen, 0.05)[-1]
    moves, both = np.abs(np.diff(panel.z, axis=0, prepend=panel.z[:1])), panel.seen * shifted(panel.seen)
    calm = np.log(smooth(moves, both, 0.03)[-1] + NARROW)
    lowest = np.where(panel.count > 0, np.where(panel.seen > 0, panel.z, np.inf).min(axis=0), 0.0)
    zero = mean((panel.y <= 0).astype(float), panel.seen)
    whole = mean((panel.y == np.round(panel.y)).astype(float), panel.seen) > 0.99
    relative = combined.weights * len(REGISTRY)
    return [
        *(np.full(len(count), float(is_it)) for is_it in names),
        np.log1p(count),
        np.minimum(count / grain.season, 6.0),
        zero,
        np.where(whole, 1.0 / np.sqrt(np.maximum(panel.scale, 1.0)), 0.0),
        season.strength,
        total(np.abs(season.profile)) / len(season.profile),
        combined.size,
        combined.slope,
        np.log1p(combined.evidence),
        total(relative[:1]) / 1,
        total(relative[1:6]) / 5,
        total(relative[6:11]) / 5,
        total(relative[14:]) / 3,
        calm,
        np.log(smooth(moves, both, 0.3)[-1] + NARROW) - calm,
        panel.z[-1] * panel.seen[-1] - fast,
        fast - slow,
        highest(panel) - fast,
        fast - lowest,
    ]


def shifted(seen: Array) -> Array:
    return np.concatenate([np.zeros_like(seen[:1]), seen[:-1]])


def lead_features(panel: Panel, combined: Combined, lead: int) -> list[Array]:
    """What each method thinks of this lead, against the combination and in units of its error."""
    sigma = combined.sigma(np.array([float(lead)]))[0]
    centre = combined.centre[lead - 1]
    constant = np.ones_like(centre)
    return [
        np.log(lead) * constant,
        lead / panel.grain.season * constant,
        np.log(sigma),
        (centre - combined.centre[0]),
        *((opinion[lead - 1] - centre) / (sigma + NARROW) for opinion in combined.methods),
    ]
