"""What the learned stage looks at: how the history behaved and what the methods disagree about, free of units."""

import numpy as np

from forecasting.engine.combine import NARROW, Combined, highest
from forecasting.engine.grains import GRAINS
from forecasting.engine.methods import REGISTRY
from forecasting.engine.panel import Array, Panel, mean, total
from forecasting.engine.season import Season
from forecasting.engine.smoothing import smooth

LAGS = (1, 2, 3, 5, 8, 12)
LEADS = 5  # checked leads whose bias is looked at
YEAR = 365


def knots(grain_name: str, horizon: int) -> list[int]:
    """The leads at which the learned stage is asked; between them its answers are interpolated."""
    wanted = GRAINS[grain_name].knots
    last = min(horizon, wanted[-1])
    return [*(lead for lead in wanted if lead < last), last]


def features(panel: Panel, season: Season, combined: Combined, leads: list[int]) -> Array:
    """(lead, series, feature)"""
    alike = [*series_features(panel, season, combined), *shape(panel), *moves(panel), *combined.bias[:LEADS]]
    return np.stack([np.stack([*alike, *lead_features(panel, combined, lead)], axis=-1) for lead in leads])


def series_features(panel: Panel, season: Season, combined: Combined) -> list[Array]:
    """What does not depend on the lead; each (series,)."""
    count, grain = panel.count, panel.grain
    names = [name == grain.name for name in GRAINS]
    fast, slow = smooth(panel.z, panel.seen, 0.4)[-1], smooth(panel.z, panel.seen, 0.05)[-1]
    both = panel.seen * shifted(panel.seen)
    sizes = np.abs(np.diff(panel.z, axis=0, prepend=panel.z[:1]))
    calm = np.log(smooth(sizes, both, 0.03)[-1] + NARROW)
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
        np.log(smooth(sizes, both, 0.3)[-1] + NARROW) - calm,
        panel.z[-1] * panel.seen[-1] - fast,
        fast - slow,
        highest(panel) - fast,
        fast - lowest,
    ]


def shape(panel: Panel) -> list[Array]:
    """The recent values against the present level, and stretches of the past against those before them."""
    near, far = panel.grain.near, panel.grain.far
    level = smooth(panel.z, panel.seen, 0.4)[-1]
    stretches = [
        (0, near, near, 2 * near),
        (near, 2 * near, 2 * near, 3 * near),
        (0, near, far, far + near),
        (0, far, far, 2 * far),
        (far, 2 * far, 2 * far, 3 * far),
    ]
    if panel.grain.name == "D":
        stretches += [(0, far, YEAR, YEAR + far), (YEAR - 30, YEAR, YEAR - 90, YEAR - 30)]
    else:
        stretches += [(0, far, 2 * far, 4 * far), (0, 1, far, far + 1)]
    return [*(ago(panel, lag, level) for lag in LAGS), *(rise(panel, *each) for each in stretches)]


def ago(panel: Panel, lag: int, level: Array) -> Array:
    return (panel.z[-1 - lag] - level) * panel.seen[-1 - lag] if lag < len(panel.z) else np.zeros_like(level)


def rise(panel: Panel, first: int, stop: int, earlier: int, end: int) -> Array:
    """Mean of the steps `first` to `stop` ago less that of `earlier` to `end` ago; 0 where one is unknown."""
    height = len(panel.z)
    if earlier >= height:
        return np.zeros(panel.z.shape[1])
    late, early = slice(max(height - stop, 0), height - first), slice(max(height - end, 0), height - earlier)
    both = (total(panel.seen[late]) > 0) * (total(panel.seen[early]) > 0)
    return (mean(panel.z[late], panel.seen[late]) - mean(panel.z[early], panel.seen[early])) * both


def moves(panel: Panel) -> list[Array]:
    """Whether steps reverse or go on, rise or fall, how large the last was, and how rare large ones are."""
    both = panel.seen * shifted(panel.seen)
    move = np.diff(panel.z, axis=0, prepend=panel.z[:1]) * both
    square = smooth(move * move, both, 0.05)[-1] + NARROW**2
    size = smooth(np.abs(move), both, 0.05)[-1] + NARROW
    return [
        smooth(move * shifted(move), both, 0.05)[-1] / square,
        smooth(np.maximum(move, 0.0), both, 0.05)[-1] / size - 0.5,
        move[-1] / np.sqrt(square),
        np.log(np.sqrt(square) / size),
    ]


def shifted(values: Array) -> Array:
    """The value of the step before."""
    return np.concatenate([np.zeros_like(values[:1]), values[:-1]])


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
