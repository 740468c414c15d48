"""What holds for every history, whatever it looks like."""

import subprocess
import sys

import numpy as np
import pytest

from forecasting.engine import forecast, forecast_batch

RANDOM = np.random.default_rng(5)
GROWTH = np.exp(np.cumsum(0.05 + 0.1 * RANDOM.standard_normal(60))) * 100
GAPPY = np.where(np.arange(60) % 7 == 3, np.nan, GROWTH)
SPIKE = np.r_[np.full(30, 5.0), 5000.0, np.full(10, 5.0)]

HISTORIES = {
    "nothing": np.array([]),
    "one": np.array([42.0]),
    "two": np.array([40.0, 44.0]),
    "one zero": np.array([0.0]),
    "zeros": np.zeros(40),
    "constant": np.full(40, 7.0),
    "spike": SPIKE,
    "huge": GROWTH * 1e15,
    "tiny": GROWTH * 1e-9,
    "growth": GROWTH,
    "gaps": GAPPY,
    "only gaps": np.full(12, np.nan),
    "late start": np.r_[np.full(20, np.nan), GROWTH[:20]],
    "late end": np.r_[GROWTH[:20], np.full(20, np.nan)],
    "intermittent": np.where(np.arange(60) % 3 == 0, GROWTH, 0.0),
    "correction": np.r_[GROWTH[:30], -5.0, GROWTH[30:]],
    "long": np.tile(GROWTH, 20),
}
HORIZONS = {"M": 36, "W": 52, "D": 90}


@pytest.mark.parametrize("freq", HORIZONS)
@pytest.mark.parametrize("name", HISTORIES)
def test_paths_are_finite_never_negative_and_of_the_asked_shape(name: str, freq: str) -> None:
    paths = forecast(HISTORIES[name], freq, HORIZONS[freq], 200, 1)
    assert paths.shape == (200, HORIZONS[freq])
    assert np.isfinite(paths).all()
    assert (paths >= 0).all()


@pytest.mark.parametrize("freq", HORIZONS)
def test_a_batch_gives_every_history_the_paths_it_gets_alone(freq: str) -> None:
    horizons = [HORIZONS[freq] - (index % 2) for index in range(len(HISTORIES))]
    batch = forecast_batch(list(HISTORIES.values()), [freq] * len(HISTORIES), horizons, 100, 3)
    for (name, history), horizon, paths in zip(HISTORIES.items(), horizons, batch, strict=True):
        assert np.array_equal(paths, forecast(history, freq, horizon, 100, 3)), name


def test_a_batch_may_mix_grains() -> None:
    batch = forecast_batch([GROWTH, GROWTH, GROWTH], ["M", "D", "W"], [6, 30, 8], 50, 3)
    assert [paths.shape for paths in batch] == [(50, 6), (50, 30), (50, 8)]
    assert np.array_equal(batch[1], forecast(GROWTH, "D", 30, 50, 3))


def test_the_seed_decides() -> None:
    first, again, other = (forecast(GROWTH, "M", 12, 100, seed) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize("name", ["nothing", "zeros", "one zero", "only gaps"])
def test_what_never_was_used_stays_at_zero(name: str) -> None:
    assert not forecast(HISTORIES[name], "M", 12, 50, 1).any()


def test_scale_does_not_matter() -> None:
    paths, larger = (forecast(history, "M", 12, 500, 1) for history in (GROWTH, GROWTH * 1e6))
    quantiles = [np.quantile(each, [0.1, 0.5, 0.9], axis=0) for each in (paths, larger / 1e6)]
    np.testing.assert_allclose(*quantiles, rtol=1e-6)


def test_a_gap_is_not_a_zero() -> None:
    with_gaps, with_zeros = GROWTH.copy(), GROWTH.copy()
    with_gaps[54:58], with_zeros[54:58] = np.nan, 0.0
    plain, gaps, zeros = (np.median(forecast(h, "M", 12, 500, 1)) for h in (GROWTH, with_gaps, with_zeros))
    assert abs(gaps / plain - 1) < abs(zeros / plain - 1)


def test_errors_persist_so_totals_are_wider_than_independent_months_would_be() -> None:
    paths = forecast(GROWTH, "M", 12, 2000, 1)
    shuffled = np.stack([RANDOM.permutation(column) for column in paths.T], axis=1)
    assert np.std(paths.sum(axis=1)) > 1.5 * np.std(shuffled.sum(axis=1))


def test_two_histories_do_not_share_their_luck_beyond_the_market() -> None:
    a, b = forecast_batch([GROWTH, GROWTH[::-1].copy()], ["M", "M"], [12, 12], 4000, 1, market_shock=True)
    assert 0.0 < np.corrcoef(a.sum(axis=1), b.sum(axis=1))[0, 1] < 0.4
    a, b = forecast_batch([GROWTH, GROWTH[::-1].copy()], ["M", "M"], [12, 12], 4000, 1, market_shock=False)
    assert abs(np.corrcoef(a.sum(axis=1), b.sum(axis=1))[0, 1]) < 0.06


def test_it_starts_without_the_slow_parts_of_scipy() -> None:
    """Every start of the app pays for what the engine imports."""
    code = "import sys, forecasting.engine; print(*sorted({'scipy.stats', 'scipy.signal'} & set(sys.modules)))"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "\n"
