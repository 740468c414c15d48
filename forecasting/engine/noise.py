"""Random scores shared by all series: persistent over the horizon, exact in every step's margin, ordered by path.

A score of +1 is a path's step at its P90, -1 at its P10, 0 at its median; the tails are Student's t.
"""

from functools import lru_cache
from threading import Lock

import numpy as np
from cachetools import LRUCache, cached
from scipy.special import stdtrit

from forecasting.engine.lattice import normal_points, root_of
from forecasting.engine.panel import Array

TAIL = 7.0


LEVELS = 12  # degrees of persistence that are told apart
PARTS = 6  # of the horizon, whose means are evened out
MEGABYTE = 2**20  # of scores that a process keeps: daily ones of three years and 16,000 paths alone are 70
WALK = 0.8  # share of a random walk in a persistent error; the rest is a constant level


def scores_for(n_paths: int, horizon: int, together: float, seed: int) -> Array:
    """Scores whose sums are `together` times as wide as if all steps erred alike."""
    return scores(n_paths, horizon, level_of(horizon, together), seed)


def sides_for(n_paths: int, horizon: int, together: float, seed: int) -> tuple[Array, Array]:
    """The same scores, those above 0 and those below apart."""
    return sides(n_paths, horizon, level_of(horizon, together), seed)


def level_of(horizon: int, together: float) -> int:
    even, same = 1.0 / horizon, persistent_variance(horizon)
    share = (together**2 - even) / (same - even) if same > even else 1.0
    return round(LEVELS * min(max(share, 0.0), 1.0))


@lru_cache(maxsize=64)
def persistent_variance(horizon: int) -> float:
    """Variance of the mean of a persistent error of variance 1."""
    return float(persistent(np.full((horizon, 1), 1.0 / horizon)).mean())


def persistent(weights: Array) -> Array:
    """Covariance of each step of a persistent error of variance 1 with weighted sums of its steps (step, sum)."""
    root = np.sqrt(np.arange(1.0, len(weights) + 1.0))[:, None]
    before, after = np.cumsum(weights * root, axis=0), np.cumsum((weights / root)[::-1], axis=0)[::-1] - weights / root
    return np.asarray(WALK * (before / root + root * after) + (1.0 - WALK) * weights.sum(axis=0))


@cached(LRUCache(64 * MEGABYTE, getsizeof=lambda found: found.nbytes), lock=Lock())
def scores(n_paths: int, horizon: int, level: int, seed: int) -> Array:
    """(n_paths, horizon), rows ordered by their mean: row 0 is the lowest path, the last row the highest.

    `level` of `LEVELS` is the share of the error that persists; the rest is new in every step.
    """
    share = level / LEVELS
    half = -(-n_paths // 2)
    random = np.random.Generator(np.random.SFC64([seed, horizon]))
    walk = np.cumsum(random.standard_normal((half, horizon)), axis=1) / np.sqrt(np.arange(1.0, horizon + 1.0))
    base = random.standard_normal((half, 1))
    white = random.standard_normal((half, horizon))
    mixed = np.sqrt(share) * (np.sqrt(WALK) * walk + np.sqrt(1.0 - WALK) * base) + np.sqrt(1.0 - share) * white
    even = evened(np.concatenate([mixed, -mixed])[:n_paths], share, seed)
    exact = margin(n_paths)[np.argsort(np.argsort(even, axis=0), axis=0)]
    ordered = exact[np.argsort(exact.mean(axis=1), kind="stable")].astype(np.float32)
    ordered.flags.writeable = False
    return ordered


def evened(mixed: Array, share: float, seed: int) -> Array:
    """Each path moved so that the means of its parts are points of a lattice: sums become nearly as exact as steps."""
    n_paths, horizon = mixed.shape
    part = np.arange(horizon) * PARTS // horizon
    weights = (part[:, None] == np.unique(part)) / np.bincount(part)[np.unique(part)]
    shared = share * persistent(weights) + (1.0 - share) * weights
    wanted = normal_points(n_paths, weights.shape[1], seed, horizon) @ root_of(weights.T @ shared).T
    return np.asarray(mixed + (wanted - mixed @ weights) @ np.linalg.solve(weights.T @ shared, shared.T))


@cached(LRUCache(128 * MEGABYTE, getsizeof=lambda found: found[0].nbytes + found[1].nbytes), lock=Lock())
def sides(n_paths: int, horizon: int, level: int, seed: int) -> tuple[Array, Array]:
    score = scores(n_paths, horizon, level, seed)
    return np.maximum(score, 0.0), np.minimum(score, 0.0)


def margin(n_paths: int) -> Array:
    """The scores of one step in rising order: quantiles of Student's t, scaled to 1 at P90."""
    return np.asarray(stdtrit(TAIL, (np.arange(n_paths) + 0.5) / n_paths) / stdtrit(TAIL, 0.9))


@lru_cache(maxsize=16)
def market(n_paths: int, seed: int) -> Array:
    """What all customers have in common on each path."""
    shared = normal_points(n_paths, 1, seed, 0)[:, 0]
    shared.flags.writeable = False
    return shared


def order(own_key: int, n_paths: int, seed: int, share: float) -> np.ndarray:
    """Which row of the scores each path takes: own luck, and the market's as far as it is shared."""
    own = np.random.Generator(np.random.SFC64([seed, own_key])).standard_normal(n_paths)
    luck = np.sqrt(share) * market(n_paths, seed) + np.sqrt(1.0 - share) * own
    rows = np.empty(n_paths, dtype=np.intp)
    rows[np.argsort(luck)] = np.arange(n_paths)
    return rows


@cached(LRUCache(32 * MEGABYTE, getsizeof=lambda found: found.nbytes), lock=Lock())
def fresh_scores(n_paths: int, horizon: int, seed: int) -> Array:
    """(n_paths, horizon) without persistence, in an order that has nothing to do with the ordered scores."""
    random = np.random.Generator(np.random.SFC64([seed, horizon, 1]))
    columns = margin(n_paths)
    fresh = np.stack([random.permutation(columns) for _ in range(horizon)], axis=1).astype(np.float32)
    fresh.flags.writeable = False
    return fresh
