"""The push to Orb: only what its own description allows, each thing once, read back equal, drift found."""

import pytest

from billing.targets.orb import Orb
from billing.targets.orb.translation import LEDGER
from pricing import Terms
from tests.billing.targets.deals import order_of
from tests.billing.targets.orb.mock import FakeOrb
from tests.billing.targets.pushing import (
    AHEAD,
    BOUGHT,
    CALLS,
    ONBOARDING,
    PLATFORM,
    SEATS,
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
    step_of,
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
    "credits": [BOUGHT],
}

COMMITMENT = {"kind": "commitment", "key": "min", "name": "Commitment", "amount": "2000", "window": "month"}
CREDIT = TERMS["credits"][0]


@pytest.fixture
def fake():
    made = FakeOrb()
    with serving(made.vendor):
        yield made


def test_the_push_is_taken_and_read_back_equal(fake, account, order):
    target = Orb()
    assert target.problems(order.parsed) == []
    done = push(target, order, account)

    assert fake.vendor.refused == []
    kinds = ("customer", "item", "metric", "plan", "subscription", "entry")
    assert [len(fake.of(kind)) for kind in kinds] == [1, 6, 3, 1, 1, 1]
    reference = target.reference(done)
    assert list(target.compare(order, target.read_back(reference, account=account))) == []
    assert target.read_back("unknown", account=account) is None


def test_a_price_of_a_millionth_survives_the_trip(fake, account, order):
    push(Orb(), order, account)
    [subscription] = fake.of("subscription")
    usage = [one["price"] for one in subscription["add_prices"] if "billable_metric_id" in one["price"]]
    assert [one.get("unit_config", one.get("tiered_config")) for one in usage] == [
        {"unit_amount": "0.0000025"},
        {"unit_amount": "0.00001"},
        {
            "tiers": [
                {"first_unit": 0, "last_unit": 100, "unit_amount": "0"},
                {"first_unit": 100, "last_unit": 1100, "unit_amount": "0.02"},
                {"first_unit": 1100, "unit_amount": "0.01"},
            ]
        },
    ]
    assert fake.of("metric")[0]["sql"] == (
        "SELECT SUM(value) FROM events WHERE event_name = 'tokens' AND \"direction\" IN ('input')"
    )


def test_twice_is_once_and_what_was_done_is_found(fake, account, order):
    target = Orb()
    done = push(target, order, account)
    before = len(fake.objects)
    assert push(target, order, account) == done
    fake.keys.clear()
    each_is_found(target, order, account, done)
    assert len(fake.objects) == before


def test_what_was_changed_over_there_is_drift(fake, account, order):
    target = Orb()
    reference = target.reference(push(target, order, account))
    [subscription] = fake.of("subscription")
    subscription["price_intervals"][0]["price"]["unit_config"]["unit_amount"] = "0.000003"
    [drift] = target.compare(order, target.read_back(reference, account=account))
    assert drift.path.endswith("tokens.input.1.config.unit_amount")
    assert (drift.ours, drift.theirs) == ("0.0000025", "0.000003")


WRONG = {
    "POST /customers": {"external_customer_id": "other", "email": 5},
    "POST /items": {"name": None, "metadata": {}},
    "POST /metrics": {"sql": 5},
    "POST /plans": {"external_plan_id": "other", "currency": 5},
    "POST /subscriptions": {"add_prices": [{"price": {"model_type": "magic"}}]},
    LEDGER: {"entry_type": "gift"},
}


def test_the_mock_would_refuse_each_request_if_it_were_malformed(fake, account, order):
    target = Orb()
    done = push(target, order, account)
    each_is_refused(target, order, account, done, fake, WRONG, match="Orb answered")


def test_bad_days_are_later_or_unclear_and_nothing_doubles(fake, account, order):
    bad_days_double_nothing(Orb(), order, account, fake)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"commitments": [{**COMMITMENT, "window": "year"}]}, "not at the end of a quarter or a year"),
        ({"commitments": [COMMITMENT]}, "without credits beside it"),
        ({"credits": [{**CREDIT, "priority": 1}, {**CREDIT, "key": "two", "expires_months": 2}]}, "expires first"),
        ({"credits": [{**CREDIT, "every": "year", "rollover": {"fraction": "1"}}]}, "as a whole"),
    ],
)
def test_what_cannot_be_said_is_refused(change, said):
    problems = Orb().problems(Terms.parse({**TERMS, **change}))
    assert said in problems[0].why


def test_what_a_contract_replaces_ends_on_its_first_day(fake, account, order):
    target = Orb()
    reference = target.reference(push(target, order, account))
    fake.of("subscription")[0]["status"] = "active"
    renewed = replacing(order, reference, "2027-07-31", kind="renewal")
    for _time in range(2):
        push(target, renewed, account)

    old, new = fake.of("subscription")
    assert (old["end_date"][:10], new["end_date"][:10]) == ("2027-07-31", "2028-01-31")
    assert fake.vendor.refused == []


@pytest.mark.parametrize("kind", ["amendment", "early_end"])
def test_what_was_billed_ahead_is_for_a_person(fake, account, order, kind):
    target = Orb()
    reference = target.reference(push(target, order, account))
    fake.of("subscription")[0]["status"] = "active"
    left = left_of(target, order, reference, account, kind=kind, ahead=AHEAD)
    assert "604.93 of Platform, which was billed ahead for days from 2027-07-31 on." in left
    assert "Grant what is left of" not in left
    assert fake.of("subscription")[0]["end_date"][:10] == "2027-07-31"


def amended(fake, account, order, **change):
    """An amendment that adds a line, of a contract with a credit; and the two contracts' numbers there."""
    target = Orb()
    reference = target.reference(push(target, order, account))
    fake.of("subscription")[0]["status"] = "active"
    seats = {**SEATS, "name": "Seats of the amendment", "key": "more"}
    terms = {**TERMS, "charges": [*TERMS["charges"], seats], "credits": [], **change}
    changed = replacing(order_of(terms), reference, "2027-07-31", credits=True, first=order.number)
    return changed, target.reference(push(target, changed, account))


def test_an_amendment_bills_the_same_items_so_that_credits_go_on_paying(fake, account, order):
    changed, reference = amended(fake, account, order, commitments=[])
    old, new = ({one["price"]["item_id"] for one in each["price_intervals"]} for each in fake.of("subscription"))
    [entry] = fake.of("entry")
    assert set(entry["filters"][0]["values"]) <= old & new
    assert len(new - old) == 1
    assert Orb().compare(changed, Orb().read_back(reference, account=account)) == ()
    assert [step.name for step in Orb().steps(changed) if step.due] == []
    assert fake.vendor.refused == []


def test_beside_a_minimum_what_is_left_of_credits_is_for_a_person_on_the_day(fake, account, order):
    changed, _reference = amended(fake, account, order, commitments=[COMMITMENT])
    old, new = ({one["price"]["item_id"] for one in each["price_intervals"]} for each in fake.of("subscription"))
    assert old & new == set()
    due, left = follow(Orb(), changed, account, "carry_over_credits")
    assert due == "2027-07-31"
    assert "Left for a person: Grant what is left of" in left


def test_what_has_not_begun_is_ended_on_the_day_it_begins(order):
    """Orb ends what has not begun only at once."""
    amended = replacing(order, "sub-1", "2027-07-31", began=order.start)
    early = replacing(order, "sub-1", "2027-07-31", began=order.start, kind="early_end")
    assert [step_of(Orb(), each, "end_replaced").due for each in (amended, early)] == [order.start, None]


def test_what_has_not_begun_ends_at_once_or_by_a_person(fake, account, order):
    target = Orb()
    reference = target.reference(push(target, order, account))
    assert "once it has begun" in left_of(target, order, reference, account)
    start = order.start.isoformat()
    assert left_of(target, order, reference, account, kind="early_end", day=start) == ""
    assert fake.of("subscription")[0]["end_date"][:10] == start


def test_an_end_that_is_not_there_afterwards_is_unclear(fake, account, order):
    target = Orb()
    reference = target.reference(push(target, order, account))
    fake.of("subscription")[0]["status"] = "active"
    an_end_that_is_not_there_is_unclear(target, order, reference, account, fake)


def test_an_early_end_is_read_back_with_its_day(fake, account, order):
    target = Orb()
    reference = target.reference(push(target, order, account))
    fake.of("subscription")[0]["status"] = "active"
    early_end_is_read_back(target, order, reference, account)
