"""The signed webhook: the receiver verifies it with the official library, gets the exact terms, and bills from them."""

import json

import pytest
from django.utils.timezone import now
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook as Verifier
from standardwebhooks import WebhookVerificationError

from billing.targets.base import Account, Later, Rejected, Unclear
from billing.targets.capability import Construct
from billing.targets.webhook import Webhook
from pricing import Terms, rate
from tests.billing.targets.deals import order_of
from tests.billing.targets.pushing import replacing
from tests.core.receiving import receiver as answering
from tests.metering.sources.vendor import Vendor, serving
from tests.pricing.reference import rated
from tests.pricing.test_wide_properties import USAGE, usage_for
from tests.pricing.wide_deals import wide_deals

SECRET = "whsec_" + "c2VjcmV0LW9mLWEtcmVjZWl2ZXItMzItYnl0ZXMh"
TERMS = {
    "currency": "USD",
    "start": "2027-01-01",
    "months": 12,
    "charges": [
        {
            "kind": "charge",
            "key": "seats",
            "price": {"model": "per_unit", "unit": "30"},
            "quantity": {"source": "fixed", "value": "25"},
        }
    ],
}


class Receiver:
    """A billing system of someone else: keeps each message once, by its id, and answers for what it keeps."""

    def __init__(self):
        self.kept, self.numbers = {}, {}
        self.vendor = Vendor(self.check, self.answer)

    def check(self, request):
        try:
            Verifier(SECRET).verify(request.body.decode(), {name.lower(): one for name, one in request.headers.items()})
        except WebhookVerificationError as problem:
            return f"not verified: {problem}"
        return ""

    def answer(self, request):
        message = json.loads(request.body)
        if message["type"] == "contract.read":
            held = self.kept.get(message["data"]["reference"])
            return held or (404, {"message": "unknown"})
        number = self.numbers.setdefault(request.headers["webhook-id"], f"R-{len(self.numbers) + 1}")
        data = message["data"]
        sha256 = Terms.parse(data["terms"]).sha256
        self.kept[number] = {"reference": number, "sha256": data["sha256"], "terms_sha256": sha256}
        return self.kept[number]


@pytest.fixture
def receiver(settings):
    settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
    made = Receiver()
    with serving(made.vendor):
        yield made


def account(receiver, secret=SECRET):
    return Account(base_url=receiver.vendor.url, values={"secret": secret})


def pushed(receiver, order, key="webhook:send_contract:1"):
    target = Webhook()
    [step] = target.steps(order)
    return target, target.perform(step, key=key, account=account(receiver), at=now())


def test_the_contract_arrives_verified_and_is_read_back_equal(receiver):
    order = order_of(TERMS)
    target, answer = pushed(receiver, order)
    reference = target.reference({"send_contract": answer})

    assert reference == "R-1"
    held = target.read_back(reference, account=account(receiver))
    assert target.compare(order, held) == ()
    assert target.read_back("R-9", account=account(receiver)) is None


def test_the_receiver_is_told_which_contract_ends_when(receiver):
    pushed(receiver, replacing(order_of(TERMS), "R-7", "2027-07-31"))
    [told] = [json.loads(request.body) for request in receiver.vendor.asked]
    ends = {"contract": "C-2027-0007", "reference": "R-7", "on": "2027-07-31", "kind": "amendment"}
    assert (told["type"], told["data"]["replaces"]) == ("contract.created", ends)


def test_the_same_step_again_is_the_same_contract(receiver):
    order = order_of(TERMS)
    _, first = pushed(receiver, order)
    _, second = pushed(receiver, order)
    assert (first, len(receiver.kept)) == (second, 1)


def test_what_was_changed_over_there_is_drift(receiver):
    order = order_of(TERMS)
    target, _ = pushed(receiver, order)
    receiver.kept["R-1"]["terms_sha256"] = "other"
    [drift] = target.compare(order, target.read_back("R-1", account=account(receiver)))
    assert (drift.path, drift.ours, drift.theirs) == ("terms_sha256", order.terms_sha256, "other")


def test_another_secret_is_refused_by_the_receiver_and_nothing_is_kept(receiver):
    [step] = Webhook().steps(order_of(TERMS))
    other = "whsec_" + "b3RoZXItc2VjcmV0LW9mLXRoaXJ0eS10d28tYnl0ZXM="
    with pytest.raises(Rejected, match="not verified"):
        Webhook().perform(step, key="1", account=account(receiver, other), at=now())
    assert receiver.kept == {}


@pytest.mark.parametrize(
    ("status", "error"), [(400, Rejected), (404, Rejected), (429, Later), (500, Unclear), (302, Rejected)]
)
def test_each_answer_is_no_later_or_unclear(receiver, status, error):
    receiver.vendor.answer = lambda request: (status, {"message": "no"})
    with pytest.raises(error):
        pushed(receiver, order_of(TERMS))


@pytest.mark.parametrize(("status", "error"), [(429, Later), (503, Later), (500, Unclear)])
def test_it_is_asked_again_when_the_receiver_says(receiver, settings, status, error):
    with answering() as busy:
        busy.answers, busy.headers = [status], {"Retry-After": "600"}
        settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
        [step] = Webhook().steps(order_of(TERMS))
        there = Account(base_url=busy.url, values={"secret": SECRET})
        with pytest.raises(error) as problem:
            Webhook().perform(step, key="1", account=there, at=now())
    assert (type(problem.value), problem.value.seconds) == (error, 600.0)


@pytest.mark.parametrize("answer", [b"ok", b"[]", b"{}"])
def test_a_receiver_that_names_no_number_is_told_what_is_wanted(receiver, answer):
    receiver.vendor.answer = lambda request: answer
    with pytest.raises(Rejected, match=r"JSON|reference"):
        pushed(receiver, order_of(TERMS))


def test_no_answer_is_unclear(receiver):
    [step] = Webhook().steps(order_of(TERMS))
    nobody = Account(base_url="http://127.0.0.1:1", values={"secret": SECRET})
    with pytest.raises(Unclear, match="did not answer"):
        Webhook().perform(step, key="1", account=nobody, at=now())
    receiver.vendor.faults = [lambda handler: setattr(handler, "close_connection", True)]
    with pytest.raises(Unclear, match="did not answer"):
        pushed(receiver, order_of(TERMS))


@pytest.mark.parametrize(
    "url", ["http://example.com/hooks", "https://user:word@example.com", "https://example.com:22/"]
)
def test_an_address_that_is_none_to_post_to_is_refused(url):
    [step] = Webhook().steps(order_of(TERMS))
    with pytest.raises(Rejected):
        Webhook().perform(step, key="1", account=Account(base_url=url, values={"secret": SECRET}), at=now())


def test_addresses_inside_a_network_are_not_posted_to():
    [step] = Webhook().steps(order_of(TERMS))
    for host in ("169.254.169.254", "localhost"):
        inside = Account(base_url=f"https://{host}/latest", values={"secret": SECRET})
        with pytest.raises(Rejected, match="inside a network"):
            Webhook().perform(step, key="1", account=inside, at=now())


def test_every_construct_is_taken():
    assert set(Webhook.can) == set(Construct)
    assert Webhook().problems(Terms.parse(TERMS)) == []


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_receiver_bills_from_the_message_what_was_quoted(data):
    """It rates the terms it was sent with the reference engine, which shares no code with the kernel."""
    quoted = Terms.parse(data.draw(wide_deals()))
    usage = usage_for(quoted, data.draw(USAGE))
    [step] = Webhook().steps(order_of(quoted))
    received = json.loads(json.dumps(step.body))["data"]["terms"]
    plain = {tuple(series): list(amounts[0]) for series, amounts in usage.series.items()}
    theirs = rated(json.loads(received), plain)
    totals = [sum(column) for column in zip(*theirs.values(), strict=True)] or [0] * len(quoted.periods)
    assert totals == list(rate(quoted, usage).net[0])
