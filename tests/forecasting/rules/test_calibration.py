"""Coverage over many customers, and the alarm."""

from datetime import date

import numpy as np
import pytest

from forecasting.rules import backtest
from forecasting.rules.calibration import Share, calibration, drift_of, hits_of
from forecasting.rules.months import Steps

RANDOM = np.random.default_rng(4)


def hits(months: list[tuple[str, int, int]], horizon: str = "Days 1 to 7") -> dict[str, object]:
    return {
        "steps": [[horizon, *month] for month in months],
        "totals": [list(month) for month in months],
        "loss": 1.0,
        "naive": 2.0,
    }


def test_counts_are_kept_by_horizon_and_by_calendar_month() -> None:
    steps = Steps("D", date(2026, 11, 20), 100 * np.exp(0.1 * RANDOM.standard_normal(120)))
    [tests] = backtest.tested([steps], seed=1)
    kept = hits_of(tests)
    assert sum(count for _, _, _, count in kept["steps"]) == len(tests) * 28
    assert {horizon for horizon, *_ in kept["steps"]} == {"Days 1 to 7", "Days 8 to 31"}
    assert sum(count for *_, count in kept["totals"]) == len(tests)
    assert all(month.startswith("2026-") for month, *_ in kept["totals"])


def test_customers_add_up_by_horizon_segment_and_window() -> None:
    found = calibration(
        [("Startup", hits([("2026-09", 8, 10)])), ("Enterprise", hits([("2026-10", 6, 10)], horizon="Later"))]
    )
    assert (found.steps.coverage, found.totals.coverage, found.pinball_ratio) == (0.7, 0.7, 0.5)
    assert [(one.label, one.coverage) for one in found.horizons] == [("Days 1 to 7", 0.8), ("Later", 0.6)]
    assert [(one.label, one.coverage) for one in found.segments] == [("Enterprise", 0.6), ("Startup", 0.8)]
    assert [(one.label, one.coverage) for one in found.windows] == [("Sep 2026", 0.8), ("Oct 2026", 0.6)]


@pytest.mark.parametrize(
    ("inside", "count", "says"),
    [(58, 100, "too narrow"), (99, 100, "too wide"), (72, 100, ""), (88, 100, ""), (5, 12, ""), (13, 20, "")],
)
def test_drift_is_told_beyond_tolerance_and_chance(inside: int, count: int, says: str) -> None:
    sentence = drift_of(
        [Share("2026-01", 80, 100), *(Share(f"2026-{n:02}", 0, 0) for n in (8, 9)), Share("2026-10", inside, count)]
    )
    assert (says in sentence) if says else sentence == ""


def test_nothing_measured_is_nothing_said() -> None:
    found = calibration([])
    assert (found.steps.coverage, found.pinball_ratio, found.drift) == (None, None, "")
