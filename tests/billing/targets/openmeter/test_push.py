"""The push to OpenMeter: only what its own description allows, each thing once, read back equal, drift found."""

import pytest

from billing.targets.openmeter import OpenMeter
from billing.targets.openmeter.translation import CANCEL, GRANT
from pricing import Terms
from tests.billing.targets.openmeter.mock import FakeOpenMeter
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
    replacing,
)
from tests.metering.sources.vendor import serving

TERMS = {
    "currency": "EUR",
    "start": "2027-01-31",
    "months": 12,
    "charges": [
        {**PLATFORM, "interval": "month"},
        ONBOARDING,
        TOKENS,
        CALLS,
    ],
    "credits": [BOUGHT],
}

COMMITMENT = {"kind": "commitment", "key": "min", "name": "Commitment", "amount": "2000", "window": "month"}
CREDIT = TERMS["credits"][0]


@pytest.fixture
def fake():
    made = FakeOpenMeter()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = OpenMeter()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = ("customer", "meter", "feature", "subscription", "grant")
    assert [len(fake.of(kind)) for kind in kinds] == [1, 2, 3, 1, 1]
    reference = target.reference(done)
    assert list(target.compare(order, target.read_back(reference, account=account))) == []
    assert target.read_back(fake.new_id(), account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(OpenMeter(), order, account)
    [subscription] = fake.of("subscription")
    items = {key: items[0] for phase in subscription["phases"][:1] for key, items in phase["itemsByKey"].items()}
    assert [items[key]["price"]["amount"] for key in ("tokens_input", "tokens_output")] == ["0.0000025", "0.00001"]
    assert items["calls"]["discounts"] == {"usage": {"quantity": "100"}}
    assert [one["meterGroupByFilters"] for one in fake.of("feature")[:2]] == [
        {"direction": "input"},
        {"direction": "output"},
    ]


def test_twice_is_once_and_what_was_done_is_found(fake, account, order):
    target = OpenMeter()
    done = push(target, order, account)
    before = len(fake.objects)
    assert push(target, order, account) == done
    assert len(fake.objects) == before
    each_is_found(target, order, account, done)


def test_a_subscription_without_an_end_is_drift(fake, account, order):
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    del fake.of("subscription")[0]["activeTo"]
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert (drift.path, drift.ours, drift.theirs) == ("until", "2028-01-31", "nothing")


WRONG = {
    "POST /api/v1/customers": {"key": "other", "currency": 5},
    "POST /api/v1/meters": {"slug": "other", "aggregation": "MEDIAN"},
    "POST /api/v1/features": {"key": "Not A Key!"},
    "POST /api/v1/subscriptions": {"customPlan": {"name": "other"}},
    GRANT: {"key": "other", "funding_method": "magic"},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = OpenMeter()
    done = push(target, order, account)
    each_is_refused(target, order, account, done, fake, WRONG, match="OpenMeter answered")
    assert {step.call for step in target.steps(order)} == {*WRONG, CANCEL}


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    bad_days_double_nothing(OpenMeter(), order, account, fake)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"commitments": [{**COMMITMENT, "window": "year"}]}, "not at the end of a quarter or a year"),
        ({"commitments": [COMMITMENT]}, "without credits beside it"),
        ({"credits": [{**CREDIT, "expires_months": 2}]}, "before the term ends"),
        ({"credits": [{**CREDIT, "every": "year", "rollover": {"fraction": "1"}}]}, "grants credits once"),
    ],
)
def test_what_cannot_be_said_is_refused(change, said):
    problems = OpenMeter().problems(Terms.parse({**TERMS, **change}))
    assert said in problems[0].why


def test_what_a_contract_replaces_ends_on_its_first_day(fake, account, order):
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    amended = replacing(order, reference, "2027-07-31")
    for _time in range(2):
        push(target, amended, account)

    old, new = fake.of("subscription")
    assert (old["activeTo"][:10], new["activeTo"][:10]) == ("2027-07-31", "2028-01-31")
    assert fake.vendor.refused == []
