"""Look-alikes of a young customer, found among those who use the same."""

from datetime import date

import numpy as np
import pytest
from pytest_django import DjangoAssertNumQueries

from catalog.models import Meter
from core.models import User
from customers.models import Customer
from forecasting.actions import run_forecast
from forecasting.queries.making import asked
from forecasting.rules.inputs import read_inputs
from forecasting.rules.requests import Request
from pricing import Series
from tests.forecasting.metered import AT, make_customer, make_meter, record_days

START = date(2026, 12, 1)
INPUT = Series.of("tokens", direction="input")
RANDOM = np.random.default_rng(5)


@pytest.fixture
def young(ada: User):
    """Acme with 4 weeks of usage, and four older startups; one that uses something else."""
    meter, acme = make_meter(name="Tokens"), make_customer(country="US")
    record_days(acme, meter, 100 * np.ones(4), by=ada, every=7, direction="input")
    for n in range(4):
        other = make_customer(f"old-{n}")
        growth = 100 * 1.02 ** np.arange(40) * np.exp(0.05 * RANDOM.standard_normal(40))
        record_days(other, meter, growth, by=ada, every=7, direction="input")
    record_days(make_customer("else"), make_meter("images", dimensions={}), np.ones(40), by=ada, every=7)
    return acme


def test_four_speak_and_the_run_says_who_and_why(young, ada: User) -> None:
    run = run_forecast(customer=young, series=[INPUT], start=START, months=6, by=ada, at=AT)
    [told] = run.alike
    assert told["note"] == "Tokens: Input: 28 days of history, so 4 look-alike customers speak beside it."
    assert sorted(member["slug"] for member in told["members"]) == [f"old-{n}" for n in range(4)]
    assert all("same segment" in member["why"] for member in told["members"])
    assert told["width"] is not None
    assert told["width"] != told["width_alone"]


def test_their_histories_are_frozen_with_the_inputs(young, ada: User) -> None:
    run = run_forecast(customer=young, series=[INPUT], start=START, months=6, by=ada, at=AT)
    [kept] = read_inputs(run.inputs).series
    assert sorted((peer.customer, peer.grain, len(peer.values)) for peer in kept.peers) == [
        (f"old-{n}", "W", 40) for n in range(4)
    ]
    again = run_forecast(customer=young, series=[INPUT], start=START, months=6, by=ada, at=AT)
    assert again.pk == run.pk


def test_company_that_is_as_young_says_nothing(young, ada: User) -> None:
    newest = Customer.objects.get(slug="old-0")
    run = run_forecast(customer=newest, series=[INPUT], start=START, months=24, by=ada, at=AT)
    assert run.alike == []  # 280 days of its own
    for slug in ("new-1", "new-2"):
        record_days(
            make_customer(slug), Meter.objects.get(code="tokens"), np.ones(6), by=ada, every=7, direction="input"
        )
    Customer.objects.filter(slug__startswith="old").update(segment="enterprise", country="DE")
    [told] = run_forecast(customer=young, series=[INPUT], start=START, months=24, by=ada, at=AT).alike
    assert {member["slug"] for member in told["members"]} == {f"old-{n}" for n in range(4)}


def test_the_search_takes_two_queries(young, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(4):  # own usage, meters, customers, theirs
        ask = asked(young, Request(START, 6))
    assert [len(found.alike) for found in ask.company] == [4]
