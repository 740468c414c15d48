"""Joint sample paths for many histories in one call."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from forecasting.engine import cohorts, intermittent, noise, stated
from forecasting.engine.bands import Quantiles, quantiles
from forecasting.engine.cohorts import Cohort
from forecasting.engine.combine import combine
from forecasting.engine.grains import GRAINS, Grain
from forecasting.engine.panel import Array, Panel, make_panel
from forecasting.engine.season import split_season
from forecasting.engine.stated import Stated

METHOD = "filter bank with a learned stage"
VERSION = "3"


def forecast(
    values: ArrayLike,
    freq: str,
    horizon: int,
    n_paths: int,
    seed: int,
    *,
    cohort: Cohort | None = None,
    driver: Stated | None = None,
    market_shock: bool = True,
) -> Array:
    """Sample paths (n_paths, horizon) of one history; the same, bit for bit, as in any batch."""
    return forecast_batch(
        [values], [freq], [horizon], n_paths, seed, cohort=[cohort], drivers=[driver], market_shock=market_shock
    )[0]


def forecast_batch(
    values: Sequence[ArrayLike],
    freqs: Sequence[str],
    horizons: Sequence[int],
    n_paths: int,
    seed: int,
    *,
    cohort: Sequence[Cohort | None] | None = None,
    drivers: Sequence[Stated | None] | None = None,
    market_shock: bool = True,
) -> list[Array]:
    """Sample paths, one array (n_paths, horizon) per history, none below zero, errors persistent over the steps.

    NaN is a gap. Histories of nothing but zeros stay at zero. `market_shock` adds the shock that all series
    of a seed share. Beside each history may stand a `cohort` of look-alikes and a seller's statement
    (`drivers`); both count less as history grows, and are all there is for a series that has none.
    """
    histories = [np.atleast_1d(np.asarray(one, dtype=np.float64)) for one in values]
    groups: dict[tuple[str, int], list[int]] = defaultdict(list)
    for index, key in enumerate(zip(freqs, horizons, strict=True)):
        groups[key].append(index)
    paths: list[Array] = [np.empty(0)] * len(histories)
    for (freq, horizon), members in groups.items():
        grain = GRAINS[freq]
        rising = rising_paths([histories[i] for i in members], grain, horizon, n_paths, seed, market_shock)
        for index, drawn in zip(members, rising, strict=True):
            if cohort and cohort[index] is not None:
                drawn = cohorts.blend(drawn, histories[index], cohort[index], grain, seed)
            if drivers and drivers[index] is not None:
                drawn = stated.blend(drawn, histories[index], drivers[index], grain, seed)
            share = grain.market if market_shock else 0.0
            paths[index] = drawn[noise.order(key_of(histories[index], grain), n_paths, seed, share)]
    return paths


def rising_paths(
    histories: list[Array], grain: Grain, horizon: int, n_paths: int, seed: int, market_shock: bool
) -> list[Array]:
    """Paths of histories that share grain and horizon, the low ones first."""
    panel = make_panel(histories, grain)
    flat, season = split_season(panel)
    bands, together = quantiles(flat, season, combine(flat, horizon))
    if market_shock:
        bands = bands.wider((1.0 - grain.market) ** -0.5)
    fresh = noise.fresh_scores(n_paths, horizon, seed)
    return [
        intermittent.paths(history, grain, noise.scores(n_paths, horizon, noise.LEVELS, seed), fresh)
        if intermittent.is_intermittent(history)
        else draw(panel, column, bands, noise.scores_for(n_paths, horizon, together[column], seed))
        for column, history in enumerate(histories)
    ]


def draw(panel: Panel, column: int, bands: Quantiles, score: Array) -> Array:
    """Paths of one series: two-sided scores around the median, back on the scale of usage."""
    if not (panel.y[:, column] > 0).any():
        return np.zeros_like(score)
    middle, low, high = (side[:, column] for side in (bands.middle, bands.low, bands.high))
    z = middle + np.where(score > 0, high - middle, middle - low) * score
    return np.maximum(np.exp(z) - panel.offset[column], 0.0) * panel.scale[column]


def key_of(history: Array, grain: Grain) -> int:
    """A number that belongs to this history, so that its luck does not depend on the company it is forecast in."""
    content = np.ascontiguousarray(history[-grain.memory :]).tobytes()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8, key=grain.name.encode()).digest())
