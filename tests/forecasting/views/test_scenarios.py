"""Scenarios on screen: made, changed, compared; refusals keep what was typed and change nothing."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from core import audit
from core.models import User
from customers.models import Customer
from forecasting.actions.scenarios import MOST_SCENARIOS, add_driver, create_scenario
from forecasting.models import Scenario
from forecasting.rules.drivers import Growth, read_driver
from tests.forecasting.metered import AT, USUAL, make_customer, make_meter, record_days

SignIn = Callable[[User], Client]
HTMX = {"HX-Request": "true"}
GROWTH = {"kind": "growth", "on": "", "per_year": "30", "start": "2027-01-01"}


@pytest.fixture
def acme(ada: User) -> Customer:
    customer = make_customer()
    meter = make_meter(
        name="Tokens", dimensions={"direction": ["input", "output"]}, display_scale=1000, display_unit="k"
    )
    record_days(customer, meter, 1000 * USUAL, by=ada, direction="input")
    return customer


@pytest.fixture
def scenario(acme: Customer, ada: User) -> Scenario:
    return create_scenario(customer=acme, name="Spring", by=ada, at=AT)


def page(scenario: Scenario, what: str = "") -> str:
    return f"/customers/acme/scenarios/{scenario.pk}/{what}"


def test_ada_makes_a_scenario_and_comes_to_its_page(acme: Customer, ada: User, client_of: SignIn) -> None:
    answer = client_of(ada).post("/customers/acme/scenarios/", {"name": "Spring"})
    made = Scenario.objects.get()
    assert (answer.status_code, answer.headers["Location"]) == (303, page(made))
    assert (made.name, made.drivers, made.edited_by) == ("Spring", [], ada)
    assert audit.history("customer:acme").get(verb="forecast.create_scenario").data["scenario"] == "Spring"
    assert "No drivers yet" in client_of(ada).get(page(made)).content.decode()


@pytest.mark.parametrize(
    ("name", "says"), [("", "Give the scenario a name"), ("Spring", "has a scenario “Spring” already")]
)
def test_a_name_that_cannot_be_is_refused(
    scenario: Scenario, ada: User, client_of: SignIn, name: str, says: str
) -> None:
    answer = client_of(ada).post("/customers/acme/scenarios/", {"name": name})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    assert Scenario.objects.count() == 1


def test_there_are_at_most_twenty(acme: Customer, ada: User, client_of: SignIn) -> None:
    for n in range(MOST_SCENARIOS):
        create_scenario(customer=acme, name=str(n), by=ada, at=AT)
    assert client_of(ada).post("/customers/acme/scenarios/", {"name": "More"}).status_code == 409
    assert Scenario.objects.count() == MOST_SCENARIOS


@pytest.mark.parametrize(
    ("values", "stored", "says"),
    [
        (GROWTH, {"kind": "growth", "on": "", "per_year": 30.0, "start": "2027-01-01"}, "Grows 30 % a year"),
        (
            {"kind": "step", "on": "tokens", "start": "2027-02-01", "end": "", "percent": "", "amount": "5"},
            {"kind": "step", "on": "tokens", "start": "2027-02-01", "end": None, "percent": 0.0, "amount": 5000.0},
            "+5,000 a month",
        ),
        (
            {"kind": "seats", "on": "", "today": "10", "month_1": "1", "seats_1": "10", "month_2": "4",
             "seats_2": "25"},
            {"kind": "seats", "on": "", "phases": [[1, 10.0], [4, 25.0]], "today": 10.0, "low": None, "base": None,
             "high": None},
            "10 from month 1, 25 from month 4, against 10 today",
        ),
        (
            {"kind": "migration", "on": "tokens|direction=input", "target": "tokens|direction=output", "share": "50",
             "ratio": "1.2", "start": "2027-03-01", "duration": "0"},
            {"kind": "migration", "on": "tokens|direction=input", "target": "tokens|direction=output",
             "start": "2027-03-01", "share": 50.0, "ratio": 1.2, "duration": 0.0},
            "50 % moves to output",
        ),
    ],
)  # fmt: skip
def test_a_driver_is_added_and_its_bands_change_in_place(
    scenario: Scenario, ada: User, client_of: SignIn, values: dict[str, str], stored: dict[str, Any], says: str
) -> None:
    answer = client_of(ada).post(page(scenario, "drivers/"), values, headers=HTMX)
    html = answer.content.decode()
    scenario.refresh_from_db()
    assert (answer.status_code, scenario.drivers) == (200, [stored])
    assert html.lstrip().startswith('<div class="scenario" id="scenario"')
    assert says in html
    assert "at P50" in html
    assert read_driver(stored).as_json() == stored


def test_a_plain_browser_goes_back_to_the_page(scenario: Scenario, ada: User, client_of: SignIn) -> None:
    answer = client_of(ada).post(page(scenario, "drivers/"), GROWTH)
    assert (answer.status_code, answer.headers["Location"]) == (303, page(scenario))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"per_year": "a lot"}, "Growth must be a number, such as 25."),
        ({"per_year": "-100"}, "Growth must be from −99 to 10,000."),
        ({"start": "tomorrow"}, "From must be a day, such as 2027-01-31."),
        ({"on": "nothing"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_taken_is_named_and_kept(
    scenario: Scenario, ada: User, client_of: SignIn, change: dict[str, str], says: str
) -> None:
    answer = client_of(ada).post(page(scenario, "drivers/"), {**GROWTH, **change}, headers=HTMX)
    html = answer.content.decode()
    scenario.refresh_from_db()
    assert (answer.status_code, scenario.drivers) == (422, [])
    assert says in html
    assert f'value="{change.get("per_year", "30")}"' in html


def test_a_half_typed_phase_is_told_at_its_field(scenario: Scenario, ada: User, client_of: SignIn) -> None:
    typed = {"kind": "seats", "on": "", "today": "10", "month_1": "1", "seats_1": "10", "month_2": "4", "seats_2": ""}
    html = client_of(ada).post(page(scenario, "drivers/"), typed, headers=HTMX).content.decode()
    assert "Phase 2 needs both its first month and its seats" in html
    scenario.refresh_from_db()
    assert scenario.drivers == []


def test_a_driver_is_changed_and_removed(scenario: Scenario, ada: User, client_of: SignIn) -> None:
    client = client_of(ada)
    client.post(page(scenario, "drivers/"), GROWTH)
    client.post(page(scenario, "drivers/"), {**GROWTH, "per_year": "5"})
    assert client.post(page(scenario, "drivers/1/"), {**GROWTH, "per_year": "7.5"}, headers=HTMX).status_code == 200
    scenario.refresh_from_db()
    assert [one["per_year"] for one in scenario.drivers] == [30.0, 7.5]
    wrong = client.post(page(scenario, "drivers/1/"), {**GROWTH, "per_year": ""}, headers=HTMX)
    assert (wrong.status_code, "Growth must be a number." in wrong.content.decode()) == (422, True)
    assert client.post(page(scenario, "drivers/0/removal/")).status_code == 303
    scenario.refresh_from_db()
    assert [one["per_year"] for one in scenario.drivers] == [7.5]
    assert client.post(page(scenario, "drivers/5/removal/")).status_code == 409


def test_a_scenario_is_removed(scenario: Scenario, ada: User, client_of: SignIn) -> None:
    answer = client_of(ada).post(page(scenario, "removal/"))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customers/acme/forecast/")
    assert not Scenario.objects.exists()


@pytest.mark.parametrize("what", ["", "drivers/", "drivers/0/", "drivers/0/removal/", "removal/"])
def test_who_may_not_gets_no_further_and_changes_nothing(
    scenario: Scenario, ada: User, ben: User, dan: User, client_of: SignIn, what: str
) -> None:
    add_driver(scenario, Growth(per_year=1, start=AT.date()), by=ada, at=AT)
    before = Scenario.objects.values().get()
    assert client_of(dan).post(page(scenario, what), GROWTH).status_code in ((404, 405) if what == "" else (404,))
    if what:
        refused = client_of(ben).post(page(scenario, what), GROWTH)
        assert (refused.status_code, "Ask one of them." in refused.content.decode()) == (403, True)
        assert client_of(ada).get(page(scenario, what)).status_code == 405
    assert Scenario.objects.values().get() == before


def test_who_only_reads_sees_no_forms(scenario: Scenario, ben: User, client_of: SignIn) -> None:
    html = client_of(ben).get(page(scenario)).content.decode()
    assert "Add a driver" not in html
    assert "Remove scenario" not in html


def test_a_scenario_is_found_under_its_own_customer_only(scenario: Scenario, ada: User, client_of: SignIn) -> None:
    make_customer("other")
    assert client_of(ada).get(f"/customers/other/scenarios/{scenario.pk}/").status_code == 404


def test_up_to_three_stand_beside_the_base(acme: Customer, ada: User, client_of: SignIn) -> None:
    made = [create_scenario(customer=acme, name=f"Plan {n}", by=ada, at=AT) for n in range(4)]
    for one in made:
        add_driver(one, Growth(per_year=50, start=AT.date()), by=ada, at=AT)
    html = client_of(ada).get("/customers/acme/forecast/", {"scenario": [one.pk for one in made]}).content.decode()
    assert "At most 3 scenarios are shown side by side" in html
    assert [f"<h4>Plan {n} " in html for n in range(4)] == [True, True, True, False]
    assert "Base forecast" in html


def test_seats_give_a_new_customer_its_first_bands(ada: User, client_of: SignIn) -> None:
    make_meter(name="Tokens", display_scale=1000, display_unit="k")
    fresh = create_scenario(customer=make_customer("fresh"), name="Pilot", by=ada, at=AT)
    url = f"/customers/fresh/scenarios/{fresh.pk}/"
    client = client_of(ada)
    assert "Nothing to forecast from yet" in client.get(url).content.decode()
    plan = {"kind": "seats", "on": "tokens|direction=input", "low": "1", "base": "2", "high": "5", "month_1": "1",
            "seats_1": "10", "month_2": "7", "seats_2": "20"}  # fmt: skip
    html = client.post(f"{url}drivers/", plan, headers=HTMX).content.decode()
    assert "No such usage without the drivers." in html
    [middle] = re.findall(r'class="p50"><dt>P50</dt><dd>(\d+)</dd>', html)
    assert 330 < int(middle) < 450  # 10 seats x 2k x 6 months, then 20 seats
