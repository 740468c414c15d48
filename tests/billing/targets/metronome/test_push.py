"""The push to Metronome: only what its own description allows, each thing once, read back equal, drift found."""

from dataclasses import replace

import pytest

from billing.targets.base import with_answers
from billing.targets.metronome import Metronome
from pricing import Terms
from tests.billing.targets.metronome.mock import FakeMetronome
from tests.billing.targets.pushing import (
    AHEAD,
    AT,
    SEATS,
    an_end_that_is_not_there_is_unclear,
    bad_days_double_nothing,
    each_is_refused,
    early_end_is_read_back,
    left_of,
    push,
    replacing,
)
from tests.metering.sources.vendor import serving

TERMS = {
    "currency": "USD",
    "start": "2027-01-31",
    "months": 12,
    "charges": [
        SEATS,
        {
            "kind": "charge",
            "key": "tokens",
            "name": "Tokens",
            "price": {
                "model": "matrix",
                "dimensions": ["direction"],
                "cells": [
                    {"when": {"direction": "input"}, "price": {"model": "per_unit", "unit": "0.0000025"}},
                    {"when": {"direction": "output"}, "price": {"model": "per_unit", "unit": "0.00001"}},
                ],
            },
            "quantity": {"source": "meter", "meter": "tokens", "where": {"region": ["eu", "us"]}},
        },
        {
            "kind": "charge",
            "key": "calls",
            "name": "Calls",
            "price": {"model": "package", "size": "100", "price": "0.50"},
            "quantity": {"source": "meter", "meter": "calls"},
        },
    ],
    "escalator": {"percent": "4", "every_months": 6},
    "credits": [{"kind": "credit", "key": "welcome", "name": "Welcome", "amount": "100"}],
    "commitments": [{"kind": "commitment", "key": "min", "name": "Commitment", "amount": "24000", "window": "year"}],
}


@pytest.fixture
def fake():
    made = FakeMetronome()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = Metronome()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = {kind: len(fake.of(kind)) for kind in ("customer", "metric", "product", "card", "contract")}
    assert kinds == {"customer": 1, "metric": 2, "product": 5, "card": 1, "contract": 1}
    reference = target.reference(done)
    assert list(target.compare(order, target.read_back(reference, account=account))) == []
    assert target.read_back(f"{fake.new_id()}/{fake.new_id()}", account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(Metronome(), order, account)
    [card] = fake.of("card")
    assert [rate["price"] for rate in card["rates"]] == [0.00025, 0.001, 50]


def test_twice_is_once_and_customers_and_products_are_shared(fake, account, order):
    push(Metronome(), order, account)
    before = len(fake.objects)
    push(Metronome(), order, account)
    assert len(fake.objects) == before
    push(Metronome(), replace(order, number="C-2027-0008", sha256="f" * 64), account)
    kinds = [len(fake.of(kind)) for kind in ("customer", "metric", "product", "card", "contract")]
    assert kinds == [1, 2, 5, 2, 2]


def test_a_key_that_was_used_finds_what_is_there(fake, account, order):
    """Two senders at once: the second is told 409 and is given the contract of the first when it asks again."""
    target = Metronome()
    done = push(target, order, account)
    contract = target.steps(order)[-1]
    whole = replace(contract, body=with_answers(contract.body, done))
    assert target.find(whole, key="any", account=account) == done[contract.name]
    assert target.perform(whole, key="any", account=account, at=AT) == done[contract.name]


def test_what_was_changed_over_there_is_drift(fake, account, order):
    target = Metronome()
    reference = target.reference(push(target, order, account))
    [contract] = fake.of("contract")
    contract["commits"][0]["access_schedule"]["schedule_items"][0]["amount"] = 1_200_000
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert drift.path == "commits.Commitment 2027-01-31.amount"
    assert (drift.ours, drift.theirs) == ("2400000", "1200000")


WRONG = {
    "POST /v1/customers": {"ingest_aliases": "none"},
    "POST /v1/billable-metrics/create": {"name": "other", "aggregation_type": "MEDIAN"},
    "POST /v1/contract-pricing/products/create": {"name": "other", "type": "MAGIC"},
    "POST /v1/contract-pricing/rate-cards/create": {"name": 5},
    "POST /v1/contract-pricing/rate-cards/addRates": {"rates": [{"price": 1}]},
    "POST /v1/contracts/create": {"uniqueness_key": "other", "starting_at": "soon"},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = Metronome()
    done = push(target, order, account)
    each_is_refused(target, order, account, done, fake, WRONG, match="Metronome answered")


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    bad_days_double_nothing(Metronome(), order, account, fake)
    assert len(fake.of("customer")) == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"currency": "EUR"}, "US dollars"),
        ({"charges": [{**TERMS["charges"][2], "price": {"model": "volume", "tiers": [{"unit": "1"}]}}]}, "alike"),
        ({"credits": [{**TERMS["credits"][0], "purchase": "80"}]}, "bought credits"),
    ],
)
def test_what_cannot_be_said_is_refused(change, said):
    [problem] = Metronome().problems(Terms.parse({**TERMS, **change}))
    assert said in problem.why


def test_what_a_contract_replaces_ends_on_its_first_day(fake, account, order):
    target = Metronome()
    reference = target.reference(push(target, order, account))
    renewed = replacing(order, reference, "2027-07-31", kind="renewal")
    for _time in range(2):
        push(target, renewed, account)

    old, new = fake.of("contract")
    assert (old["ending_before"][:10], new["ending_before"][:10]) == ("2027-07-31", "2028-01-31")
    assert fake.vendor.refused == []


@pytest.mark.parametrize("kind", ["amendment", "early_end"])
def test_what_was_billed_ahead_is_for_a_person(fake, account, order, kind):
    """Metronome cuts credits with their contract: an early end lets them go."""
    target = Metronome()
    reference = target.reference(push(target, order, account))
    left = left_of(target, order, reference, account, kind=kind, ahead=AHEAD)
    assert "Credit USD 604.93 of Platform, which was billed ahead for days from 2027-07-31 on." in left
    assert "Grant what is left of" not in left
    assert fake.of("contract")[0]["ending_before"][:10] == "2027-07-31"


def test_an_end_that_is_not_there_afterwards_is_unclear(fake, account, order):
    target = Metronome()
    reference = target.reference(push(target, order, account))
    an_end_that_is_not_there_is_unclear(target, order, reference, account, fake)


def test_an_early_end_is_read_back_with_its_day(fake, account, order):
    target = Metronome()
    reference = target.reference(push(target, order, account))
    early_end_is_read_back(target, order, reference, account)
