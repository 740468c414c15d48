"""The push to Lago: only what its own description allows, each thing once, read back equal, drift found."""

import pytest

from billing.targets.lago import Lago
from pricing import Terms
from tests.billing.targets.lago.mock import FakeLago
from tests.billing.targets.pushing import (
    BOUGHT,
    CALLS,
    ONBOARDING,
    PLATFORM,
    TOKENS,
    bad_days_double_nothing,
    each_is_found,
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
    "commitments": [
        {"kind": "commitment", "key": "min", "name": "Commitment", "amount": "2000", "window": "month"},
    ],
    "credits": [BOUGHT],
}


@pytest.fixture
def fake():
    made = FakeLago()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = Lago()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = ("customer", "billable_metric", "add_on", "plan", "subscription", "wallet")
    assert [len(fake.of(kind)) for kind in kinds] == [1, 2, 3, 4, 4, 1]
    reference = target.reference(done)
    assert reference == "C-2027-0007.usage.monthly"
    assert list(target.compare(order, target.read_back(reference, account=account))) == []
    assert target.read_back("C-2027-9999.usage.monthly", account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(Lago(), order, account)
    [plan] = [one for one in fake.of("plan") if one["code"].endswith("usage.monthly")]
    assert [one["properties"]["amount"] for one in plan["charges"][0]["filters"]] == ["0.0000025", "0.00001"]
    assert [
        (one["from_value"], one["to_value"], one["per_unit_amount"])
        for one in plan["charges"][1]["properties"]["graduated_ranges"]
    ] == [(0, 100, "0"), (101, 1100, "0.02"), (1101, None, "0.01")]


def test_twice_is_once_and_what_was_done_is_found(fake, account, order):
    target = Lago()
    done = push(target, order, account)
    before = len(fake.objects)
    assert push(target, order, account) == done
    assert len(fake.objects) == before
    each_is_found(target, order, account, done, first=1)


def test_what_was_changed_over_there_is_drift(fake, account, order):
    target = Lago()
    reference = target.reference(push(target, order, account))
    [plan] = [one for one in fake.of("plan") if one["code"].endswith("usage.monthly")]
    plan["minimum_commitment"]["amount_cents"] = 100000
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert drift.path == "subscriptions.C-2027-0007.usage.monthly.plan.minimum_cents"
    assert (drift.ours, drift.theirs) == ("200000", "100000")


WRONG = {
    "POST /customers": {"currency": "GOLD"},
    "POST /billable_metrics": {"code": "other", "aggregation_type": "median_agg"},
    "POST /add_ons": {"code": "other", "amount_currency": "GOLD"},
    "POST /plans": {"code": "other", "interval": "hourly"},
    "POST /subscriptions": {"external_id": "other", "billing_time": "at noon"},
    "POST /wallets": {"code": "other", "currency": "GOLD"},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = Lago()
    done = push(target, order, account)
    each_is_refused(target, order, account, done, fake, WRONG, match="Lago answered")


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    bad_days_double_nothing(Lago(), order, account, fake)


FEE_FIRST = {"model": "graduated", "tiers": [{"unit": "0.01", "flat": "25"}], "bill_zero": True}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"escalator": {"percent": "4"}, "months": 24}, "for its whole term"),
        ({"commitments": [{**TERMS["commitments"][0], "window": "year"}]}, "not at the end of a quarter or a year"),
        ({"credits": [{**TERMS["credits"][0], "purchase": "0"}]}, "free credits"),
        ({"credits": [{**TERMS["credits"][0], "from_month": 3}]}, "every month of the term"),
        ({"charges": [{**CALLS, "price": FEE_FIRST}], "credits": [], "commitments": []}, "beyond the included units"),
    ],
)
def test_what_cannot_be_said_is_refused(change, said):
    problems = Lago().problems(Terms.parse({**TERMS, **change}))
    assert said in problems[0].why


def test_an_annual_commitment_becomes_a_monthly_one_by_a_click():
    terms = Terms.parse({**TERMS, "commitments": [{**TERMS["commitments"][0], "amount": "24000", "window": "year"}]})
    [problem] = Lago().problems(terms)
    [put] = problem.alternative.puts
    assert Lago().problems(terms.model_copy(update={"commitments": [put]})) == []
    assert put["amount"] == "2000"
