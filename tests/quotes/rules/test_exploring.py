"""What sliders become: drivers with sentences, and nothing where nothing is moved."""

from datetime import date

from forecasting.rules.drivers import Adoption, Growth, SeatPlan, Step, read_drivers
from quotes.rules.exploring import Moves, drivers, name_of, scenario

START = date(2027, 1, 1)
ALL = Moves(growth=20, seats=50, adoption=150, adoption_months=9, launch=-10, launch_month=4, on="tokens|model=sonnet")


def test_at_rest_nothing_moves():
    assert drivers(Moves(), start=START, seats=25) == ()
    assert drivers(Moves(seats=25), start=START, seats=25) == ()
    assert scenario({"name": "Doubled"}, Moves(seats=25), start=START, seats=25) == {"name": "Doubled", "drivers": []}


def test_each_slider_is_a_driver():
    on = "tokens|model=sonnet"
    assert drivers(ALL, start=START, seats=25) == (
        Growth(per_year=20, start=START, on=on),
        SeatPlan(phases=((1, 50),), today=25, on=on),
        Adoption(start=START, duration=9, before=100, after=150, on=on),
        Step(start=date(2027, 4, 1), percent=-10, on=on),
    )


def test_what_was_moved_has_a_name():
    said = "Growth +20 %, 50 seats of 25, adoption to 150 % in 9 months, launch −10 % in month 4"
    assert name_of(ALL, seats=25) == said


def test_what_is_used_comes_after_what_was_used_before():
    used = {"name": "Base", "drivers": [Growth(per_year=5, start=START).as_json()]}
    found = scenario(used, Moves(launch=30), start=START, seats=25)
    assert found["name"] == "Base; Launch +30 % in month 1"
    assert read_drivers(found["drivers"]) == (Growth(per_year=5, start=START), Step(start=START, percent=30))
