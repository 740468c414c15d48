"""Drivers: what each does to usage, what its limits refuse, and that JSON keeps it whole."""

import json
from datetime import date
from typing import Any

import numpy as np
import pytest

from core.errors import Invalid
from forecasting.rules.drivers import (
    KINDS,
    Adoption,
    Churn,
    Driver,
    Growth,
    Migration,
    PriceResponse,
    SeatPlan,
    Step,
    Timeline,
    applied,
    covers,
    read_driver,
)
from pricing import Series

START = date(2027, 1, 1)
LINE = Timeline(START, 12)
INPUT, OUTPUT = (Series.of("tokens", model="opus", direction=way) for way in ("input", "output"))
IMAGES = Series("images")
JANUARY = {"start": "2027-01-01"}
FLAT = {series: np.full((4, 12), 100.0) for series in (INPUT, OUTPUT, IMAGES)}
APRIL = date(2027, 4, 1)

EXAMPLES: list[Driver] = [
    Growth(per_year=100, start=START),
    Adoption(start=APRIL, duration=3, before=0, after=150, curve="bass"),
    SeatPlan(phases=((1, 10.0), (7, 30.0)), today=10),
    Step(on="images", start=APRIL, end=date(2027, 7, 1), percent=-50),
    Churn(share=40, start=APRIL, probability=50),
    Migration(on="tokens|model=opus", target="tokens|model=sonnet", start=APRIL, ratio=1.2, share=50),
    PriceResponse(change=-10, elasticity=-0.5, start=START),
]


def test_every_kind_has_an_example() -> None:
    assert {driver.kind for driver in EXAMPLES} == set(KINDS)


@pytest.mark.parametrize("driver", EXAMPLES, ids=lambda driver: driver.kind)
def test_json_keeps_a_driver_whole_and_it_explains_itself(driver: Driver) -> None:
    assert read_driver(json.loads(json.dumps(driver.as_json()))) == driver
    assert driver.sentence().endswith(".")
    assert all((driver.title, driver.about))


@pytest.mark.parametrize(
    ("day", "at"),
    [
        (date(2026, 5, 1), 0.0),
        (START, 0.0),
        (date(2027, 3, 1), 2.0),
        (date(2027, 4, 16), 3.5),
        (date(2029, 1, 1), 24.0),
    ],
)
def test_a_day_lies_in_the_months_of_the_forecast(day: date, at: float) -> None:
    assert LINE.at(day) == at


def months(driver: Driver, series: Series = INPUT) -> list[float]:
    return [round(float(value), 1) for value in applied(FLAT, [driver], LINE)[series].mean(axis=0)]


def test_growth_compounds_and_a_step_ends() -> None:
    grown = months(EXAMPLES[0])
    assert grown[0] == pytest.approx(100 * 2 ** (0.5 / 12), abs=0.1)
    assert grown[-1] == pytest.approx(100 * 2 ** (11.5 / 12), abs=0.1)
    assert months(EXAMPLES[3], IMAGES) == [100.0] * 3 + [50.0] * 3 + [100.0] * 6
    assert months(EXAMPLES[3]) == [100.0] * 12


def test_seats_scale_what_is_used_today() -> None:
    assert months(EXAMPLES[2]) == [100.0] * 6 + [300.0] * 6


def test_a_use_case_ends_on_its_share_of_the_futures() -> None:
    after = applied(FLAT, [EXAMPLES[4]], LINE)[INPUT][:, -1]
    assert sorted(after.tolist()) == [60.0, 60.0, 100.0, 100.0]


def test_a_model_moves_direction_by_direction_with_its_factor() -> None:
    moved = applied(FLAT, [EXAMPLES[5]], LINE)
    new = Series.of("tokens", model="sonnet", direction="output")
    assert set(moved) == {*FLAT, new, Series.of("tokens", model="sonnet", direction="input")}
    assert (moved[OUTPUT][0, -1], moved[new][0, -1], moved[new][0, 0]) == (50.0, 60.0, 0.0)
    assert np.array_equal(moved[IMAGES], FLAT[IMAGES])


def test_an_amount_is_shared_out_over_the_streams_it_concerns() -> None:
    step = Step(on="tokens", start=START, amount=50.0)
    assert (months(step)[0], months(step, OUTPUT)[0], months(step, IMAGES)[0]) == (125.0, 125.0, 100.0)


def test_price_response_does_nothing_without_an_elasticity() -> None:
    assert months(PriceResponse(change=50, elasticity=0, start=START)) == [100.0] * 12


def test_usage_per_seat_states_what_nothing_metered_says() -> None:
    plan = SeatPlan(on="tokens", phases=((1, 20.0), (4, 50.0)), low=1, base=2, high=5)
    assert plan.stated is not None
    assert (plan.stated.low, plan.stated.base, plan.stated.high) == (20.0, 40.0, 100.0)
    assert months(plan) == [100.0] * 3 + [250.0] * 9


@pytest.mark.parametrize(
    ("part", "found"),
    [("", True), ("tokens", True), ("tokens|model=opus", True), ("tokens|model=haiku", False), ("images", False)],
)
def test_a_part_of_usage_covers_its_streams(part: str, found: bool) -> None:
    assert covers(part, INPUT) is found


@pytest.mark.parametrize(
    ("kind", "values", "field", "says"),
    [
        ("growth", {"per_year": -100, **JANUARY}, "per_year", "from −99 to 10,000 %"),
        ("adoption", {**JANUARY, "duration": 999}, "duration", "from 0 to 240 months"),
        ("adoption", {**JANUARY, "curve": "round"}, "curve", "one of logistic, bass, linear"),
        ("seats", {"phases": [[2, 5]], "today": 5}, "phases", "begins in month 1"),
        ("seats", {"phases": [[1, 0]], "today": 5}, "phases", "at least one phase"),
        ("seats", {"phases": [[1, 5]]}, "base", "today's seats, or what one seat uses"),
        ("seats", {"phases": [[1, 5]], "low": 3, "base": 2, "high": 4, "on": "tokens"}, "base", "in this order"),
        ("step", {"start": "2027-02-01", "end": "2027-01-01"}, "end", "after 1 February 2027"),
        ("step", {"start": "2027-02-01", "amount": 5}, "amount", "of one meter"),
        ("churn", {"share": 101, **JANUARY}, "share", "from 0 to 100 %"),
        ("migration", {"on": "tokens", "target": "tokens|model=a", **JANUARY}, "on", "one value of a meter"),
        ("migration", {"on": "tokens|model=a", "target": "tokens|model=a", **JANUARY}, "target", "another value"),
        ("price", {"change": 5, "elasticity": 0.5, **JANUARY}, "elasticity", "from −10 to 0"),
    ],
)  # fmt: skip
def test_a_limit_is_named_with_its_field(kind: str, values: dict[str, Any], field: str, says: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_driver({"kind": kind, **values})
    assert says in refused.value.errors[field]
