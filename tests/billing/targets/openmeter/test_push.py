"""The push to OpenMeter: only what its own description allows, each thing once, read back equal, drift found."""

import pytest

from billing.targets.base import Rejected
from billing.targets.openmeter import OpenMeter, client
from billing.targets.openmeter.translation import CANCEL, GRANT
from pricing import Terms
from tests.billing.targets.openmeter.mock import FakeOpenMeter
from tests.billing.targets.pushing import (
    AHEAD,
    BOUGHT,
    CALLS,
    ONBOARDING,
    PLATFORM,
    TOKENS,
    an_end_that_is_not_there_is_unclear,
    bad_days_double_nothing,
    each_is_found,
    each_is_refused,
    early_end_is_read_back,
    follow,
    left_of,
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


@pytest.mark.parametrize("kind", ["amendment", "early_end"])
def test_what_was_billed_ahead_is_for_a_person(fake, account, order, kind):
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    left = left_of(target, order, reference, account, kind=kind, ahead=AHEAD)
    assert "Credit EUR 604.93 of Platform, which was billed ahead for days from 2027-07-31 on." in left
    assert fake.of("subscription")[0]["activeTo"][:10] == "2027-07-31"


def test_what_is_left_of_grants_is_void_after_an_early_end(fake, account, order):
    """Once the usage of its last period is settled; a grant of which nothing is left is no problem."""
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    ended = replacing(order, reference, "2027-07-31", kind="early_end", credits=True)
    assert [step.name for step in target.steps(ended)] == ["end_replaced", "void_credits"]
    fake.keep("grant", {**fake.of("grant")[0], "id": fake.new_id(), "used_up": True})
    assert follow(target, ended, account, "void_credits") == ("2027-08-30", "")
    assert [one.get("voided_at") for one in fake.of("grant")] == ["2026-11-26T09:00:00Z", None]
    assert fake.vendor.refused == []


@pytest.mark.parametrize("wrong", ['{"payment_adjustment": "refund"}', '{"reason": "over"}'])
def test_the_mock_would_refuse_a_void_that_is_malformed(fake, account, order, wrong):
    push(OpenMeter(), order, account)
    [grant], [customer] = fake.of("grant"), fake.of("customer")
    with pytest.raises(Rejected, match="OpenMeter answered"):
        client.answered(account, "POST", customer["id"], f"/{grant['id']}/void", content=wrong)
    assert (len(fake.vendor.refused), grant.get("voided_at")) == (1, None)


def test_grants_stay_where_an_amendment_takes_the_place(order):
    amended = replacing(order, "any", "2027-07-31", credits=True)
    assert [step.name for step in OpenMeter().steps(amended) if step.due] == []


def test_lists_are_read_to_their_last_page(fake, account, order):
    """100 grants and 100 subscriptions come on a page."""
    target = OpenMeter()
    done = push(target, order, account)
    grants = len(fake.of("grant"))
    for kind in ("grant", "subscription"):
        [one, *_] = mine = fake.of(kind)
        for each in mine:
            del fake.objects[each["id"]]
        for n in range(205):
            fake.keep(kind, {**one, "id": fake.new_id(), "key": f"other-{n}", "name": f"Other {n}"})
        fake.objects |= {each["id"]: each for each in mine}
    assert len(client.grants(account, "any")) == 205 + grants
    each_is_found(target, order, account, done)
    assert target.compare(order, target.read_back(target.reference(done), account=account)) == ()


def test_an_end_that_is_not_there_afterwards_is_unclear(fake, account, order):
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    an_end_that_is_not_there_is_unclear(target, order, reference, account, fake)


def test_an_early_end_is_read_back_with_its_day(fake, account, order):
    target = OpenMeter()
    reference = target.reference(push(target, order, account))
    fake.objects = {name: one for name, one in fake.objects.items() if one["kind"] != "grant"}
    early_end_is_read_back(target, order, reference, account)
