"""Running a forecast: frozen, repeatable, honest about what is not known."""

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest

from core import audit
from core.errors import Refused
from core.models import User
from forecasting.actions import run_forecast
from forecasting.models import ForecastRun
from forecasting.queries import is_current, paths_of, usage_bands, usage_paths
from forecasting.rules.assumptions import Assumption
from pricing import Series
from tests.forecasting.metered import AT, END, USUAL, make_customer, make_meter, record_days

START = date(2027, 1, 1)
INPUT = Series.of("tokens", direction="input")
OUTPUT = Series.of("tokens", direction="output")


@pytest.fixture
def metered(ada: User) -> dict[str, Any]:
    """Acme, 60 days of input and output tokens, and what a forecast of them is asked with."""
    customer, meter = make_customer(note_on_data="Measured by the gateway."), make_meter()
    record_days(customer, meter, 1000 * USUAL, by=ada, direction="input")
    record_days(customer, meter, 200 * USUAL, by=ada, direction="output")
    return {"customer": customer, "series": [INPUT, OUTPUT], "start": START, "months": 12, "by": ada, "at": AT}


def test_a_run_says_what_it_rests_on(metered: dict[str, Any]) -> None:
    run = run_forecast(**metered)
    assert (run.basis, run.history_days, run.data_date, run.source_note) == (
        "history", 60, END, "Measured by the gateway.",
    )  # fmt: skip
    assert run.backtest["windows"] > 0
    assert 0 <= run.backtest["coverage"] <= 1
    assert run.gaps == []
    assert "only 60 days of history" in run.notes[0]
    assert audit.history("customer:acme").last().verb == "forecast.run"


def test_the_same_question_gives_the_same_run(metered: dict[str, Any], ben: User) -> None:
    run = run_forecast(**metered)
    again = run_forecast(**{**metered, "series": [OUTPUT, INPUT], "by": ben, "at": AT + timedelta(days=1)})
    assert (again.pk, ForecastRun.objects.count(), audit.history("customer:acme").count()) == (run.pk, 1, 1)


@pytest.mark.parametrize("change", [{"seed": 2}, {"months": 24}, {"assumptions": {INPUT: Assumption(1, 2, 3)}}])
def test_another_question_gives_another_run(metered: dict[str, Any], change: dict[str, Any]) -> None:
    assert run_forecast(**metered).pk != run_forecast(**{**metered, **change}).pk


def test_new_usage_gives_another_run(metered: dict[str, Any], ada: User) -> None:
    run = run_forecast(**metered)
    meter = make_meter("images", dimensions={})
    record_days(metered["customer"], meter, [5.0], by=ada, end=END + timedelta(days=1))
    assert run_forecast(**metered).pk != run.pk


def test_paths_come_back_the_same_and_match_the_bands(metered: dict[str, Any]) -> None:
    run = run_forecast(**metered)
    first = usage_paths(run).series[INPUT]
    paths_of.cache_clear()
    second = usage_paths(ForecastRun.objects.get()).series[INPUT]
    assert first.shape == (2000, 12)
    assert np.array_equal(first, second)
    bands = usage_bands(run)[0]
    assert (bands.series, bands.months[0], bands.months[-1]) == (INPUT, "2027-01", "2027-12")
    np.testing.assert_allclose(bands.p90, np.quantile(first, 0.9, axis=0))
    assert bands.total[0] > sum(bands.p10)


def test_a_month_holds_about_a_month_of_days(metered: dict[str, Any]) -> None:
    january = usage_bands(run_forecast(**metered))[0].p50[0]
    assert 0.7 * 31_000 < january < 1.4 * 31_000


def test_weekly_facts_give_months_too(ada: User) -> None:
    customer, meter = make_customer(), make_meter()
    record_days(customer, meter, 7000 * USUAL[:26], by=ada, every=7, direction="input")
    run = run_forecast(customer=customer, series=[INPUT], start=START, months=12, by=ada, at=AT)
    assert run.inputs["series"][0]["grain"] == "W"
    assert "of the actual weeks" in run.backtest["sentence"]
    assert 0.7 * 31_000 < usage_bands(run)[0].p50[0] < 1.4 * 31_000


def test_a_coarser_series_sums_the_finer_ones(metered: dict[str, Any]) -> None:
    run = run_forecast(**{**metered, "series": [Series("tokens")]})
    assert 0.7 * 37_200 < usage_bands(run)[0].p50[0] < 1.4 * 37_200


def test_usage_after_the_start_is_not_looked_at(metered: dict[str, Any]) -> None:
    run = run_forecast(**{**metered, "start": date(2026, 11, 1)})
    assert run.data_date == date(2026, 10, 31)


def test_a_series_without_anything_is_a_gap_and_with_an_assumption_is_not(metered: dict[str, Any]) -> None:
    seats = Series("seats")
    run = run_forecast(**{**metered, "series": [INPUT, seats]})
    assert run.gaps == [
        "seats: no metered history and no assumption, so it is not in the forecast. State low, base and high."
    ]
    assert list(usage_paths(run).series) == [INPUT]
    stated = run_forecast(**{**metered, "series": [INPUT, seats], "assumptions": {seats: Assumption(5, 10, 30)}})
    assert (stated.gaps, stated.basis) == ([], "mixed")
    assert "seats: nothing metered yet; the bands are the stated low, base and high." in stated.notes


def test_nothing_known_is_said_and_not_invented(ada: User) -> None:
    run = run_forecast(customer=make_customer(), series=[INPUT], start=START, months=3, by=ada, at=AT)
    assert (run.basis, run.bands, run.data_date, run.history_days) == ("nothing", [], None, 0)
    assert run.backtest["coverage"] is None
    assert usage_paths(run).series == {}


@pytest.mark.parametrize("limits", [{"months": 0}, {"months": 121}, {"n_paths": 50}])
def test_an_impossible_size_is_refused_and_nothing_is_stored(metered: dict[str, Any], limits: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        run_forecast(**{**metered, **limits})
    assert not ForecastRun.objects.exists()


def test_a_run_knows_whether_its_engine_is_still_in_use(metered: dict[str, Any]) -> None:
    run = run_forecast(**metered)
    assert is_current(run)
    run.method = "filter bank 0"
    assert not is_current(run)
