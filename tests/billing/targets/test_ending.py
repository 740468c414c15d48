"""A contract that takes the place of another one ends that over there: on the day, once, nothing billed ahead."""

from dataclasses import replace
from datetime import date
from urllib.parse import parse_qs

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
from tests.billing.targets.pushing import AT, BOUGHT, CALLS, ONBOARDING, PLATFORM, SEATS, push, replacing, step_of
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
    if name == "stripe":
        for one in schedules_of(fake):
            fake.begin(one)
    else:
        for one in fake.of("subscription"):
            one["status"] = "active"
    return order, reference


def schedules_of(fake):
    return [one for one in fake.objects.values() if one["object"] == "subscription_schedule"]


def ends_of(name, fake):
    """The last day of what was pushed, as it is held."""
    if name == "stripe":
        return [one["phases"][-1]["end_date"] for one in schedules_of(fake)]
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


YEARLY = {**MONTHLY, "charges": [PLATFORM, CALLS]}
AHEAD = (("platform", "Platform", "604.93", 12),)


def ended_early(name, fake, account, terms=YEARLY, kind="amendment", day=DAY):
    """The last step of a contract that takes the place of one of a year, seven months into it."""
    order, reference = pushed(name, fake, account, terms)
    changed = replacing(order, reference, day)
    changed = replace(changed, replaces=replace(changed.replaces, kind=kind, ahead=AHEAD))
    return changed, reference, step_of(TARGETS[name], changed, "end_replaced")


@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_stripe_credits_what_was_billed_ahead_by_prorations(name, fake, account):
    _order, reference, last = ended_early(name, fake, account)
    for _time in range(2):
        assert TARGETS[name].perform(last, key="any", account=account, at=AT) == {"id": reference}
    yearly = next(one for one in schedules_of(fake) if one["metadata"]["quantile_interval"] == "12")
    assert yearly["status"] == "released"
    subscription = fake.objects[yearly["released_subscription"]]
    assert (subscription["cancel_at"], subscription["proration_behavior"]) == (on(name, DAY), "create_prorations")
    assert fake.vendor.refused == []


@pytest.mark.parametrize("name", ["chargebee"], indirect=True)
def test_chargebee_credits_what_was_billed_ahead_by_prorations(name, fake, account):
    _order, reference, last = ended_early(name, fake, account)
    assert TARGETS[name].perform(last, key="any", account=account, at=AT) == {"id": reference}
    told = [parse_qs(one.body.decode()) for one in fake.vendor.asked if one.path.endswith("/cancel_for_items")]
    credits = {one["credit_option_for_current_term_charges"][0] for one in told}
    assert credits == {"none", "prorate"}  # the subscription by the month is whole, the one by the year is not
    assert ends_of(name, fake) == [on(name, DAY)] * 2


def test_an_early_end_is_the_old_contract_read_back_with_its_day(name, fake, account):
    order, reference, last = ended_early(
        name, fake, account, terms={**MONTHLY, "credits": CREDITS[name]}, kind="early_end"
    )
    assert [step for step in TARGETS[name].steps(order) if step.due is None] == [last]
    done = {last.name: TARGETS[name].perform(last, key="any", account=account, at=AT)}
    assert TARGETS[name].reference(done) == reference
    held = TARGETS[name].read_back(reference, account=account)
    assert TARGETS[name].compare(order, held) == ()
    later = replace(order, replaces=replace(order.replaces, on=date(2027, 6, 30)))
    [drift] = TARGETS[name].compare(later, held)
    assert (drift.path, drift.theirs) == ("until", DAY)


CREDITS = {"stripe": [BOUGHT], "lago": [BOUGHT], "chargebee": []}


@pytest.mark.parametrize(("name", "last"), [("stripe", "2027-08-03"), ("lago", "2027-08-02")], indirect=["name"])
def test_credit_ends_with_a_contract_that_ends_early(name, last, fake, account):
    """Once the usage of its last period is invoiced."""
    _order, _reference, step = ended_early(
        name, fake, account, terms={**MONTHLY, "credits": [BOUGHT]}, kind="early_end"
    )
    TARGETS[name].perform(step, key="any", account=account, at=AT)
    if name == "lago":
        assert [one["expiration_at"][:10] for one in fake.of("wallet")] == [last]
    else:
        grants = [one for one in fake.objects.values() if one["object"] == "billing.credit_grant"]
        assert [one["expires_at"] for one in grants] == [moment(date.fromisoformat(last))]
    assert fake.vendor.refused == []


def test_an_addition_ends_nothing(name, fake, account):
    order, reference = pushed(name, fake, account)
    added = replacing(order, reference, DAY)
    added = replace(added, replaces=replace(added.replaces, kind="addition"))
    assert TARGETS[name].steps(added) == TARGETS[name].calls(added)


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
def test_a_schedule_of_stripe_keeps_its_present_phase(name, fake, account):
    ramp = [{"from_month": n, "changes": [{"key": "seats", "quantity": str(20 + n)}]} for n in (4, 10)]
    order, reference = pushed(name, fake, account, {**MONTHLY, "phases": ramp})
    schedule = fake.objects[reference]
    schedule["current_phase"] = {name: schedule["phases"][1][name] for name in ("start_date", "end_date")}
    push(TARGETS[name], replacing(order, reference, DAY), account)
    assert [phase["items"][-1]["quantity"] for phase in schedule["phases"]] == [25, 24]
    assert schedule["phases"][-1]["end_date"] == on(name, DAY)


@pytest.mark.parametrize("name", ["lago"], indirect=True)
def test_what_has_not_begun_in_lago_ends_too(name, fake, account):
    order, reference, last = ended_early(name, fake, account, terms={**MONTHLY, "charges": [SEATS, CALLS, LATER]})
    for one in fake.of("subscription"):
        one["status"] = "pending"
    assert TARGETS[name].perform(last, key="any", account=account, at=AT) == {"id": reference}
    ends = {one["external_id"]: (one["status"], one["ending_at"][:10]) for one in fake.of("subscription")}
    assert ends.pop(f"{order.replaces.number}.later.10")[0] == "canceled"
    assert set(ends.values()) == {("pending", DAY)}
    assert fake.vendor.refused == []


LATER = {**ONBOARDING, "key": "later", "from_month": 10}


@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_what_stripe_would_lose_with_a_schedule_is_given_back_on_the_next_invoice(name, fake, account):
    """Two years at two prices, ended in the second: released now, the subscription would keep the first price."""
    ramp = [{"from_month": 13, "changes": [{"key": "platform", "price": {"model": "flat", "fee": "1500"}}]}]
    terms = {**YEARLY, "months": 24, "phases": ramp}
    order, reference, last = ended_early(name, fake, account, terms, day="2028-07-31")
    for _time in range(2):
        assert TARGETS[name].perform(last, key="any", account=account, at=AT) == {"id": reference}
        fake.keys = {}
    [item] = [one for one in fake.objects.values() if one["object"] == "invoiceitem"]
    assert (item["amount"], item["currency"], item["description"]) == (-60493, "eur", "Platform, from 2028-07-31 on")
    assert item["metadata"] == {
        "quantile_contract": order.number,
        "quantile_ends": order.sha256,
        "quantile_key": "platform",
    }
    assert ends_of(name, fake) == [on(name, "2028-07-31")] * 2
    assert {one["status"] for one in schedules_of(fake)} == {"active"}


@pytest.mark.parametrize("wrong", [{"amount": "a lot"}, {"amount": -5, "price_of": "platform"}, {"metadata": "ours"}])
@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_the_mock_would_refuse_an_invoice_item_that_is_malformed(name, fake, account, wrong):
    pushed(name, fake, account)
    [customer] = [one["id"] for one in fake.objects.values() if one["object"] == "customer"]
    params = {"customer": customer, "currency": "eur", "amount": -5, **wrong}
    with pytest.raises(Rejected, match="Stripe answered"), stripe.spoken_plainly():
        stripe.connect(account).v1.invoice_items.create(params=params, options={"idempotency_key": "any"})
    items = [one for one in fake.objects.values() if one["object"] == "invoiceitem"]
    assert (len(fake.vendor.refused), items) == (1, [])


@pytest.mark.parametrize("name", ["stripe"], indirect=True)
def test_what_stripe_prorates_by_itself_is_not_given_back_once_more(name, fake, account):
    """A fee by the quarter at one price beside one by the year whose price changes: each is given back in its way."""
    ramp = [{"from_month": 13, "changes": [{"key": "platform", "price": {"model": "flat", "fee": "1500"}}]}]
    support = {**PLATFORM, "key": "support", "name": "Support", "interval": "quarter"}
    terms = {**YEARLY, "months": 24, "charges": [PLATFORM, support, CALLS], "phases": ramp}
    order, _reference, last = ended_early(name, fake, account, terms, day="2028-08-31")
    ahead = [*AHEAD, ("support", "Support", "800.00", 3)]
    both = replace(last, body={**last.body, "ahead": [list(one) for one in ahead]})
    TARGETS[name].perform(both, key="any", account=account, at=AT)
    released = {one["metadata"]["quantile_interval"]: one["status"] for one in schedules_of(fake)}
    assert (released["3"], released["12"]) == ("released", "active")
    items = [one["metadata"]["quantile_key"] for one in fake.objects.values() if one["object"] == "invoiceitem"]
    assert (items, order.replaces.ahead) == (["platform"], AHEAD)
