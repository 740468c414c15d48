import pytest

from forecasting.rules.backtest import Backtest
from forecasting.rules.knowledge import doubts_of


@pytest.mark.parametrize(
    ("coverage", "windows", "doubted"),
    [(0.61, 48, True), (0.64, 8, True), (0.65, 48, False), (0.3, 7, False), (None, 0, False), (0.8, 48, False)],
)
def test_bands_that_did_not_hold_are_doubted(coverage: float | None, windows: int, doubted: bool) -> None:
    assert bool(doubts_of(Backtest(coverage, coverage, windows, 1.0, ""))) == doubted


def test_the_doubt_says_by_how_much() -> None:
    assert doubts_of(Backtest(0.61, 0.7, 48, 1.08, "")) == [
        "On this customer's own past the bands were too narrow: they held 61% of the time instead of 80%. "
        "Allow for more, or state low, base and high."
    ]
