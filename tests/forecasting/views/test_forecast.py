"""The forecast panel: what is shown, to whom, and what is said where nothing is known."""

from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from core.models import User
from customers.models import Customer
from forecasting.actions import run_forecast
from forecasting.models import ForecastRun
from pricing import Series
from tests.forecasting.metered import AT, USUAL, make_customer, make_meter, record_days

SignIn = Callable[[User], Client]
URL = "/customers/acme/forecast/"


@pytest.fixture
def acme(ada: User) -> Customer:
    customer, meter = make_customer(note_on_data="Measured by the gateway."), make_meter(name="Tokens")
    record_days(customer, meter, 1000 * USUAL, by=ada, direction="input")
    return customer


def test_the_page_shows_bands_and_what_they_rest_on(acme: Customer, ada: User, client_of: SignIn) -> None:
    page = client_of(ada).get(URL).content.decode()
    for text in ("Forecast for Acme", "P90", "backtest windows", "60 days, to", "seed 2026", "Measured by the gateway.",
                 "Tokens: Input: only 60 days of history"):  # fmt: skip
        assert text in page
    assert page.count("<figure") == 2  # what will be, and how past forecasts did
    assert not ForecastRun.objects.exists()


def test_htmx_gets_the_panel_alone(acme: Customer, ada: User, client_of: SignIn) -> None:
    part = client_of(ada).get(URL, headers={"HX-Request": "true"}).content.decode()
    assert part.strip().startswith('<div class="stack stack--4" id="forecast">')


@pytest.mark.parametrize(("months", "status"), [("6", 200), ("36", 200), ("7", 422), ("x", 422)])
def test_one_chooses_how_far_it_looks(acme: Customer, ada: User, client_of: SignIn, months: str, status: int) -> None:
    answer = client_of(ada).get(URL, {"months": months})
    assert answer.status_code == status
    said = "Choose 6, 12, 24 or 36 months." if status == 422 else f"{months} months from"
    assert said in answer.content.decode()


def test_without_usage_it_says_so_and_what_to_do(ada: User, client_of: SignIn) -> None:
    make_customer()
    page = client_of(ada).get(URL).content.decode()
    assert "Nothing to forecast from yet" in page
    assert "state low, base and high" in page


@pytest.mark.parametrize("series", [1, 2])
def test_one_and_two_series_need_the_same_queries(
    acme: Customer, ada: User, client_of: SignIn, series: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    if series == 2:
        record_days(acme, make_meter("images", dimensions={}), 9 * USUAL, by=ada)
    client = client_of(ada)
    # session, person, customer, usage, meters, 2 of look-alikes, run, drift, scenarios
    with django_assert_num_queries(10):
        assert client.get(URL).content.decode().count("<figure") == 2 * series


def test_a_stored_run_stays_as_it_was(acme: Customer, ada: User, client_of: SignIn) -> None:
    wanted = [Series.of("tokens", direction="input"), Series("seats")]
    run = run_forecast(customer=acme, series=wanted, start=date(2027, 1, 1), months=9, by=ada, at=AT)
    url = f"/customers/acme/forecasts/{run.inputs_hash}/"
    page = client_of(ada).get(url).content.decode()
    assert "9 months from" in page
    assert "seats: no metered history and no assumption" in page
    assert "earlier engine" not in page
    ForecastRun.objects.update(method="an older one")
    assert "Made by an earlier engine" in client_of(ada).get(url).content.decode()


def test_a_run_is_found_under_its_own_customer_only(acme: Customer, ada: User, client_of: SignIn) -> None:
    make_customer("other")
    run = run_forecast(
        customer=acme, series=[Series.of("tokens", direction="input")], start=date(2027, 1, 1), months=3, by=ada, at=AT
    )
    assert client_of(ada).get(f"/customers/other/forecasts/{run.inputs_hash}/").status_code == 404


@pytest.mark.parametrize("url", [URL, f"/customers/acme/forecasts/{'0' * 64}/", "/customers/nobody/forecast/"])
def test_strangers_get_404(acme: Customer, dan: User, client_of: SignIn, url: str) -> None:
    assert client_of(dan).get(url).status_code == 404


def test_it_is_read_only(acme: Customer, ada: User, client_of: SignIn) -> None:
    assert client_of(ada).post(URL).status_code == 405


def test_nobody_signed_in_is_asked_to(acme: Customer, client: Client) -> None:
    assert client.get(URL).status_code in (302, 303)
