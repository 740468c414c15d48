from datetime import date

import numpy as np

from forecasting.rules.months import Steps
from forecasting.rules.past import past_months


def test_known_months_are_sums_and_partly_known_ones_are_at_the_rate_of_their_days() -> None:
    steps = Steps("D", date(2026, 11, 15), np.full(46, 2.0))
    assert past_months(steps, date(2026, 12, 1), "sum", 12) == [
        ("2026-09", None), ("2026-10", 62.0), ("2026-11", 60.0),
    ]  # fmt: skip


def test_a_week_is_spread_over_its_days() -> None:
    steps = Steps("W", date(2026, 10, 31), np.full(10, 7.0))
    assert past_months(steps, date(2026, 11, 1), "sum", 3)[1:] == [("2026-09", 30.0), ("2026-10", 31.0)]


def test_months_of_which_too_little_is_known_are_empty() -> None:
    steps = Steps("D", date(2026, 11, 2), np.full(34, 1.0))
    assert past_months(steps, date(2026, 12, 1), "sum", 12)[1:] == [("2026-10", 31.0), ("2026-11", None)]


def test_a_gauge_keeps_its_level() -> None:
    steps = Steps("W", date(2026, 10, 31), np.r_[np.full(9, 7.0), 9.0])
    assert past_months(steps, date(2026, 11, 1), "max", 1)[-1] == ("2026-10", 9.0)


def test_nothing_known_is_nothing_shown() -> None:
    assert past_months(Steps("D", date(2026, 10, 31), np.full(9, np.nan)), date(2026, 11, 1), "sum", 12) == []
