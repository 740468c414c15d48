"""Forecasts, scenarios, jobs and prices for programs."""

from decimal import Decimal

import pytest

from core.api_keys import create_key
from forecasting.models import PortfolioRun, Scenario
from tests.factories import AT, make_customer

pytestmark = pytest.mark.django_db

ACME = "/api/v1/customers/acme/"
GROWS = {"kind": "growth", "on": "tokens", "per_year": 100, "start": "2026-01-01"}
TOKENS = {
    "kind": "charge",
    "key": "tokens",
    "product": "tokens",
    "name": "Tokens",
    "quantity": {"source": "meter", "meter": "tokens"},
    "price": {"model": "per_unit", "unit": "0.000003"},
}
TERMS = {"version": 1, "currency": "USD", "start": "2027-01-01", "months": 3, "charges": [TOKENS]}


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def send(client, method, url, body=None, **headers):
    return getattr(client, method)(url, body or {}, content_type="application/json", headers=headers)


def test_a_forecast_says_what_it_rests_on(adas):
    make_customer()
    found = adas.get(f"{ACME}forecast/?months=3").json()
    assert (found["customer"], found["months"], found["data_date"]) == ("acme", 3, "2026-11-22")
    inputs, outputs = found["series"]
    assert (inputs["meter"], inputs["dimensions"]) == ("tokens", {"direction": "input"})
    assert all(
        low <= middle <= high for low, middle, high in zip(inputs["p10"], inputs["p50"], inputs["p90"], strict=True)
    )
    assert outputs["total"][1] < inputs["total"][1]


def test_a_scenario_is_made_changed_and_removed(adas):
    make_customer()
    made = send(adas, "post", f"{ACME}scenarios/", {"name": "Roll-out", "drivers": [GROWS]})
    assert (made.status_code, made.json()["sentences"]) == (
        201,
        ["Grows 100 % a year beyond the forecast, from 1 January 2026."],
    )
    url = made["Location"]
    base, grown = (
        adas.get(f"{ACME}forecast/?months=3{more}").json() for more in ("", f"&scenario={made.json()['id']}")
    )
    assert grown["series"][0]["p50"][0] > base["series"][0]["p50"][0]
    half = {**GROWS, "per_year": 50}
    changed = send(adas, "put", url, {"drivers": [half]}, **{"If-Match": made["ETag"]})
    assert changed.json()["drivers"][0]["per_year"] == 50
    assert send(adas, "put", url, {"drivers": []}, **{"If-Match": made["ETag"]}).status_code == 412
    assert Scenario.objects.get().drivers == changed.json()["drivers"]
    assert adas.delete(url).status_code == 204
    assert adas.get(f"{ACME}scenarios/").json()["results"] == []


@pytest.mark.parametrize(
    ("driver", "field"),
    [
        ({"kind": "magic"}, "drivers.0.kind"),
        ({"kind": "growth", "start": "2027-01-01"}, "drivers.0.per_year"),
        ({**GROWS, "share": 5}, "drivers.0.share"),
        ({**GROWS, "per_year": "5"}, "drivers.0.per_year"),
        ({**GROWS, "per_year": -100}, "drivers.0.per_year"),
        ({**GROWS, "start": "0001-01-01"}, "drivers.0.start"),
        ({"kind": "seats", "today": 5, "phases": [{"from_month": 2, "seats": 5}]}, "drivers.0.phases"),
    ],
)
def test_a_driver_that_cannot_be_keeps_nothing(adas, driver, field):
    make_customer()
    answer = send(adas, "post", f"{ACME}scenarios/", {"name": "x", "drivers": [driver]})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Scenario.objects.exists()


def test_long_work_is_a_job(pia, client_of):
    make_customer()
    pias = client_of(pia)
    started = send(pias, "post", "/api/v1/forecasts/", **{"Idempotency-Key": "night"})
    assert (started.status_code, started.json()["state"]) == (202, "running")
    job = pias.get(started["Location"]).json()
    assert (job["done"], job["total"], job["finished_at"]) == (0, 1, None)
    assert send(pias, "post", "/api/v1/forecasts/", **{"Idempotency-Key": "night"})["Location"] == started["Location"]
    assert send(pias, "post", f"{started['Location']}cancellation/").json()["state"] == "cancelled"
    resumed = send(pias, "post", f"{started['Location']}resumption/")
    assert (resumed.status_code, resumed["Location"], resumed.json()["state"]) == (202, started["Location"], "running")
    assert PortfolioRun.objects.count() == 1


def test_given_usage_is_priced_exactly(adas):
    usage = [{"meter": "tokens", "quantities": ["1000000", "2000000", "0"]}]
    found = send(adas, "post", "/api/v1/price/", {"terms": TERMS, "usage": usage, "explain": True}).json()
    assert found["exact"]["months"] == ["3.00", "6.00", "0.00"]
    assert (found["exact"]["total"], found["exact"]["committed"], found["bands"]) == ("9.00", "0.00", None)
    assert (found["currency"], found["periods"][0], len(found["terms_sha256"])) == ("USD", "2027-01-01", 64)
    assert found["steps"][-1]["kind"] == "net"


@pytest.mark.parametrize("charges", [1, 3, 20])
def test_pricing_costs_the_same_queries(charges, client, ada, django_assert_num_queries):
    """The key; and on a forecast the customer, their history and its meters."""
    make_customer()
    terms = {**TERMS, "charges": [{**TOKENS, "key": f"tokens-{n}"} for n in range(charges)]}
    text = create_key(owner=ada, name="k", scopes=["prices:read"], expires_at=None, by=ada, at=AT).text
    on_forecast = {"terms": terms, "forecast": {"customer": "acme", "paths": 104}}

    def price(body):
        headers = {"Authorization": f"Bearer {text}"}
        return client.post("/api/v1/price/", body, content_type="application/json", headers=headers)

    # The first call writes when the key was used last, the second reads the key that was written.
    assert [price(on_forecast).status_code for _ in range(2)] == [200, 200]
    with django_assert_num_queries(4):
        assert len(price(on_forecast).json()["exact"]["lines"]) == charges
    with django_assert_num_queries(1):
        assert len(price({"terms": terms}).json()["exact"]["lines"]) == charges


def test_forecast_usage_is_priced_in_bands_of_money(adas):
    make_customer()
    body = {"terms": TERMS, "forecast": {"customer": "acme", "paths": 400}}
    found = send(adas, "post", "/api/v1/price/", body).json()
    term = {name: Decimal(value) for name, value in found["bands"]["term"].items()}
    assert term["p10"] < term["p50"] < term["p90"]
    assert abs(Decimal(found["exact"]["total"]) / term["p50"] - 1) < Decimal("0.05")
    assert len(found["bands"]["months"]) == 3


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "terms"),
        ({"terms": {}}, "terms.currency"),
        ({"terms": {**TERMS, "months": 0}}, "terms.months"),
        ({"terms": {**TERMS, "version": 9}}, "terms.version"),
        ({"terms": TERMS, "usage": [{"meter": "tokens", "quantities": ["1"]}]}, "usage.0.quantities"),
        ({"terms": TERMS, "usage": [{"meter": "tokens", "quantities": ["-1", "1", "1"]}]}, "usage.0.quantities.0"),
        ({"terms": TERMS, "usage": [], "forecast": {"customer": "acme"}}, "usage"),
        ({"terms": TERMS, "forecast": {"customer": "acme", "paths": 401}}, "forecast.paths"),
        ({"terms": TERMS, "forecast": {"customer": "nobody"}}, "forecast.customer"),
        ({"terms": TERMS, "forecast": {"customer": "acme", "scenario": 77}}, "forecast.scenario"),
        ({"terms": {**TERMS, "months": 600}, "forecast": {"customer": "acme"}}, "terms.months"),
    ],
)
def test_what_cannot_be_priced_is_named(adas, body, field):
    make_customer(history=False)
    answer = send(adas, "post", "/api/v1/price/", body)
    assert answer.status_code == 422
    assert field in answer.json()["errors"]


def test_a_scenario_that_is_not_the_customers_is_named(adas):
    make_customer(history=False)
    answer = adas.get(f"{ACME}forecast/?scenario=77")
    assert (answer.status_code, answer.json()["errors"]) == (422, {"scenario": "scenario: acme has no scenario 77."})


def test_strangers_find_nothing(dan, client, client_of):
    make_customer(history=False)
    for path in (f"{ACME}forecast/", f"{ACME}scenarios/", "/api/v1/forecasts/"):
        assert client_of(dan).get(path).status_code == 404
        assert client.get(path).status_code == 401
    assert send(client_of(dan), "post", "/api/v1/price/", {"terms": TERMS}).status_code == 404
