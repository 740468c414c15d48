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
VERSION = "12"


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
        share = grain.market if market_shock else 0.0
        rows = [noise.order(key_of(histories[index], grain), n_paths, seed, share) for index in members]
        drawn = group_paths([histories[index] for index in members], grain, horizon, rows, seed, share)
        for index, row, own in zip(members, rows, drawn, strict=True):
            alike, told = cohort[index] if cohort else None, drivers[index] if drivers else None
            paths[index] = with_company(own, histories[index], alike, told, grain, row, seed)
    return paths


def with_company(
    own: Array, history: Array, alike: Cohort | None, told: Stated | None, grain: Grain, rows: Array, seed: int
) -> Array:
    """What look-alikes and a statement add: look-alikes give shape and spread of a ramp, a statement its scale."""
    ramp = None
    if alike is not None:
        own = cohorts.blend(own, history, alike, grain, rows, seed)
        if told is not None:
            ramp = cohorts.ramp(alike, int(np.isfinite(history).sum()), own.shape[1], grain, rows, seed)
    return own if told is None else stated.blend(own, history, told, grain, rows, seed, ramp)


def group_paths(
    histories: list[Array], grain: Grain, horizon: int, rows: list[Array], seed: int, market: float
) -> list[Array]:
    """Paths of histories that share grain and horizon; each takes the scores in its own order of rows."""
    panel = make_panel(histories, grain)
    flat, season = split_season(panel)
    bands, together = quantiles(flat, season, combine(flat, horizon))
    bands = bands.wider((1.0 - market) ** -0.5)
    together = np.sqrt((1.0 - market) * together**2 + market)  # a market shock stays: it is the same in every step
    n_paths = len(rows[0])
    drawn = []
    for column, history in enumerate(histories):
        if intermittent.is_intermittent(history):
            persistent = noise.scores(n_paths, horizon, noise.LEVELS, seed)
            fresh = noise.fresh_scores(n_paths, horizon, seed)
            drawn.append(intermittent.paths(history, grain, persistent[rows[column]], fresh[rows[column]]))
        else:
            sides = noise.sides_for(n_paths, horizon, together[column], seed)
            drawn.append(draw(panel, column, bands, sides, rows[column]))
    return drawn


def draw(panel: Panel, column: int, bands: Quantiles, sides: tuple[Array, Array], rows: Array) -> Array:
    """Paths of one series: two-sided scores around the median, back on the scale of usage."""
    above, below = sides
    if not (panel.y[:, column] > 0).any():
        return np.zeros_like(above)
    middle, low, high = (side[:, column].astype(above.dtype) for side in (bands.middle, bands.low, bands.high))
    z = above * (high - middle)
    z += below * (middle - low)
    z += middle
    np.exp(z, out=z)
    z -= panel.offset[column]
    np.maximum(z, 0.0, out=z)
    z *= panel.scale[column]
    return z[rows]


def key_of(history: Array, grain: Grain) -> int:
    """A number that belongs to this history, so that its luck does not depend on the company it is forecast in."""
    content = np.ascontiguousarray(history[-grain.memory :]).tobytes()
    return int.from_bytes(hashlib.blake2b(content, digest_size=8, key=grain.name.encode()).digest())
