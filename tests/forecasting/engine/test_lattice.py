"""Points that fill a cube evenly, and what that buys: quantiles of sums with a fraction of the error."""

import numpy as np
import pytest
from scipy.special import ndtr

from forecasting.engine import couple, forecast
from forecasting.engine.lattice import generators, normal_points, root_of
from forecasting.engine.noise import LEVELS, scores

RANDOM = np.random.default_rng(4)
SHORT = 100 * np.exp(0.2 * np.cumsum(RANDOM.standard_normal(6)))


@pytest.mark.parametrize("n", [1, 2, 7, 250, 1000])
def test_each_dimension_is_standard_normal_on_its_own(n: int) -> None:
    points = np.sort(normal_points(n, 5, 3), axis=0)
    middles = (np.arange(n)[:, None] + 0.5) / n
    assert points.shape == (n, 5)
    assert np.abs(ndtr(points) - middles).max() <= 0.5 / n + 1e-9


def test_a_dimension_does_not_depend_on_those_after_it() -> None:
    np.testing.assert_array_equal(normal_points(100, 6, 3)[:, :2], normal_points(100, 2, 3))


def test_the_seed_decides_and_rows_are_in_no_order() -> None:
    first, again, other = (normal_points(200, 2, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, again)
    assert abs(np.corrcoef(first[:, 0], other[:, 0])[0, 1]) < 0.3
    assert abs(np.corrcoef(first[:, 0], np.arange(200))[0, 1]) < 0.3


def test_generators_share_no_factor_with_the_number_of_points() -> None:
    assert all(np.gcd(one, 250) == 1 for one in generators(250, 8))


def test_a_root_times_itself_is_the_matrix_and_its_first_column_carries_most() -> None:
    matrix = np.array([[1.0, 0.5, 0.2], [0.5, 1.0, 0.1], [0.2, 0.1, 1.0]])
    root = root_of(matrix)
    np.testing.assert_allclose(root @ root.T, matrix)
    assert (np.diff((root**2).sum(axis=0)) <= 0).all()


@pytest.mark.parametrize("level", [0, 4, LEVELS])
def test_scores_keep_their_margins_and_their_dependence(level: int) -> None:
    """Evening the means out changes neither a step's distribution nor how alike two steps are."""
    found = scores(4000, 12, level, 1).astype(float)
    np.testing.assert_allclose(np.quantile(found, [0.1, 0.5, 0.9], axis=0).T, [[-1, 0, 1]] * 12, atol=2e-3)
    near, far = (np.corrcoef(found[:, a], found[:, b])[0, 1] for a, b in ((10, 11), (0, 11)))
    share = level / LEVELS
    assert near == pytest.approx(share * (0.2 + 0.8 * np.sqrt(11 / 12)), abs=0.06)
    assert far == pytest.approx(share * (0.2 + 0.8 * np.sqrt(1 / 12)), abs=0.06)


def error(amounts: list[np.ndarray]) -> float:
    """How far P10, P50 and P90 of drawings of different seeds lie apart, in percent of P50."""
    found = np.quantile(np.stack(amounts), [0.1, 0.5, 0.9], axis=1)
    return float(found.std(axis=1, ddof=1).max() / found[1].mean() * 100)


def test_a_few_paths_of_a_wide_band_say_as_much_of_its_sum_as_many_free_ones() -> None:
    sums = [forecast(SHORT, "M", 12, 500, seed).sum(axis=1) for seed in range(12)]
    free = [np.random.default_rng(seed).choice(np.concatenate(sums), 3 * 500) for seed in range(12)]
    assert error(sums) < error(free)


def test_so_do_a_few_paths_of_several_meters() -> None:
    paths = [100 * np.exp(0.5 * RANDOM.standard_normal((500, 1))) for _ in range(3)]
    joint = [sum(one.sum(axis=1) for one in couple(paths, [SHORT] * 3, seed)) for seed in range(12)]
    free = [np.random.default_rng(seed).choice(np.concatenate(joint), 2 * 500) for seed in range(12)]  # type: ignore[arg-type]
    assert error(joint) < error(free)  # type: ignore[arg-type]
