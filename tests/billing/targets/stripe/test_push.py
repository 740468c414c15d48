"""The push to Stripe: only what Stripe's own types allow, each thing once, read back equal, drift found."""

import json
from dataclasses import replace

import pytest

from billing.targets.base import Account, Later, Unclear, with_answers
from billing.targets.stripe import Stripe
from pricing import Terms
from tests.billing.targets.pushing import AT, PLATFORM, SEATS, each_is_found, each_is_refused, key_of, push
from tests.billing.targets.stripe.mock import FakeStripe
from tests.metering.sources.vendor import cut, server_fault, serving, too_many

TERMS = {
    "currency": "USD",
    "start": "2027-01-31",
    "months": 12,
    "charges": [
        PLATFORM,
        SEATS,
        {
            "kind": "charge",
            "key": "tokens",
            "name": "Tokens",
            "price": {"model": "graduated", "tiers": [{"up_to": "1000000", "unit": "0.0000025"}, {"unit": "0.000001"}]},
            "quantity": {"source": "meter", "meter": "tokens"},
            "allowance": {"quantity": "100000"},
        },
        {
            "kind": "charge",
            "key": "calls",
            "name": "Calls",
            "price": {"model": "package", "size": "100", "price": "0.50"},
            "quantity": {"source": "meter", "meter": "calls", "where": {"region": ["eu"]}},
        },
    ],
    "phases": [{"from_month": 7, "changes": [{"key": "seats", "quantity": "40"}]}],
    "credits": [{"kind": "credit", "key": "welcome", "amount": "100", "purchase": "80"}],
}


@pytest.fixture
def fake():
    made = FakeStripe()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = Stripe()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = [one["object"] for one in fake.objects.values()]
    assert {kind: kinds.count(kind) for kind in sorted(set(kinds))} == {
        "billing.credit_grant": 1,
        "billing.meter": 2,
        "customer": 1,
        "price": 5,
        "product": 5,
        "subscription_schedule": 2,
    }
    reference = target.reference(done)
    assert target.compare(order, target.read_back(reference, account=account)) == ()
    assert target.read_back("sub_sched_unknown", account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(Stripe(), order, account)
    [tokens] = [one for one in fake.objects.values() if str(one.get("lookup_key", "")).endswith("tokens.1")]
    assert [(tier["up_to"], tier["unit_amount_decimal"]) for tier in tokens["tiers"]] == [
        (100000, "0"),
        (1100000, "0.00025"),
        (None, "0.0001"),
    ]


def test_pressed_twice_and_by_two_contracts_of_one_customer(fake, account, order):
    push(Stripe(), order, account)
    before = len(fake.objects)
    push(Stripe(), order, account)
    assert len(fake.objects) == before

    other = replace(order, number="C-2027-0008", sha256="f" * 64)
    push(Stripe(), other, account)
    kinds = [one["object"] for one in fake.objects.values()]
    assert (kinds.count("customer"), kinds.count("billing.meter"), kinds.count("subscription_schedule")) == (1, 2, 4)


def test_what_was_done_is_found_when_stripe_forgot_the_key(fake, account, order):
    target = Stripe()
    done = push(target, order, account)
    fake.keys.clear()
    each_is_found(target, order, account, done)
    other = replace(order, sha256="e" * 64)
    for step in target.steps(other):
        if not step.name.startswith(("create_customer", "create_meter")):
            whole = replace(step, body=with_answers(step.body, done))
            assert target.find(whole, key="any", account=account) is None, step.name


def test_what_was_changed_over_there_is_drift(fake, account, order):
    target = Stripe()
    reference = target.reference(push(target, order, account))
    [tokens] = [one for one in fake.objects.values() if str(one.get("lookup_key", "")).endswith("tokens.1")]
    tokens["tiers"][1]["unit_amount_decimal"] = "0.0003"
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert (drift.path.partition("tokens.1")[2], drift.ours, drift.theirs) == (".tiers[1].unit", "0.00025", "0.0003")


WRONG = {
    "POST /v1/customers": {"nick": "x"},
    "POST /v1/products": {"name": "x", "shape": "round"},
    "POST /v1/prices": {"billing_scheme": "by_moon"},
    "POST /v1/billing/meters": {"default_aggregation": {"formula": "median"}},
    "POST /v1/subscription_schedules": {"phases": [{"end_date": 1}]},
    "POST /v1/billing/credit_grants": {"amount": {"type": "monetary", "monetary": {"currency": "usd"}}},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = Stripe()
    done = push(target, order, account)
    fake.objects.clear()
    each_is_refused(target, order, account, done, fake, WRONG, match=r"unknown|missing|not one of")


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    done = {}
    for fault, error in ((too_many, Later), (server_fault, Unclear), (cut, Unclear)):
        fake.vendor.faults = [None, fault]
        with pytest.raises(error) as caught:
            push(Stripe(), order, account, done)
        assert getattr(caught.value, "seconds", None) == (7 if error is Later else None)
    done = push(Stripe(), order, account, done)
    assert is_whole(order, done, account)


def test_an_answer_that_was_lost_is_settled_by_the_key(fake, account, order):
    """Stripe did it and the line broke: the same key again gives the same object."""
    target = Stripe()
    done = push(target, order, account)
    before = len(fake.objects)
    price = next(step for step in target.steps(order) if step.name.startswith("create_price:"))
    whole = replace(price, body=with_answers(price.body, done))
    again = target.perform(whole, key=key_of(target, order, price), account=account, at=AT)
    assert (again, len(fake.objects)) == (done[price.name], before)


def test_the_key_is_never_in_what_is_kept_or_said(fake, order):
    secret = Account(base_url=fake.vendor.url, values={"api_key": "sk_test_secret"})
    done = push(Stripe(), order, secret)
    assert "sk_test_secret" not in json.dumps(done) + repr(secret)
    assert "Bearer sk_test_secret" in fake.vendor.asked[0].headers["Authorization"]


def is_whole(order, done, account):
    target = Stripe()
    return target.compare(order, target.read_back(target.reference(done), account=account)) == ()


RAMP = [{"from_month": n, "changes": [{"key": "seats", "quantity": str(n)}]} for n in range(2, 13)]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (
            {"phases": [{"from_month": n, "changes": [{"key": "seats", "quantity": str(n)}]} for n in range(2, 13)]},
            "phases",
        ),
        ({"charges": TERMS["charges"][:1], "phases": [], "credits": TERMS["credits"]}, ""),
    ],
)
def test_limits_are_said(change, sentence):
    said = [one.why for one in Stripe().problems(Terms.parse({**TERMS, **change}))]
    assert ("".join(said) == "") == (sentence == "")
    assert sentence in "".join(said)
