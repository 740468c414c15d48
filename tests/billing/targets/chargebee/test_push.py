"""The push to Chargebee: only what its own description allows, each thing once, read back equal, drift found."""

from datetime import UTC, datetime, timedelta

import chargebee as official
import pytest

from billing.targets.base import Later
from billing.targets.chargebee import Chargebee
from billing.targets.chargebee.translation import WITH_ITEMS
from pricing import Terms
from tests.billing.targets.chargebee.mock import FakeChargebee, limit_reached
from tests.billing.targets.pushing import (
    BAD_DAYS,
    CALLS,
    ONBOARDING,
    PLATFORM,
    TOKENS,
    bad_days_double_nothing,
    each_is_refused,
    push,
)
from tests.metering.sources.vendor import serving

TERMS = {
    "currency": "EUR",
    "start": "2027-01-31",
    "months": 12,
    "charges": [
        PLATFORM,
        ONBOARDING,
        TOKENS,
        CALLS,
    ],
}


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr(official.Chargebee, "verify_ca_certs", False)  # plain HTTP on loopback
    made = FakeChargebee()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = Chargebee()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = ("customer", "item_family", "item", "item_price", "subscription")
    assert [len(fake.of(kind)) for kind in kinds] == [1, 1, 7, 7, 2]
    reference = target.reference(done)
    assert reference == "C-2027-0007-1"
    assert list(target.compare(order, target.read_back(reference, account=account))) == []
    assert target.read_back("C-2027-9999-1", account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(Chargebee(), order, account)
    prices = {one["id"].partition("-")[2].partition("-")[2]: one for one in fake.of("item_price")}
    assert [prices[f"tokens-{way}"]["price_in_decimal"] for way in ("input", "output")] == ["0.0000025", "0.00001"]
    assert [
        (one["starting_unit"], one.get("ending_unit"), one["price_in_decimal"]) for one in prices["calls"]["tiers"]
    ] == [
        (1, 100, "0"),
        (101, 1100, "0.02"),
        (1101, None, "0.01"),
    ]


def test_twice_is_once_and_what_was_done_is_found(fake, account, order):
    target = Chargebee()
    done = push(target, order, account)
    before = len(fake.objects)
    fake.keys.clear()
    assert push(target, order, account) == done
    assert len(fake.objects) == before


def test_what_was_changed_over_there_is_drift(fake, account, order):
    target = Chargebee()
    reference = target.reference(push(target, order, account))
    [price] = [one for one in fake.of("item_price") if one["id"].endswith("tokens-input")]
    price["price_in_decimal"] = "0.000003"
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert (drift.ours, drift.theirs) == ("0.0000025", "0.000003")


def test_that_time_goes_by_is_no_drift(fake, account, order):
    """After the first of its cycles a subscription has no start to come, and fewer are left."""
    target = Chargebee()
    reference = target.reference(push(target, order, account))
    [monthly] = [one for one in fake.of("subscription") if one["id"] == reference]
    begun = datetime.fromtimestamp(monthly.pop("start_date"), UTC)
    monthly |= {
        "status": "active",
        "started_at": int(begun.timestamp()),
        "current_term_end": int((begun + timedelta(days=59)).timestamp()),
        "remaining_billing_cycles": monthly["remaining_billing_cycles"] - 2,
    }
    assert target.compare(order, target.read_back(reference, account=account)) == ()
    monthly["remaining_billing_cycles"] -= 1
    drift = target.compare(order, target.read_back(reference, account=account))
    assert [one.path.rpartition(".")[2] for one in drift] == ["cycles", "until"]


WRONG = {
    "POST /customers": {"id": "other", "auto_collection": "maybe"},
    "POST /item_families": {"id": "other", "shape": "round"},
    "POST /items": {"id": "other", "type": "toy"},
    "POST /item_prices": {"id": "other", "pricing_model": "by_moon"},
    WITH_ITEMS: {"id": "other", "subscription_items": [{"quantity": 1}]},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = Chargebee()
    done = push(target, order, account)
    each_is_refused(target, order, account, done, fake, WRONG, match="Chargebee answered")


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    bad_days_double_nothing(Chargebee(), order, account, fake, faults=[(limit_reached, Later), *BAD_DAYS[1:]])


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"escalator": {"percent": "4"}, "months": 24}, "for its whole term"),
        ({"credits": [{"kind": "credit", "key": "gift", "amount": "10"}]}, "no credits"),
        ({"charges": [{**TERMS["charges"][1], "from_month": 3}, *TERMS["charges"][2:]]}, "every month of the term"),
        ({"charges": TERMS["charges"][1:2]}, "something that recurs"),
    ],
)
def test_what_cannot_be_said_is_refused(change, said):
    problems = Chargebee().problems(Terms.parse({**TERMS, **change}))
    assert said in problems[0].why
