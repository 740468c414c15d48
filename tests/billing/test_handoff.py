"""The hand-off: whatever happens on the way, the ledger holds one contract."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, connections, transaction

from billing.actions import delivering, helping, pushing, settling
from billing.models import Delivery, DeliveryAttempt, DeliveryStep, LedgerContract
from billing.queries import handoff
from billing.rules import LEASE, State, StepState, step_key
from billing.targets.ledger import Ledger, client
from core import audit, outbox
from core.errors import Conflict, Forbidden, Invalid, Refused
from core.models import OutboxMessage
from quotes.models import Contract
from quotes.rules.transitions import Status
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db


class Crash(Exception):
    """The process ends here."""


@pytest.fixture
def contract(ada) -> Contract:
    return make_contract(ada)


def delivery_of(contract: Contract) -> Delivery:
    return Delivery.objects.get(contract=contract)


def prepared(contract: Contract) -> Delivery:
    return delivering.prepare(contract, at=LATER)[0]


def states_of(contract: Contract) -> list[tuple[str, str, int]]:
    steps = DeliveryStep.objects.filter(delivery__contract=contract).order_by("position")
    return list(steps.values_list("name", "state", "attempts"))


def crash_once(monkeypatch, module, name: str, *, after: bool) -> None:
    """The function dies the first time it is called, before or after it did its work."""
    real, calls = getattr(module, name), []

    def dying(*args, **kwargs):
        calls.append(name)
        if len(calls) > 1:
            return real(*args, **kwargs)
        if after:
            real(*args, **kwargs)
        raise Crash(name)

    monkeypatch.setattr(module, name, dying)


def test_the_ledger_holds_exactly_the_contract(contract):
    delivery = delivering.deliver(contract.number, at=LATER)
    row = LedgerContract.objects.get()

    assert (row.contract, row.customer) == (contract.number, "hartmann-logistics")
    assert (row.terms, row.sha256, row.terms_sha256) == (contract.terms, contract.sha256, contract.terms_sha256)
    assert row.unique_key == step_key(contract.sha256, "ledger", "create_contract")
    assert (delivery.state, delivery.reference, delivery.attempts) == (State.CREATED, row.reference, 1)
    assert row.reference == "L-2026-0001"
    assert states_of(contract) == [("create_contract", "done", 1)]


def test_the_quote_is_contracted_and_the_audit_says_so(contract):
    delivering.deliver(contract.number, at=LATER)
    contract.version.refresh_from_db()

    assert contract.version.status == Status.CONTRACTED
    assert [entry.verb for entry in audit.history(f"contract:{contract.number}")] == ["deliver"]


def test_acceptance_promises_the_delivery_and_the_sweeper_keeps_it(contract):
    assert list(OutboxMessage.objects.values_list("topic", "key")) == [("contract.created", contract.number)]
    assert outbox.sweep(at=LATER) == 1
    assert delivery_of(contract).state == State.CREATED


def test_delivering_again_changes_nothing(contract):
    delivering.deliver(contract.number, at=LATER)
    before = Delivery.objects.values().get()
    delivering.deliver(contract.number, at=LATER + timedelta(hours=1))

    assert Delivery.objects.values().get() == before
    assert LedgerContract.objects.count() == 1


@pytest.mark.parametrize(
    ("module", "name", "after"),
    [
        (delivering, "claim", True),
        (client, "create", False),
        (client, "create", True),
        (pushing, "mark", False),
        (pushing, "mark", True),
        (client, "fetch", True),
        (delivering, "finish", False),
        (delivering, "finish", True),
    ],
)
def test_a_crash_anywhere_then_retry_gives_one_ledger_contract(contract, monkeypatch, module, name, after):
    crash_once(monkeypatch, module, name, after=after)
    with pytest.raises((Crash, Conflict)):
        delivering.deliver(contract.number, at=LATER)

    later = LATER + LEASE + timedelta(seconds=1)
    delivery = delivering.deliver(contract.number, at=later)

    assert LedgerContract.objects.count() == 1
    assert delivery.state == State.CREATED
    assert delivery.reference == LedgerContract.objects.get().reference
    assert [state for _, state, _ in states_of(contract)] == ["done"]


def test_killed_between_push_and_mark_the_outcome_is_settled_by_the_key(contract, monkeypatch):
    """As after SIGKILL: the ledger has it, our side still says sending, nobody could catch anything."""
    delivery = prepared(contract)
    delivering.claim(delivery, at=LATER)
    step = delivery.steps.get(name="create_contract")
    pushing.mark(step, state=StepState.SENDING, attempts=1, started_at=LATER)
    client.create(step.body, unique_key=step.key, at=LATER)

    with pytest.raises(Conflict, match="being sent to billing by another worker"):
        delivering.deliver(contract.number, at=LATER + timedelta(seconds=30))
    delivering.deliver(contract.number, at=LATER + LEASE + timedelta(seconds=1))

    assert LedgerContract.objects.count() == 1
    assert delivery.steps.get(name="create_contract").answer["replayed"] is True
    assert delivery_of(contract).state == State.CREATED


def test_no_answer_is_an_unknown_outcome_that_waits(contract, monkeypatch):
    crash_once(monkeypatch, client, "create", after=True)
    with pytest.raises(Crash):
        delivering.deliver(contract.number, at=LATER)

    delivery = delivery_of(contract)
    assert (delivery.state, delivery.reason) == (State.WAITING, "Crash: create")
    assert states_of(contract) == [("create_contract", "unknown", 1)]


def test_after_twelve_silent_tries_a_person_is_asked(contract, monkeypatch):
    def silent(*args, **kwargs):
        raise Crash("no answer")

    monkeypatch.setattr(client, "create", silent)
    for _ in range(11):
        with pytest.raises(Crash):
            delivering.deliver(contract.number, at=LATER)
    delivery = delivering.deliver(contract.number, at=LATER)

    assert delivery.state == State.NEEDS_PERSON
    assert delivery.reason == "Billing did not answer 12 times. Last: Crash: no answer"


def test_other_content_under_the_same_key_is_refused_not_overwritten(contract):
    delivery = prepared(contract)
    step = delivery.steps.get()
    client.create({**step.body, "terms": "{}", "contract": "C-2020-0001"}, unique_key=step.key, at=LATER)
    delivery = delivering.deliver(contract.number, at=LATER)

    assert delivery.state == State.NEEDS_PERSON
    assert "The contract is C-2020-0001, not C-2026-" in delivery.reason
    assert "The terms_sha256 is " in delivery.reason
    assert LedgerContract.objects.get().terms == "{}"
    contract.version.refresh_from_db()
    assert contract.version.status == Status.ACCEPTED


def test_drift_is_found_when_reading_back(contract, monkeypatch):
    real = client.fetch

    def drifted(reference):
        row = real(reference)
        row.terms = row.terms.replace("1500", "1400")
        return row

    monkeypatch.setattr(client, "fetch", drifted)
    delivery = delivering.deliver(contract.number, at=LATER)

    contract.version.refresh_from_db()
    assert delivery.state == State.DRIFTED
    assert delivery.reason.startswith("What billing holds differs from the contract: terms_sha256 is ")
    assert [one["path"] for one in delivery.drift] == ["terms_sha256"]
    assert contract.version.status == Status.ACCEPTED


def test_the_ledger_never_changes_a_contract(contract):
    delivering.deliver(contract.number, at=LATER)
    for change in (LedgerContract.objects.all().delete, lambda: LedgerContract.objects.update(terms="{}")):
        with pytest.raises(Exception, match="never changes or deletes"), transaction.atomic():
            change()


def test_retry_is_safe_and_audited(contract, fay, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(client, "fetch", lambda reference: None)
        delivering.deliver(contract.number, at=LATER)
    delivery = helping.retry(contract, by=fay, at=LATER)
    assert (delivery.state, delivery.reason, delivery.retries) == (State.QUEUED, "", 1)

    OutboxMessage.objects.filter(topic="mail.posted").delete()
    assert outbox.sweep(at=LATER) == 2
    assert delivery_of(contract).state == State.CREATED
    assert LedgerContract.objects.count() == 1
    verbs = [(entry.by, entry.verb) for entry in audit.history(f"contract:{contract.number}")]
    assert verbs == [("system", "stop_delivery"), ("fay", "retry_delivery"), ("system", "deliver")]


def test_retry_refuses_what_is_created_and_whoever_is_not_finance(contract, fay, ben):
    with pytest.raises(Forbidden):
        helping.retry(contract, by=ben, at=LATER)
    with pytest.raises(Refused, match="on its way"):
        helping.retry(contract, by=fay, at=LATER)
    delivering.deliver(contract.number, at=LATER)
    with pytest.raises(Refused, match="has this contract already"):
        helping.retry(contract, by=fay, at=LATER)
    assert OutboxMessage.objects.filter(topic="delivery.requested").count() == 0


def test_a_late_sender_that_was_taken_over_settles_nothing(contract):
    slow = prepared(contract)
    delivering.claim(slow, at=LATER)
    delivering.deliver(contract.number, at=LATER + LEASE + timedelta(seconds=1))

    with pytest.raises(Conflict, match="taken over"):
        settling.stop(slow, "too late", at=LATER)
    assert delivery_of(contract).state == State.CREATED


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_create_it_once(ada):
    number = make_contract(ada).number
    start, outcomes = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            outcomes.append(delivering.deliver(number, at=LATER).state)
        except Conflict:
            outcomes.append("conflict")
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert LedgerContract.objects.count() == 1
    assert Delivery.objects.get().state == State.CREATED
    assert set(outcomes) <= {"created", "conflict"}
    assert outcomes.count("created") >= 1


@pytest.mark.django_db(transaction=True)
def test_two_pushes_with_one_key_take_one_number(ada):
    """The worst case: two senders are inside the ledger together."""
    [step] = Ledger().steps(handoff.order_of(make_contract(ada)))
    start, answers = threading.Barrier(4), []

    def work():
        start.wait()
        try:
            answers.append(client.create(step.body, unique_key="one key", at=LATER)[0].reference)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(20)

    assert answers == ["L-2026-0001"] * 4
    assert LedgerContract.objects.count() == 1
    connection.close()


def test_contracts_of_a_customer_arrive_in_order(ada, monkeypatch):
    first, second = make_contract(ada), make_contract(ada)
    waiting = delivering.deliver(second.number, at=LATER)
    assert (waiting.state, waiting.attempts) == (State.QUEUED, 0)
    assert waiting.reason == f"Waits for {first.number} of the same customer."

    delivering.deliver(first.number, at=LATER)
    assert outbox.sweep(at=LATER) == 3
    assert list(LedgerContract.objects.order_by("pk").values_list("contract", flat=True)) == [
        first.number,
        second.number,
    ]
    assert delivery_of(second).state == State.CREATED


def test_what_billing_did_before_it_fell_silent_is_found_not_repeated(contract, monkeypatch):
    real = client.create

    def silent(*args, **kwargs):
        real(*args, **kwargs)
        raise TimeoutError("no answer after 20 s")

    with monkeypatch.context() as patch:
        patch.setattr(client, "create", silent)
        with pytest.raises(TimeoutError):
            delivering.deliver(contract.number, at=LATER)
    [attempt] = DeliveryAttempt.objects.all()
    assert (attempt.outcome, attempt.error) == ("unknown", "TimeoutError: no answer after 20 s")

    monkeypatch.setattr(
        Ledger, "find", lambda self, step, *, key, account: {"reference": LedgerContract.objects.get().reference}
    )
    monkeypatch.setattr(client, "create", silent)
    delivery = delivering.deliver(contract.number, at=LATER + timedelta(minutes=1))
    assert delivery.state == State.CREATED
    assert list(DeliveryAttempt.objects.order_by("number").values_list("outcome", flat=True)) == ["unknown", "found"]


def test_a_person_says_that_it_is_solved(contract, fay, ben, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(client, "fetch", lambda reference: None)
        delivering.deliver(contract.number, at=LATER)
    with pytest.raises(Forbidden):
        helping.solve(contract, note="made by hand", reference="B-77", by=ben, at=LATER)
    with pytest.raises(Invalid) as wrong:
        helping.solve(contract, note=" ", by=fay, at=LATER)
    assert set(wrong.value.errors) == {"note", "reference"}
    assert delivery_of(contract).state == State.NEEDS_PERSON

    delivery = helping.solve(contract, note="Made by hand.", reference="B-77", by=fay, at=LATER)
    contract.version.refresh_from_db()
    assert (delivery.state, delivery.reference, delivery.solved_by) == (State.CREATED, "B-77", fay)
    assert contract.version.status == Status.CONTRACTED


def test_drift_of_later_is_found_by_reading_back_and_gone_when_it_is_mended(contract, monkeypatch):
    delivering.deliver(contract.number, at=LATER)
    with monkeypatch.context() as patch:
        patch.setattr(Ledger, "read_back", lambda self, reference, *, account: {"customer": "someone-else"})
        assert helping.check(contract, by=None, at=LATER).state == State.DRIFTED
    assert {"path": "customer", "ours": "hartmann-logistics", "theirs": "someone-else"} in delivery_of(contract).drift

    assert helping.check(contract, by=None, at=LATER).state == State.CREATED
    assert delivery_of(contract).drift == []


def test_a_difference_marked_solved_is_no_news_while_it_stays_the_same(contract, fay, monkeypatch):
    delivering.deliver(contract.number, at=LATER)
    monkeypatch.setattr(Ledger, "read_back", lambda self, reference, *, account: {"customer": "someone-else"})
    helping.check(contract, by=None, at=LATER)
    helping.solve(contract, note="Agreed with the customer.", by=fay, at=LATER)
    assert helping.check(contract, by=None, at=LATER).state == State.CREATED
    monkeypatch.setattr(Ledger, "read_back", lambda self, reference, *, account: {"customer": "a third"})
    assert helping.check(contract, by=None, at=LATER).state == State.DRIFTED
