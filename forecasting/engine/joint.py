"""Meters of one customer move together: whole paths are put in an order that keeps the measured dependence."""

from collections.abc import Sequence

import numpy as np

from forecasting.engine.lattice import normal_points, root_of
from forecasting.engine.panel import Array

PRIOR = 0.2  # rank correlation of two meters of one customer before any common history
WORTH = 12.0  # how many common changes the prior is worth
LIMIT = 0.98


def couple(
    paths: Sequence[Array], histories: Sequence[Array], seed: int, *, market_share: float = 0.1, block: int = 1
) -> list[Array]:
    """Reorder whole paths, so every meter keeps its own paths, months and bands, and only their company changes.

    `histories` are aligned: the same row is the same time, NaN where a meter has nothing. Their changes are compared
    from block to block; days are compared as weeks (7), or every meter that rests on Sundays would seem to be the same.
    """
    if len(paths) < 2:
        return list(paths)
    n_paths = len(paths[0])
    wanted = dependence([blocks(history, block) for history in histories], market_share)
    market, *own = normal_points(n_paths, 1 + len(paths), seed, 0).T
    luck = np.stack(own, axis=1) @ root_of(wanted - market_share).T + np.sqrt(market_share) * market[:, None]
    return [reordered(path, luck[:, meter]) for meter, path in enumerate(paths)]


def blocks(history: Array, length: int) -> Array:
    """Mean of the known values of each whole block, the last block ending with the history."""
    if length == 1 or len(history) < 2 * length:
        return history
    whole = history[len(history) % length :].reshape(-1, length)
    known = np.isfinite(whole)
    count = known.sum(axis=1)
    return np.where(count > 0, np.where(known, whole, 0.0).sum(axis=1) / np.maximum(count, 1), np.nan)


def dependence(histories: Sequence[Array], least: float) -> Array:
    """Rank correlation of the changes from block to block, drawn to the prior where little common history exists."""
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
    """The prior and the measured rank correlation, each with the weight of its evidence.

    The measured one is squared, its sign kept: changes that are somewhat alike have errors that are hardly alike (on
    public series about a third as much), while what moves as one goes on moving as one.
    """
    both = np.isfinite(a) & np.isfinite(b)
    number = float(both.sum())
    measured = 0.0
    if number >= 3 and np.ptp(a[both]) > 0 and np.ptp(b[both]) > 0:
        measured = float(np.corrcoef(ranks(a[both]), ranks(b[both]))[0, 1])
    else:
        number = 0.0
    return float(np.clip((WORTH * PRIOR + number * measured * abs(measured)) / (WORTH + number), -LIMIT, LIMIT))


def ranks(values: Array) -> Array:
    """Place of each value in rising order; equal values share the mean of their places."""
    _, place, count = np.unique(values, return_inverse=True, return_counts=True)
    return (np.cumsum(count) - (count - 1) / 2.0)[place]


def reordered(paths: Array, luck: Array) -> Array:
    """The path with the k-th highest total goes where the k-th best luck is."""
    rising = np.argsort(paths.sum(axis=1), kind="stable")
    return paths[rising[np.argsort(np.argsort(luck, kind="stable"))]]
