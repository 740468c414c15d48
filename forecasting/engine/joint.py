"""Meters of one customer move together: whole paths are put in an order that keeps the measured dependence."""

from collections.abc import Sequence

import numpy as np
from scipy.stats import rankdata

from forecasting.engine.noise import market
from forecasting.engine.panel import Array

PRIOR = 0.3  # rank correlation of two meters of one customer before any common history
WORTH = 12.0  # how many common changes the prior is worth
LIMIT = 0.98


def couple(paths: Sequence[Array], histories: Sequence[Array], seed: int, *, market_share: float = 0.1) -> list[Array]:
    """Reorder whole paths, so every meter keeps its own paths, months and bands, and only their company changes.

    `histories` are aligned: the same row is the same time, NaN where a meter has nothing.
    """
    if len(paths) < 2:
        return list(paths)
    n_paths = len(paths[0])
    wanted = dependence(histories, market_share)
    random = np.random.Generator(np.random.SFC64([seed, len(paths)]))
    own = random.standard_normal((n_paths, len(paths))) @ factor(wanted - market_share).T
    luck = own + np.sqrt(market_share) * market(n_paths, seed)[:, None]
    return [reordered(path, luck[:, meter]) for meter, path in enumerate(paths)]


def dependence(histories: Sequence[Array], least: float) -> Array:
    """Rank correlation of the changes from step to step, drawn to the prior where little common history exists."""
    size = len(histories)
    wanted = np.eye(size)
    changes = [np.diff(np.log1p(history / positive_mean(history))) for history in histories]
    for a in range(size):
        for b in range(a):
            wanted[a, b] = wanted[b, a] = max(least, shrunk(changes[a], changes[b]))
    return wanted


def positive_mean(history: Array) -> float:
    known = history[np.isfinite(history) & (history > 0)]
    return float(known.mean()) if len(known) else 1.0


def shrunk(a: Array, b: Array) -> float:
    """The prior and the measured rank correlation, each with the weight of its evidence."""
    both = np.isfinite(a) & np.isfinite(b)
    number = float(both.sum())
    measured = 0.0
    if number >= 3 and np.ptp(a[both]) > 0 and np.ptp(b[both]) > 0:
        measured = float(np.corrcoef(rankdata(a[both]), rankdata(b[both]))[0, 1])
    else:
        number = 0.0
    return float(np.clip((WORTH * PRIOR + number * measured) / (WORTH + number), -LIMIT, LIMIT))


def factor(matrix: Array) -> Array:
    """A square root of the nearest matrix that is a covariance."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors * np.sqrt(np.maximum(values, 0.0))


def reordered(paths: Array, luck: Array) -> Array:
    """The path with the k-th highest total goes where the k-th best luck is."""
    rising = np.argsort(paths.sum(axis=1), kind="stable")
    return paths[rising[np.argsort(np.argsort(luck, kind="stable"))]]
