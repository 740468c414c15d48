"""Series that know little: look-alikes and statements beside them; and meters that keep each other company."""

import numpy as np

from forecasting.engine import Cohort, Stated, couple, forecast

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


def test_meters_keep_their_paths_and_get_their_company() -> None:
    common = np.cumsum(RANDOM.standard_normal(60)) * 0.2
    histories = [100 * np.exp(common + 0.02 * RANDOM.standard_normal(60)) for _ in range(2)]
    paths = [forecast(history, "M", 12, 2000, 1) for history in histories]
    joint = couple(paths, histories, 1)
    for before, after in zip(paths, joint, strict=True):
        np.testing.assert_array_equal(np.sort(before, axis=0), np.sort(after, axis=0))
    assert np.corrcoef(paths[0].sum(axis=1), paths[1].sum(axis=1))[0, 1] < 0.4
    assert np.corrcoef(joint[0].sum(axis=1), joint[1].sum(axis=1))[0, 1] > 0.6


def test_meters_that_moved_apart_are_not_made_alike() -> None:
    common = np.cumsum(RANDOM.standard_normal(100)) * 0.2
    histories = [100 * np.exp(sign * common) for sign in (1, -1)]
    joint = couple([forecast(history, "M", 12, 2000, 1) for history in histories], histories, 1)
    assert np.corrcoef(joint[0].sum(axis=1), joint[1].sum(axis=1))[0, 1] < 0.15
