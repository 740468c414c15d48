"""Series that know little: look-alikes and statements beside them; and meters that keep each other company."""

import numpy as np
import pytest
from scipy.stats import rankdata, spearmanr

from forecasting.engine import Cohort, Stated, couple, forecast
from forecasting.engine.joint import blocks, dependence, ranks

RANDOM = np.random.default_rng(4)
RAMPS = tuple(10 * np.linspace(1, 8, 40) * np.exp(0.1 * RANDOM.standard_normal(40)) for _ in range(6))
FEW = Cohort(RAMPS[:2])


def test_a_young_customer_grows_as_its_look_alikes_did() -> None:
    history = np.array([10.0, 12.0])
    alone = np.median(forecast(history, "M", 24, 500, 1), axis=0)
    together = np.median(forecast(history, "M", 24, 500, 1, cohort=Cohort(RAMPS)), axis=0)
    assert together[-1] > 2 * alone[-1]


def test_without_any_history_look_alikes_speak_alone() -> None:
    paths = forecast(np.array([]), "M", 12, 500, 1, cohort=Cohort(RAMPS))
    assert 10 < np.median(paths) < 100


def test_two_look_alikes_are_anecdotes() -> None:
    history = np.array([10.0, 12.0])
    assert np.array_equal(forecast(history, "M", 12, 100, 1, cohort=FEW), forecast(history, "M", 12, 100, 1))


def test_a_statement_with_a_ramp_arrives_at_its_quantiles() -> None:
    paths = forecast(np.array([]), "M", 24, 2000, 1, driver=Stated(50, 100, 200, ramp_steps=6))
    bands = np.quantile(paths, [0.1, 0.5, 0.9], axis=0)
    assert bands[1][0] < 40
    np.testing.assert_allclose(bands[:, -1], [50, 100, 200], rtol=0.02)


def test_a_statement_gives_the_scale_and_look_alikes_the_ramp() -> None:
    told = Stated(500, 1000, 2000)
    alone, together = (
        np.median(forecast(np.array([]), "M", 24, 1000, 1, driver=told, cohort=cohort), axis=0)
        for cohort in (None, Cohort(RAMPS))
    )
    np.testing.assert_allclose(alone, 1000, rtol=0.02)
    assert together[0] < 400
    assert 700 < together[-1] < 1100


def test_a_ramp_that_is_stated_counts_more_than_that_of_look_alikes() -> None:
    told = Stated(500, 1000, 2000, ramp_steps=4)
    own, together = (
        forecast(np.array([]), "M", 12, 500, 1, driver=told, cohort=cohort) for cohort in (None, Cohort(RAMPS))
    )
    assert np.array_equal(own, together)


def test_seats_and_use_per_seat_are_a_statement() -> None:
    assert Stated.per_seat(200, 1, 3, 9, ramp_steps=6) == Stated(200, 600, 1800, ramp_steps=6)


def test_few_look_alikes_make_wider_bands_than_many() -> None:
    many = tuple(size * np.linspace(1, 8, 40) for size in np.linspace(5, 15, 41))
    widths = []
    for cohort in ((many[4], many[20], many[36]), many):
        low, high = np.quantile(forecast(np.array([]), "M", 12, 1000, 1, cohort=Cohort(cohort)), [0.1, 0.9], axis=0)
        widths.append(np.log(high / low).mean())
    assert widths[0] > widths[1]


def test_look_alikes_that_are_young_themselves_still_speak() -> None:
    young = Cohort(tuple(one[:10] for one in RAMPS))
    low, middle, high = np.quantile(forecast(np.array([]), "M", 36, 1000, 1, cohort=young), [0.1, 0.5, 0.9], axis=0)
    np.testing.assert_allclose(middle[10:], middle[9], rtol=0.05)
    assert high[35] / low[35] > high[9] / low[9]


@pytest.mark.parametrize("with_statement", [False, True])
def test_as_months_arrive_the_forecast_moves_without_jumps(with_statement: bool) -> None:
    """Months that come as expected leave what is expected of later months about where it was."""
    expected = np.median(np.stack(RAMPS), axis=0)
    told = Stated(40, 80, 160) if with_statement else None
    ahead = []
    for months in range(13):
        paths = forecast(expected[:months], "M", 24 - months, 2000, 1, cohort=Cohort(RAMPS), driver=told)
        ahead.append(np.quantile(paths[:, -6:].sum(axis=1), [0.1, 0.5, 0.9]))
    middle = np.array(ahead)[:, 1]
    assert (np.abs(np.diff(np.log(middle))) < 0.25).all()
    assert abs(np.log(middle[12] / expected[18:24].sum())) < 0.4


def alike(meters: list[np.ndarray]) -> float:
    """Rank correlation of two meters' sums."""
    return float(spearmanr(*(paths.sum(axis=1) for paths in meters)).statistic)


def test_meters_keep_their_paths_and_get_their_company() -> None:
    common = np.cumsum(RANDOM.standard_normal(60)) * 0.2
    histories = [100 * np.exp(common + 0.02 * RANDOM.standard_normal(60)) for _ in range(2)]
    paths = [forecast(history, "M", 12, 2000, 1) for history in histories]
    joint = couple(paths, histories, 1)
    for before, after in zip(paths, joint, strict=True):
        np.testing.assert_array_equal(np.sort(before, axis=0), np.sort(after, axis=0))
    assert alike(paths) < 0.4
    assert alike(joint) > 0.6


def test_meters_that_moved_apart_are_not_made_alike() -> None:
    common = np.cumsum(RANDOM.standard_normal(100)) * 0.2
    histories = [100 * np.exp(sign * common) for sign in (1, -1)]
    joint = couple([forecast(history, "M", 12, 2000, 1) for history in histories], histories, 1)
    assert alike(joint) < 0.15


def test_days_are_compared_as_weeks_so_a_common_rest_on_sundays_says_nothing() -> None:
    week = np.array([1, 1, 1, 1, 1, 0.3, 0.1])
    histories = [np.tile(week, 20) * np.exp(0.3 * RANDOM.standard_normal(20).repeat(7)) for _ in range(2)]
    days, weeks = (dependence([blocks(one, n) for one in histories], 0.1)[0, 1] for n in (1, 7))
    assert days > 0.7
    assert weeks < 0.5


def test_a_block_of_unknown_days_is_unknown() -> None:
    history = np.r_[9.0, np.full(7, np.nan), np.arange(7.0)]
    np.testing.assert_array_equal(blocks(history, 7), [np.nan, 3.0])


def test_equal_values_share_their_rank() -> None:
    values = RANDOM.integers(0, 5, 30).astype(float)
    np.testing.assert_array_equal(ranks(values), rankdata(values))
