"""From frozen inputs to usage per billing month."""

import json
from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import pytest

from forecasting.rules.assumptions import Assumption
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import Inputs, SeriesInput, read_inputs
from forecasting.rules.months import Steps
from forecasting.rules.requests import N_PATHS, REPLICATIONS
from pricing import Series
from quotes.queries.precision import error_percent

RANDOM = np.random.default_rng(3)
COMMON = np.cumsum(RANDOM.standard_normal(120)) * 0.1
INPUT = Series.of("tokens", direction="input")
OUTPUT = Series.of("tokens", direction="output")


def daily(level: float, end: date = date(2026, 11, 20)) -> Steps:
    return Steps("D", end, level * np.exp(COMMON + 0.02 * RANDOM.standard_normal(120)))


def inputs(*series: SeriesInput, months: int = 12, n_paths: int = 1000) -> Inputs:
    return Inputs("acme", date(2026, 11, 20), date(2027, 1, 1), months, 7, n_paths, series)


def metered(series: Series, level: float) -> SeriesInput:
    return SeriesInput(series, "sum", daily(level), None)


def test_usage_has_a_row_per_path_and_a_column_per_billing_month() -> None:
    paths = draw(inputs(metered(INPUT, 100.0)))
    assert paths[INPUT].shape == (1000, 12)
    assert (paths[INPUT] >= 0).all()
    assert 500 < np.median(paths[INPUT][:, 0]) < 30_000


def test_frozen_inputs_give_the_same_paths_again() -> None:
    given = inputs(metered(INPUT, 100.0), SeriesInput(OUTPUT, "sum", None, Assumption(1.0, 2.0, 4.0, 3.0)))
    again = read_inputs(json.loads(json.dumps(given.as_json())))
    assert again.sha256 == given.sha256
    first, second = draw(given), draw(again)
    assert all(np.array_equal(first[series], second[series]) for series in (INPUT, OUTPUT))


def test_meters_that_moved_together_move_together() -> None:
    both = inputs(metered(INPUT, 100.0), metered(OUTPUT, 20.0), n_paths=4000)
    totals = [values.sum(axis=1) for values in draw(both).values()]
    assert np.corrcoef(totals[0], totals[1])[0, 1] > 0.5


def test_company_does_not_change_the_bands_of_a_meter() -> None:
    one, other = metered(INPUT, 100.0), metered(OUTPUT, 20.0)
    alone, together = draw(inputs(one))[INPUT], draw(inputs(one, other))[INPUT]
    np.testing.assert_allclose(np.quantile(alone, 0.9, axis=0), np.quantile(together, 0.9, axis=0))


def test_an_assumption_alone_gives_its_own_quantiles_per_month() -> None:
    stated = SeriesInput(INPUT, "sum", None, Assumption(50.0, 100.0, 300.0))
    bands = np.quantile(draw(inputs(stated, n_paths=4000))[INPUT], [0.1, 0.5, 0.9], axis=0)
    np.testing.assert_allclose(bands, np.tile([[50.0], [100.0], [300.0]], 12), rtol=0.02)


def test_months_of_history_take_over_from_the_assumption_without_a_jump() -> None:
    medians = []
    for days in (0, 1, 5, 20, 60, 120):
        history = Steps("D", date(2026, 11, 20), np.full(days, 10.0)) if days else None
        one = SeriesInput(INPUT, "sum", history, Assumption(500.0, 1000.0, 2000.0))
        medians.append(np.median(draw(inputs(one))[INPUT].mean(axis=1)))
    assert all(0.6 < later / earlier < 1.05 for earlier, later in pairwise(medians)), medians
    assert medians[0] > 950
    assert medians[-1] < 700


def test_a_series_of_which_nothing_is_known_is_left_out() -> None:
    assert list(draw(inputs(metered(INPUT, 1.0), SeriesInput(OUTPUT, "sum", None, None)))) == [INPUT]
    assert draw(replace(inputs(metered(INPUT, 1.0)), series=())) == {}


USUAL = {
    "three years of months": ("M", 36, 0.1),
    "half a year of months": ("M", 6, 0.2),
    "half a year of weeks": ("W", 26, 0.09),
    "two months of days": ("D", 60, 0.05),
}


@pytest.mark.parametrize("meters", [1, 3])
@pytest.mark.parametrize("name", USUAL)
def test_the_usual_number_of_paths_leaves_less_than_a_percent_to_chance(name: str, meters: int) -> None:
    """Of P50, for P10, P50 and P90 of the sum over a year and all meters; what is wilder draws more (`quotes`)."""
    grain, length, moves = USUAL[name]
    random = np.random.default_rng(5)
    steps = [
        Steps(grain, date(2026, 12, 31), 100 * np.exp(moves * np.cumsum(random.standard_normal(length))))
        for _ in range(meters)
    ]
    known = [SeriesInput(Series(f"m{n}"), "sum", one, None) for n, one in enumerate(steps)]
    paths = draw(replace(inputs(*known, n_paths=N_PATHS), replications=REPLICATIONS))
    error = error_percent(sum(one.sum(axis=1) for one in paths.values()), REPLICATIONS)
    assert error is not None
    assert error < 1
