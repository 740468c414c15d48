"""What can be done only on a day to come follows by itself: the contract is created, and goes on on that day."""

from datetime import timedelta

import pytest

from billing.actions import delivering, helping, sweeping
from billing.models import Connection, Delivery, LedgerContract
from billing.rules import State
from billing.targets.base import Rejected, Step, Unclear
from billing.targets.ledger import Ledger
from core import audit, outbox
from core.encryption import sealed
from core.models import Mail, OutboxMessage
from tests.billing.picky import send_all_to
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db
DAY = LATER + timedelta(days=40)


class Following(Ledger):
    """Creates the contract at once, and does something else 40 days later."""

    name = "following"
    label = "Following"

    def __init__(self):
        self.done, self.says = [], []

    def steps(self, order):
        return (*super().steps(order), Step("carry_over", "Carry over", "carry_over", due=DAY.date()))

    def perform(self, step, *, key, account, at):
        if step.name != "carry_over":
            return super().perform(step, key=key, account=account, at=at)
        if self.says:
            raise self.says.pop(0)
        self.done.append(key)
        return {"id": "carried"}


@pytest.fixture
def target(fay, monkeypatch):
    made = Following()
    send_all_to(made, monkeypatch, by=fay, at=LATER)
    return made


@pytest.fixture
def contract(ada, target):
    found = make_contract(ada)
    outbox.sweep(at=LATER)
    return found


def states():
    delivery = Delivery.objects.get()
    return delivery.state, [step.state for step in delivery.steps.order_by("position")]


def on_day(n=0):
    """How many contracts go on."""
    at = DAY + timedelta(days=n)
    found = sweeping.go_on_with_what_is_due(at=at)
    outbox.sweep(at=at)
    return found


def test_until_its_day_the_contract_is_created_without_it(contract, target):
    assert states() == (State.CREATED, ["done", "pending"])
    assert (on_day(-1), target.done) == (0, [])


def test_on_its_day_it_is_done_once_and_the_contract_stays_what_it_is(contract, target):
    reference = Delivery.objects.get().reference
    assert on_day() == 1
    assert states() == (State.CREATED, ["done", "done"])
    assert (on_day(1), len(target.done), LedgerContract.objects.count()) == (0, 1, 1)
    assert Delivery.objects.get().reference == reference
    verbs = [entry.verb for entry in audit.history(f"contract:{contract.number}")]
    assert verbs == ["deliver", "continue_delivery", "complete_delivery"]


def test_without_an_answer_it_is_asked_again_with_the_same_key(contract, target):
    target.says = [Unclear("no answer")]
    on_day()
    assert states() == (State.WAITING, ["done", "unknown"])
    outbox.sweep(at=DAY + timedelta(minutes=1))
    assert (states(), len(target.done)) == ((State.CREATED, ["done", "done"]), 1)


def test_what_no_message_carries_any_more_is_promised_again(contract, target):
    sweeping.go_on_with_what_is_due(at=DAY)
    OutboxMessage.objects.filter(state="pending").update(state="failed")
    later = DAY + outbox.LONGEST_WAIT + timedelta(hours=1)
    assert sweeping.wake(at=later) == 1
    outbox.sweep(at=later)
    assert (states(), len(target.done)) == ((State.CREATED, ["done", "done"]), 1)


def test_what_is_left_for_a_person_is_said_and_settled_by_hand(contract, target, fay):
    target.says = [Rejected("Left for a person: Grant what is left of Bought.")] * 2
    on_day()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reference[:2]) == (State.NEEDS_PERSON, "L-")
    assert delivery.reason == "Left for a person: Grant what is left of Bought."
    assert Mail.objects.filter(about=f"contract:{contract.number}").count() == 1
    helping.solve(contract, note="Granted.", by=fay, at=DAY)
    assert states() == (State.CREATED, ["done", "settled"])
    assert on_day(1) == 0


def test_what_comes_later_still_follows_after_a_person_has_settled_the_rest(ada, target, fay, monkeypatch):
    """A step in between was left to a person; the one of a later day builds on what was created."""

    def steps(order):
        created = Ledger.steps(target, order)
        return (*created, Step("end", "End", "end"), Step("carry_over", "Carry over", "carry_over", due=DAY.date()))

    def perform(step, **how):
        if step.name == "end":
            raise Rejected("Left for a person.")
        return Following.perform(target, step, **how)

    monkeypatch.setattr(target, "steps", steps)
    monkeypatch.setattr(target, "perform", perform)
    contract = make_contract(ada)
    delivering.deliver(contract.number, at=LATER)
    helping.solve(contract, note="Ended there.", by=fay, at=LATER)
    assert states() == (State.CREATED, ["done", "settled", "pending"])
    on_day()
    assert states() == (State.CREATED, ["done", "settled", "done"])


def test_what_a_person_created_by_hand_is_left_alone(ada, target, fay, monkeypatch):
    """Nothing was created by us that a later step could build on."""
    monkeypatch.setattr(Ledger, "perform", lambda *_args, **_how: (_ for _ in ()).throw(Rejected("No such currency.")))
    contract = make_contract(ada)
    delivering.deliver(contract.number, at=LATER)
    helping.solve(contract, note="Made by hand.", reference="X-1", by=fay, at=LATER)
    assert states() == (State.CREATED, ["settled", "settled"])
    assert (on_day(), target.done) == (0, [])


@pytest.mark.parametrize("error", [Rejected, Unclear])
def test_a_key_that_a_vendor_repeats_is_written_down_nowhere(contract, target, fay, client_of, monkeypatch, error):
    """Neither on the page nor in the mail, the log or the tries."""
    key = "key-that-opens-it"
    Connection.objects.update(secrets=sealed({"api_key": key}))
    target.says = [error(f"Bad key {key} (HTTP 401)")]
    on_day()
    delivery = Delivery.objects.get()
    assert "Bad key … (HTTP 401)" in delivery.reason
    assert "Bad key …" in delivery.steps.get(name="carry_over").error
    told = [delivery.steps.get(name="carry_over").tries.get().error, *Mail.objects.values_list("text", flat=True)]
    told += OutboxMessage.objects.values_list("last_error", flat=True)
    assert key not in " ".join([*told, client_of(fay).get(f"/contracts/{contract.number}/").content.decode()])


def test_the_page_and_the_api_say_what_follows(contract, fay, client_of):
    html = client_of(fay).get(f"/contracts/{contract.number}/").content.decode()
    assert "By itself on" in html
    assert "Follows on" in html
    told = client_of(fay).get(f"/api/v1/contracts/{contract.number}/").json()["delivery"]["steps"]
    assert [step["due"] for step in told] == [None, DAY.date().isoformat()]
