from datetime import date

import numpy as np
import pytest

from forecasting.rules.months import Steps, fold, line_up, next_end, shares, steps_until, to_steps

NAN = float("nan")


def sparse(length: int, known: dict[int, float]) -> np.ndarray:
    values = np.full(length, np.nan)
    for day, value in known.items():
        values[day] = value
    return values


def test_days_are_kept_with_their_gaps() -> None:
    steps = to_steps(date(2026, 1, 1), np.array([1.0, NAN, 3.0, 4.0]))
    assert (steps.grain, steps.end, steps.known_days) == ("D", date(2026, 1, 4), 3)
    np.testing.assert_array_equal(steps.values, [1.0, NAN, 3.0, 4.0])


def test_facts_whole_weeks_apart_are_weeks() -> None:
    steps = to_steps(date(2026, 1, 4), sparse(29, {0: 70.0, 7: 77.0, 28: 98.0}))
    assert (steps.grain, steps.end) == ("W", date(2026, 2, 1))
    np.testing.assert_array_equal(steps.values, [70.0, 77.0, NAN, NAN, 98.0])


def test_facts_on_month_ends_are_months() -> None:
    start = date(2026, 1, 31)
    steps = to_steps(start, sparse(90, {0: 31.0, 28: 28.0, 89: 30.0}))
    assert (steps.grain, steps.end) == ("M", date(2026, 4, 30))
    np.testing.assert_array_equal(steps.values, [31.0, 28.0, NAN, 30.0])


def test_trailing_unknown_days_are_cut() -> None:
    assert to_steps(date(2026, 1, 1), np.array([1.0, 2.0, NAN])).end == date(2026, 1, 2)


def test_histories_are_brought_to_one_end_by_unknown_steps() -> None:
    longer = Steps("W", date(2026, 1, 25), np.array([5.0, NAN, 6.0]))
    shorter = Steps("W", date(2026, 1, 11), np.array([7.0]))
    lined = line_up([longer, shorter], date(2026, 1, 27))
    assert {steps.end for steps in lined} == {date(2026, 1, 25)}
    np.testing.assert_array_equal(lined[0].values, [5.0, NAN, 6.0])
    np.testing.assert_array_equal(lined[1].values, [7.0, NAN, NAN])


@pytest.mark.parametrize(
    ("grain", "end", "steps", "expected"),
    [
        ("D", date(2026, 2, 27), 2, date(2026, 3, 1)),
        ("W", date(2026, 2, 27), 2, date(2026, 3, 13)),
        ("M", date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_the_end_of_a_later_step(grain: str, end: date, steps: int, expected: date) -> None:
    assert next_end(grain, end, steps) == expected


@pytest.mark.parametrize(
    ("grain", "end"), [("D", date(2026, 11, 10)), ("W", date(2026, 11, 8)), ("M", date(2026, 10, 31))]
)
def test_steps_reach_the_end_of_the_term_and_no_further(grain: str, end: date) -> None:
    steps, stop = Steps(grain, end, np.ones(3)), date(2028, 1, 15)
    horizon = steps_until(steps, stop)
    assert next_end(grain, end, horizon) >= date(2028, 1, 14) > next_end(grain, end, horizon - 1)


def test_every_day_of_a_period_is_counted_once() -> None:
    periods = [(date(2026, 12, 15), date(2027, 1, 15)), (date(2027, 1, 15), date(2027, 2, 15))]
    for grain, end, days in [("D", date(2026, 12, 1), 1), ("W", date(2026, 12, 1), 7)]:
        steps = Steps(grain, end, np.ones(1))
        share = shares(steps, steps_until(steps, periods[-1][1]), periods)
        np.testing.assert_allclose(share.sum(axis=0) * days, [31, 31])


def test_a_gauge_takes_the_largest_or_the_last_step_of_a_period() -> None:
    paths = np.array([[3.0, 9.0, 4.0, 1.0]])
    share = np.array([[1.0, 0.0], [1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    np.testing.assert_array_equal(fold(paths, share, "sum"), [[14.0, 3.0]])
    np.testing.assert_array_equal(fold(paths, share, "max"), [[9.0, 4.0]])
    np.testing.assert_array_equal(fold(paths, share, "latest"), [[4.0, 1.0]])
