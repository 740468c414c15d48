"""The hand-off under faults, row by row of docs/FAULTS.md. Billing is played by a script: what it does at each call."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import InternalError, connection, transaction

from billing.actions import delivering, helping, sweeping
from billing.actions.hastening import KEPT, PAUSE, hasten
from billing.models import Delivery, DeliveryAttempt, LedgerContract
from billing.rules import LEASE, MOST_ATTEMPTS, State
from billing.targets.base import Account, Answer, Later, Rejected, Step, Unclear
from billing.targets.ledger import Ledger
from core import outbox
from core.models import Mail, OutboxMessage
from customers.models import Customer
from quotes.actions.amending import start_change
from quotes.actions.sending import send
from quotes.actions.versions import submit
from quotes.models import Contract
from tests.billing.picky import Picky, send_all_to
from tests.factories import AT, approved, make_accepted_quote, sign
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


class Killed(BaseException):
    """SIGKILL: nobody catches it, nothing after it runs."""


class Scripted(Picky):
    """The ledger behind a line that does what the script says, call after call; at its end all is well."""

    name = "scripted"

    def __init__(self) -> None:
        self.script: list[str] = []
        self.calls = 0
        self.down_until: Any = None

    def perform(self, step: Step, *, key: str, account: Account, at: Any) -> Answer:
        self.calls += 1
        if self.down_until and at < self.down_until:
            raise Unclear("Nobody answers")
        said = self.script.pop(0) if self.script else "ok"
        do: Callable[[], Answer] = lambda: super(Scripted, self).perform(step, key=key, account=account, at=at)  # noqa: E731
        if said == "killed before":
            raise Killed
        if said == "busy":
            raise Later("Too many requests", seconds=7200)
        if said == "broken":
            raise Unclear("No answer (HTTP 500)")
        if said == "no":
            raise Rejected("Currency EUR is not enabled (HTTP 400)")
        answer = do()
        if said == "killed after":
            raise Killed
        if said == "silent after":
            raise TimeoutError("no answer after 20 s")
        return answer


@pytest.fixture
def billing(fay, monkeypatch) -> Scripted:
    target = Scripted()
    send_all_to(target, monkeypatch, by=fay, at=LATER)
    return target


@pytest.fixture
def contract(ada) -> Contract:
    return make_contract(ada)


def state_of(contract: Contract) -> str:
    return Delivery.objects.get(contract=contract).state


def swept_until_settled(at: Any, *, most: timedelta = timedelta(days=5)) -> Any:
    """The sweeper's clock, moved on from promise to promise."""
    end = at + most
    while at < end:
        outbox.sweep(at=at)
        due = OutboxMessage.objects.filter(state="pending").order_by("available_at").first()
        if due is None:
            return at
        at = max(at, due.available_at)
    raise AssertionError("not settled")


def test_f2_killed_after_the_commit_the_sweeper_sends(contract, billing):
    assert billing.calls == 0
    assert outbox.sweep(at=LATER) == 1
    assert (state_of(contract), LedgerContract.objects.count()) == (State.CREATED, 1)


@pytest.mark.parametrize("where", ["killed before", "killed after"])
def test_f3_f4_a_worker_killed_around_the_call_leaves_one_contract(contract, billing, where):
    billing.script = [where]
    with pytest.raises(Killed):
        outbox.sweep(at=LATER)
    assert state_of(contract) == State.SENDING
    outbox.sweep(at=LATER + outbox.LEASE + timedelta(seconds=1))
    assert (state_of(contract), billing.calls, LedgerContract.objects.count()) == (State.CREATED, 2, 1)
    assert DeliveryAttempt.objects.order_by("number").first().outcome == "sent"


def test_f5_killed_after_marking_nothing_is_sent_again(contract, billing, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(delivering, "finish", lambda *args, **kwargs: (_ for _ in ()).throw(Killed()))
        with pytest.raises(Killed):
            outbox.sweep(at=LATER)
    outbox.sweep(at=LATER + outbox.LEASE + timedelta(seconds=1))
    assert (state_of(contract), billing.calls) == (State.CREATED, 1)


def test_f6_another_worker_takes_over_what_a_dead_machine_held(contract, billing):
    billing.script = ["killed before"]
    with pytest.raises(Killed):
        outbox.sweep(at=LATER)
    outbox.sweep(at=LATER + timedelta(seconds=30))
    assert state_of(contract) == State.SENDING
    assert LEASE < outbox.LEASE <= timedelta(minutes=2)
    outbox.sweep(at=LATER + outbox.LEASE + timedelta(seconds=1))
    assert state_of(contract) == State.CREATED


def test_f7_a_task_whose_process_was_killed_runs_again():
    assert (settings.CELERY_TASK_ACKS_LATE, settings.CELERY_TASK_REJECT_ON_WORKER_LOST) == (True, True)


def test_f9_a_broker_that_forgot_everything_loses_nothing(contract, billing, monkeypatch):
    """No hint ever arrives: the row in the database is the promise."""
    monkeypatch.setattr(outbox, "hint", lambda message_id: None)
    assert outbox.sweep(at=LATER) == 1
    assert state_of(contract) == State.CREATED


def test_f11_a_database_that_takes_no_writes_leaves_nothing_half_done(contract, billing, fay, client_of):
    client = client_of(fay)
    with transaction.atomic():
        connection.cursor().execute("SET TRANSACTION READ ONLY")
        with pytest.raises(InternalError, match="read-only"), transaction.atomic():
            delivering.deliver(contract.number, at=LATER)
        assert client.get(f"/contracts/{contract.number}/").status_code == 200
        connection.needs_rollback = True
    assert (billing.calls, Delivery.objects.count(), LedgerContract.objects.count()) == (0, 0, 0)


def test_f12_silence_is_unknown_and_settled_by_the_key(contract, billing):
    billing.script = ["silent after"]
    outbox.sweep(at=LATER)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (State.WAITING, "TimeoutError: no answer after 20 s")
    assert (delivery.steps.get().state, DeliveryAttempt.objects.get().outcome) == ("unknown", "unknown")
    swept_until_settled(LATER)
    assert (state_of(contract), LedgerContract.objects.count(), billing.calls) == (State.CREATED, 1, 2)


def test_f13_patience_is_had_as_long_as_billing_asks(contract, billing):
    billing.script = ["busy"]
    outbox.sweep(at=LATER)
    message = OutboxMessage.objects.get(topic="contract.created")
    assert message.available_at == LATER + timedelta(seconds=7200)
    assert DeliveryAttempt.objects.get().outcome == "later"
    swept_until_settled(LATER)
    assert state_of(contract) == State.CREATED


def test_f13_twelve_tries_over_three_days_then_a_person_and_a_mail(contract, billing):
    billing.script = ["broken"] * 99
    ended = swept_until_settled(LATER)
    assert timedelta(hours=75) < ended - LATER < timedelta(hours=95)
    assert (billing.calls, state_of(contract)) == (MOST_ATTEMPTS, State.NEEDS_PERSON)
    [letter] = Mail.objects.filter(about=f"contract:{contract.number}")
    assert letter.to == "fay@northlight.example"
    assert "Billing did not answer 12 times. Last: No answer (HTTP 500)" in letter.text


def test_f14_a_no_is_not_tried_again_and_says_why(contract, billing, fay):
    billing.script = ["no"]
    swept_until_settled(LATER)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (State.NEEDS_PERSON, "Currency EUR is not enabled (HTTP 400)")
    assert (billing.calls, DeliveryAttempt.objects.get().outcome) == (1, "refused")
    helping.retry(contract, by=fay, at=LATER + HOUR)
    swept_until_settled(LATER + HOUR)
    assert (state_of(contract), billing.calls) == (State.CREATED, 2)


def test_f15_billing_down_for_an_hour_everything_arrives_soon_after_it_answers_anybody(ada, billing):
    """One every three minutes, of six customers; the seventh comes when billing is back and is taken first."""
    back = billing.down_until = LATER + HOUR
    country = {"segment": "startup", "country": "DE"}
    customers = [
        Customer.objects.create(slug=f"c-{n}", name=f"C {n}", legal_name=f"C {n}", **country) for n in range(7)
    ]
    promised = [(LATER + n * timedelta(minutes=3), customers[n % 6]) for n in range(18)]
    contracts = {customer.slug: [] for customer in customers}
    for at, customer in [*promised, (back + timedelta(seconds=30), customers[6])]:
        contract = make_contract(ada, customer=customer)
        OutboxMessage.objects.filter(key=contract.number).update(available_at=at)
        contracts[customer.slug].append(contract.number)
    swept_until_settled(LATER)

    arrived = list(Delivery.objects.order_by("done_at", "pk").values_list("contract__number", "state", "done_at"))
    assert [state for _number, state, _at in arrived] == [State.CREATED] * 19
    assert back < arrived[0][2] <= arrived[-1][2] <= back + timedelta(minutes=10)
    rows = LedgerContract.objects.order_by("pk").values_list("contract", flat=True)
    held = {slug: [number for number in rows if number in numbers] for slug, numbers in contracts.items()}
    assert held == contracts


def test_who_was_tried_a_moment_before_billing_is_back_is_tried_again_after_a_pause(ada, billing):
    """The others come within that moment: nobody would be left to have it sent."""
    back = billing.down_until = LATER + HOUR
    country = {"segment": "startup", "country": "DE"}
    numbers = [
        make_contract(ada, customer=Customer.objects.create(slug=name, name=name, legal_name=name, **country)).number
        for name in ("a", "b")
    ]
    messages = OutboxMessage.objects.filter(topic="contract.created")
    tried = back - timedelta(seconds=10)
    messages.filter(key=numbers[0]).update(attempts=5, available_at=tried)  # its own next try is in two hours
    messages.filter(key=numbers[1]).update(available_at=back + timedelta(seconds=30))
    outbox.sweep(at=tried)
    outbox.sweep(at=back + timedelta(seconds=30))
    assert messages.get(key=numbers[0]).available_at == tried + PAUSE
    outbox.sweep(at=tried + PAUSE)
    assert set(Delivery.objects.values_list("state", flat=True)) == {State.CREATED}


def test_who_is_left_without_an_answer_now_and_then_keeps_half_of_the_tries(ada, contract, billing):
    """Others are taken all the time, and this one never: it is not asked about twelve times within an hour."""
    billing.script = ["broken"] * 99
    for n in range(60):
        outbox.sweep(at=LATER + n * timedelta(minutes=5))
        hasten(Delivery(target="scripted", connection=Delivery.objects.get().connection), at=LATER + n * 5 * PAUSE)
    assert state_of(contract) == State.WAITING
    assert MOST_ATTEMPTS - KEPT <= billing.calls <= MOST_ATTEMPTS - 3


def test_who_asked_for_patience_is_not_asked_sooner(ada, contract, billing):
    billing.script = ["busy"]
    outbox.sweep(at=LATER)
    assert hasten(Delivery.objects.get(), at=LATER + 5 * PAUSE) == 0
    assert OutboxMessage.objects.get(topic="contract.created").available_at == LATER + timedelta(seconds=7200)


def test_what_no_message_carries_any_more_is_promised_again(contract, billing):
    """A message that gave up, by whatever accident, loses no contract."""
    OutboxMessage.objects.update(state="failed")
    assert sweeping.wake(at=LATER + HOUR) == 0
    later = LATER + outbox.LONGEST_WAIT + HOUR
    assert (sweeping.wake(at=later), sweeping.wake(at=later)) == (1, 0)
    outbox.sweep(at=later)
    assert state_of(contract) == State.CREATED


def test_every_night_what_billing_holds_is_read_back(contract, billing, monkeypatch):
    outbox.sweep(at=LATER)
    assert sweeping.look_for_drift(at=LATER + HOUR) == 0
    monkeypatch.setattr(Scripted, "read_back", lambda self, reference, *, account: {"customer": "somebody-else"})
    assert sweeping.look_for_drift(at=LATER + 24 * HOUR) == 1
    assert state_of(contract) == State.DRIFTED
    assert Mail.objects.filter(about=f"contract:{contract.number}").count() == 1


def test_what_another_contract_has_ended_over_there_is_left_alone(ada, monkeypatch):
    contract = make_accepted_quote()
    outbox.sweep(at=AT)
    renewed = approved(submit(start_change(contract, kind="renewal", month=0, by=ada, at=AT).version, by=ada, at=AT))
    change = sign(send(renewed, by=ada, at=AT))
    outbox.sweep(at=AT)
    monkeypatch.setattr(Ledger, "read_back", lambda self, reference, *, account: {"customer": "somebody-else"})
    assert sweeping.look_for_drift(at=AT + 24 * HOUR) == 1
    assert (state_of(contract), state_of(change)) == (State.CREATED, State.DRIFTED)


def test_a_target_that_cannot_be_read_tonight_is_read_tomorrow(contract, billing, monkeypatch):
    outbox.sweep(at=LATER)

    def silent(self, reference, *, account):
        raise Unclear("no answer")

    monkeypatch.setattr(Scripted, "read_back", silent)
    assert sweeping.look_for_drift(at=LATER + 24 * HOUR) == 0
    assert state_of(contract) == State.CREATED


def test_what_cannot_be_translated_asks_for_a_person_at_once(contract, billing, monkeypatch):
    def broken(self, order):
        raise Rejected("This contract has no price that Scripted knows.")

    monkeypatch.setattr(Scripted, "steps", broken)
    outbox.sweep(at=LATER)
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.reason) == (
        State.NEEDS_PERSON,
        "This contract has no price that Scripted knows.",
    )
