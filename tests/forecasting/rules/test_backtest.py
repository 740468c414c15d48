from datetime import date

import numpy as np
import pytest

from forecasting.rules.backtest import backtest
from forecasting.rules.months import Steps

RANDOM = np.random.default_rng(11)


def steps(grain: str, length: int) -> Steps:
    return Steps(grain, date(2026, 11, 20), 100 * np.exp(0.15 * RANDOM.standard_normal(length)))


@pytest.mark.parametrize(("grain", "length", "name"), [("D", 120, "days"), ("W", 26, "weeks"), ("M", 24, "months")])
def test_a_steady_history_is_covered_and_beats_the_naive(grain: str, length: int, name: str) -> None:
    found = backtest([steps(grain, length) for _ in range(6)], seed=1)
    assert found.windows >= 4
    assert found.coverage is not None
    assert found.coverage > 0.6
    assert found.pinball_ratio is not None
    assert found.pinball_ratio < 1.1
    assert f"In {found.windows} backtest windows" in found.sentence
    assert f"of the actual {name}" in found.sentence


def test_windows_of_all_meters_count() -> None:
    one = steps("W", 26)
    assert backtest([one, one], seed=1).windows == 2 * backtest([one], seed=1).windows


def test_windows_say_the_same_however_many_are_forecast_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    series = [steps("W", 40), steps("D", 90), steps("W", 5), steps("M", 30)]
    at_once = backtest(series, seed=1)
    monkeypatch.setattr("forecasting.rules.backtest.LOT", 3)
    assert backtest(series, seed=1).as_json() == at_once.as_json()


@pytest.mark.parametrize(
    ("series", "sentence"),
    [
        ([], "There is no metered history, so the method could not be tested on this customer."),
        (
            [steps("D", 9)],
            "The history is too short to test the method on this customer: 9 days are known and 24 are needed.",
        ),
        (
            [steps("W", 5)],
            "The history is too short to test the method on this customer: 5 weeks are known and 15 are needed.",
        ),
    ],
)
def test_a_short_history_has_no_number_but_a_sentence(series: list[Steps], sentence: str) -> None:
    found = backtest(series, seed=1)
    assert (found.coverage, found.windows, found.pinball_ratio, found.sentence) == (None, 0, None, sentence)


def test_it_has_no_number_where_nothing_was_used() -> None:
    assert backtest([Steps("D", date(2026, 11, 20), np.zeros(100))], seed=1).windows == 0
