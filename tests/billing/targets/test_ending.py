"""A contract that takes the place of another one ends that over there: on the day, once, nothing billed ahead."""

from datetime import date

import chargebee as official
import pytest
from lago_python_client.models import Subscription

from billing.targets import TARGETS
from billing.targets.base import Rejected
from billing.targets.chargebee import client as chargebee
from billing.targets.ending import moment
from billing.targets.lago import client as lago
from billing.targets.stripe import client as stripe
from tests.billing.targets.chargebee.mock import FakeChargebee
from tests.billing.targets.deals import order_of
from tests.billing.targets.lago.mock import FakeLago
from tests.billing.targets.pushing import AT, BOUGHT, CALLS, PLATFORM, SEATS, push, replacing
from tests.billing.targets.stripe.mock import FakeStripe
from tests.metering.sources.vendor import serving

FAKES = {"stripe": FakeStripe, "chargebee": FakeChargebee, "lago": FakeLago}
ENDS = {"stripe": "post /v1/subscription_schedules/", "chargebee": "post /cancel_for_items", "lago": "put "}
MONTHLY = {"currency": "EUR", "start": "2027-01-31", "months": 12, "charges": [SEATS, CALLS]}
DAY, TERM = "2027-07-31", "2028-01-31"


@pytest.fixture(params=sorted(FAKES))
def name(request):
    return request.param


@pytest.fixture
def fake(name, monkeypatch):
    monkeypatch.setattr(official.Chargebee, "verify_ca_certs", False)  # plain HTTP on loopback
    made = FAKES[name]()
    with serving(made.vendor):
        yield made


def pushed(name, fake, account, terms=MONTHLY):
    """A contract over there that has begun; its number."""
    order = order_of(terms)
    reference = TARGETS[name].reference(push(TARGETS[name], order, account))
    for one in fake.of("subscription") if name != "stripe" else ():
        one["status"] = "active"
    return order, reference


def ends_of(name, fake):
    """The last day of what was pushed, as it is held."""
    if name == "stripe":
        found = [one for one in fake.objects.values() if one["object"] == "subscription_schedule"]
        return [one["phases"][-1]["end_date"] for one in found]
    field = {"chargebee": "cancelled_at", "lago": "ending_at"}[name]
    return [one.get(field) for one in fake.of("subscription")]


def calls_of(name, fake):
    """The calls that ended something."""
    asked = [f"{one.method} {one.path}" for one in fake.vendor.asked]
    if name == "chargebee":
        return [one for one in asked if one.endswith("/cancel_for_items")]
    return [one for one in asked if one.startswith(ENDS[name])]


def on(name, day):
    return f"{day}T00:00:00Z" if name == "lago" else moment(date.fromisoformat(day))


def test_it_ends_on_the_first_day_of_the_new_one_once(name, fake, account):
    order, reference = pushed(name, fake, account)
    held = len(ends_of(name, fake))
    amended = replacing(order, reference, DAY)
    for _time in range(2):
        push(TARGETS[name], amended, account)
    assert ends_of(name, fake)[:held] == [on(name, DAY)] * held
    assert on(name, DAY) not in ends_of(name, fake)[held:]
    assert (len(calls_of(name, fake)), fake.vendor.refused) == (held, [])


def test_a_renewed_one_ends_by_itself(name, fake, account):
    order, reference = pushed(name, fake, account)
    before = ends_of(name, fake)
    push(TARGETS[name], replacing(order, reference, TERM), account)
    assert (ends_of(name, fake)[: len(before)], calls_of(name, fake)) == (before, [])


def test_what_was_billed_ahead_beyond_the_day_is_left_to_a_person(name, fake, account):
    """A year is paid, and four months of it are to go: what is given back is agreed between people."""
    order, reference = pushed(name, fake, account, {**MONTHLY, "charges": [PLATFORM, CALLS]})
    before = ends_of(name, fake)
    *created, last = TARGETS[name].steps(replacing(order, reference, DAY))
    assert [step.name for step in created] == [step.name for step in TARGETS[name].calls(order)]
    with pytest.raises(Rejected, match=rf"End {reference} of contract C-2027-0007 in .* on {DAY}"):
        TARGETS[name].perform(last, key="any", account=account, at=AT)
    assert (ends_of(name, fake), calls_of(name, fake)) == (before, [])
    assert TARGETS[name].find(last, key="any", account=account) is None


def test_what_is_not_there_cannot_be_ended(name, fake, account):
    order, _reference = pushed(name, fake, account)
    *_created, last = TARGETS[name].steps(replacing(order, "gone-1", DAY))
    with pytest.raises(Rejected, match="gone-1 to end"):
        TARGETS[name].perform(last, key="any", account=account, at=AT)


WRONG = {
    "stripe": (
        stripe,
        lambda client, reference: client.v1.subscription_schedules.update(reference, params={"end_behavior": "never"}),
    ),
    "chargebee": (
        chargebee,
        lambda client, reference: client.Subscription.cancel_for_items(reference, {"cancel_option": "some_day"}),
    ),
    "lago": (lago, lambda client, reference: client.subscriptions.update(Subscription(ending_at="soon"), reference)),
}


def test_the_mock_would_refuse_an_end_that_is_malformed(name, fake, account):
    _order, reference = pushed(name, fake, account)
    before = ends_of(name, fake)
    room, call = WRONG[name]
    with pytest.raises(Rejected, match=r"answered"), room.spoken_plainly():
        call(room.connect(account), reference)
    assert (len(fake.vendor.refused), ends_of(name, fake)) == (1, before)


@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_credits_of_stripe_that_are_left_are_for_a_person(name, fake, account):
    """They pay for the prices of their own contract."""
    order, reference = pushed(name, fake, account, {**MONTHLY, "credits": [BOUGHT]})
    *_created, last = TARGETS[name].steps(replacing(order, reference, DAY))
    with pytest.raises(Rejected, match="End obj_"):
        TARGETS[name].perform(last, key="any", account=account, at=AT)
    assert calls_of(name, fake) == []


@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_a_schedule_of_stripe_keeps_its_present_phase(name, fake, account):
    ramp = [{"from_month": n, "changes": [{"key": "seats", "quantity": str(20 + n)}]} for n in (4, 10)]
    order, reference = pushed(name, fake, account, {**MONTHLY, "phases": ramp})
    schedule = fake.objects[reference]
    schedule["current_phase"] = {name: schedule["phases"][1][name] for name in ("start_date", "end_date")}
    push(TARGETS[name], replacing(order, reference, DAY), account)
    assert [phase["items"][-1]["quantity"] for phase in schedule["phases"]] == [25, 24]
    assert schedule["phases"][-1]["end_date"] == on(name, DAY)


@pytest.mark.parametrize("name", ["lago"], indirect=True)
def test_what_has_not_begun_in_lago_is_for_a_person(name, fake, account):
    order, reference = pushed(name, fake, account)
    fake.of("subscription")[0]["status"] = "pending"
    *_created, last = TARGETS[name].steps(replacing(order, reference, DAY))
    with pytest.raises(Rejected, match=f"End {reference}"):
        TARGETS[name].perform(last, key="any", account=account, at=AT)
    assert calls_of(name, fake) == []
