"""What fits the learned stage: the gradient belongs to the loss, and windows never hold what came after them."""

import gzip
from pathlib import Path

import numpy as np

from bench.fit_forecasting import grown
from bench.fitting.hidden import AS_WEEKS, HALF, LENGTHS, Asked, calibrated, misses
from bench.fitting.losses import bands_of, gradient, losses
from bench.fitting.windows import Group, Series, measured, prepared, windows, young_windows
from forecasting.engine import learned
from forecasting.engine.grains import GRAINS

RANDOM = np.random.default_rng(3)
SERIES = [Series("walks", str(n), "M", 12, 100 * np.exp(np.cumsum(0.1 * RANDOM.standard_normal(60)))) for n in range(6)]


def group() -> Group:
    random = np.random.default_rng(1)
    found = [one for series in SERIES for one in windows(series, random) if len(one.future) == 12]
    made = prepared("M", 12, found)
    return Group(made.windows, *(part.astype(np.float64) for part in made[1:]))


def test_the_gradient_is_that_of_the_loss() -> None:
    some = group()
    raw = 0.3 * RANDOM.standard_normal((some.leads.shape[1], some.size, 4))
    actual = some.actual * some.relative
    _, found = gradient(some, raw, actual)
    for place in [(0, 0, 0), (2, 1, 1), (3, 2, 2), (raw.shape[0] - 1, 3, 3), (raw.shape[0] - 1, 0, 0)]:
        moved = [raw.copy(), raw.copy()]
        moved[0][place] -= 1e-6
        moved[1][place] += 1e-6
        low, high = (np.add(*losses(actual, bands_of(some, one)[0]))[place[1]] for one in moved)
        np.testing.assert_allclose(found[place], (high - low) / 2e-6, rtol=1e-3, atol=1e-6)


def test_bands_are_in_order_and_the_sum_lies_within_the_steps_added_up() -> None:
    some = group()
    bands, _ = bands_of(some, RANDOM.standard_normal((some.leads.shape[1], some.size, 4)))
    assert (np.diff(bands.steps, axis=0) >= 0).all()
    ends = bands.steps.mean(axis=1)
    assert (bands.total[0] >= ends[0]).all()
    assert (bands.total[2] <= ends[2]).all()


def test_a_window_is_cut_where_its_future_begins() -> None:
    for series in SERIES:
        for one in windows(series, np.random.default_rng(2)):
            together = np.r_[one.history, one.future]
            places = [
                n for n in range(60 - len(together) + 1) if np.array_equal(series.values[n:][: len(together)], together)
            ]
            assert len(places) == 1


def test_widths_are_such_that_8_of_10_of_the_hidden_would_be_held() -> None:
    """The whole correction would hold them; half of it, as a power, is taken."""
    some = group()
    one = Asked(some, np.zeros((some.leads.shape[1], some.size, 4), np.float32))
    found = calibrated([one])
    lengths = np.array([len(window.history) for window in some.windows])
    long = lengths >= LENGTHS["M"][3]
    held = misses(one)[:, long] <= found["width_M"][3] ** (1 / HALF) * (1 + 1e-6)
    assert abs(held.mean() - 0.8) <= 1 / held.size
    assert (np.diff(found["known_M"]) > 0).all()


def test_the_width_changes_without_jumps_from_the_first_value_to_the_last() -> None:
    for grain in GRAINS:
        found = learned.width(grain, np.arange(0.0, 2000.0))
        assert (np.abs(np.diff(np.log(found))) < 0.04).all()
        assert (np.abs(np.log(found)) < 0.5).all()


def test_young_windows_hold_little_history_and_are_left_out_of_the_first_ensemble() -> None:
    random = np.random.default_rng(1)
    young = [one for series in SERIES for one in young_windows(series, random) if len(one.future) == 12]
    assert len(young) > 10 * len(SERIES)
    assert max(len(one.history) for one in young) <= GRAINS["M"].far
    old = group()
    together = prepared("M", 12, [*old.windows, *young])
    assert grown(together).windows == old.windows


def test_of_a_series_with_little_history_the_second_ensemble_speaks_alone() -> None:
    """And with every value that arrives the first one counts a little more, until it is the only one."""
    for grain in GRAINS.values():
        found = learned.voice_of_plain(grain.name, np.arange(0.0, 3.0 * grain.far))
        assert (found[: grain.far + 1] == 0).all()
        assert (found[2 * grain.far :] == 1).all()
        assert np.abs(np.diff(found)).max() <= 1 / grain.far + 1e-12


def test_without_a_source_its_windows_are_gone() -> None:
    some = group()
    one = Asked(some, np.zeros((some.leads.shape[1], some.size, 4), np.float32))
    assert one.but("walks").group.size == 0
    assert one.but("else").group.size == some.size


def test_some_package_downloads_come_once_more_as_if_months_were_weeks(tmp_path: Path) -> None:
    """Weekly customers who adopt are known from nothing else."""
    names = [f"pypi_{n:04}" for n in range(40)]
    with gzip.open(tmp_path / "train.csv.gz", "wt") as file:
        file.write("series_id,source,freq,timestamp,value\n")
        file.writelines(f"{name},pypi,M,2020-01-01,{value}\n" for name in names for value in range(1, 37))
    (tmp_path / "train.meta.csv").write_text(
        "series_id,source,freq,horizon,entity\n" + "".join(f"{name},pypi,M,12,{name}@2023-07\n" for name in names)
    )
    found = list(measured(tmp_path / "train.csv.gz"))
    weekly = [one for one in found if one.source == AS_WEEKS]
    assert 10 < len(weekly) < 30
    assert {(one.freq, one.horizon, len(one.values)) for one in weekly} == {("W", 13, 36)}
    assert len(found) == 40 + len(weekly)
