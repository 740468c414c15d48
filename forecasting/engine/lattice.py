"""Random points that fill a cube evenly: few of them say as much about a quantile as several times as many free ones.

A rank-1 lattice, moved as a whole by the seed: each point alone is as random as any, and drawings of different seeds
have nothing to do with each other, so that their differences show how exact they are.
"""

from functools import lru_cache
from math import gcd

import numpy as np
from scipy.special import ndtri

from forecasting.engine.panel import Array

CHOICES = 128  # generators that are tried for each dimension
FADING = 0.8  # how much less each further dimension counts than the one before
EDGE = 1e-12


def normal_points(n: int, dimensions: int, *seed: int) -> Array:
    """Standard normal (n, dimensions), the rows in random order; a dimension does not depend on those after it."""
    random = np.random.Generator(np.random.SFC64([*seed, n]))
    rows = random.permutation(n)
    moved = rows[:, None] * np.array(generators(n, dimensions)) / n + random.random(dimensions)
    return np.asarray(ndtri(np.clip(moved % 1.0, EDGE, 1.0 - EDGE)))


@lru_cache(maxsize=64)
def generators(n: int, dimensions: int) -> tuple[int, ...]:
    """One after the other, each the best there is beside those before it."""
    coprime = [one for one in range(1, n // 2 + 1) if gcd(one, n) == 1] or [1]
    choices = np.array(coprime[:: -(-len(coprime) // CHOICES)])
    uneven = unevenness(np.outer(choices, np.arange(n)) % n / n)
    found, product = [1], 1.0 + unevenness(np.arange(n) / n)
    for dimension in range(1, dimensions):
        with_each = product * (1.0 + FADING**dimension * uneven)
        best = int(np.argmin(with_each.sum(axis=1)))
        found.append(int(choices[best]))
        product = with_each[best]
    return tuple(found)


def unevenness(place: Array) -> Array:
    """What a point adds to the error of a smooth, periodic function (2 pi^2 times the second Bernoulli polynomial)."""
    return 2.0 * np.pi**2 * (place * place - place + 1.0 / 6.0)


def root_of(matrix: Array) -> Array:
    """A square root of the nearest matrix that is a covariance; what matters most is in its first column."""
    values, vectors = np.linalg.eigh(matrix)
    return np.asarray((vectors * np.sqrt(np.maximum(values, 0.0)))[:, ::-1])
