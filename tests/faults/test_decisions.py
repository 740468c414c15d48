"""Faults while somebody decides, row by row of docs/FAULTS.md, on PostgreSQL."""

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
from celery import Celery

from billing.models import Delivery, LedgerContract
from core import audit, broker, outbox
from core.audit import broken_links
from core.errors import Problem
from core.models import Mail, OutboxMessage, User
from core.tasks import relay
from quotes.actions import approvals
from quotes.actions.acceptance import accept, committed_total
from quotes.actions.approvals import decide
from quotes.actions.expiry import expire_due
from quotes.actions.lines import edit_line
from quotes.actions.versions import revise
from quotes.models import Approval, Contract, QuoteVersion
from tests.conftest import make_person
from tests.factories import AT, make_sent_quote, make_submitted_quote, prove, sign
from tests.faults.acting import at_once, dying, killed_after

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = int(os.environ.get("FAULT_ROUNDS", "3"))
"""How often a race is run; `FAULT_ROUNDS=500` for the long form."""


@pytest.fixture(autouse=True)
def whole_chains(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(outbox, "hint", lambda message_id: None)
    yield
    assert list(broken_links()) == []


def approve(version: QuoteVersion, by: User) -> QuoteVersion:
    return decide(version, decision="approve", sha256=version.sha256, by=by, at=AT)


def picture() -> list[object]:
    """What a decision that did not happen must not have touched."""
    return [
        list(QuoteVersion.objects.order_by("pk").values_list("pk", "status", "approved_at")),
        list(Approval.objects.order_by("pk").values_list("pk", "decision", "decided_by")),
        OutboxMessage.objects.count(),
        Mail.objects.count(),
        audit.newest().count(),
    ]


@pytest.mark.parametrize("place", ["settle", "record", "move", "approve"])
def test_f1_a_web_process_killed_inside_the_decision_leaves_nothing(ben, monkeypatch, place):
    version = make_submitted_quote()
    before = picture()
    with monkeypatch.context() as patch:
        patch.setattr(approvals, place, killed_after(getattr(approvals, place)))
        assert [dying(lambda: approve(version, ben)) for _ in range(ROUNDS)] == [9] * ROUNDS
    assert picture() == before
    approve(version, ben)
    assert QuoteVersion.objects.get().status == "approved"


def test_f8_a_decision_stands_although_the_broker_is_down(ben, client_of, monkeypatch):
    """Redis that refuses connections: no error reaches the person, and the sweeper delivers what was promised."""
    dead = Celery("dead", broker="redis://127.0.0.1:1/0", set_as_current=False)
    dead.conf.broker_transport_options = {"max_retries": 0}  # as in the settings, for any broker but our own
    monkeypatch.setattr(broker, "current_app", dead)
    monkeypatch.setattr(broker, "away", {"until": 0.0})
    monkeypatch.setattr(outbox, "hint", broker.hint)
    version = make_submitted_quote()
    path = f"/quotes/{version.quote.number}/v1/decision/"
    answer = client_of(ben).post(path, {"decision": "approve", "sha256": version.sha256})
    assert (answer.status_code, QuoteVersion.objects.get().status) == (303, "approved")
    assert broker.away["until"] > 0  # asked once, then left alone
    waiting = OutboxMessage.objects.filter(state="pending").count()
    assert waiting > 0
    later = OutboxMessage.objects.latest("available_at").available_at + timedelta(seconds=1)
    assert outbox.sweep(at=later) == waiting


def test_f16_a_task_delivered_five_times_does_its_work_once():
    contract = sign(make_sent_quote())
    message = OutboxMessage.objects.get(topic="contract.created")
    at_once(*[lambda: relay(message_id=message.pk)] * 5)
    relay(message_id=message.pk)
    assert (LedgerContract.objects.count(), Delivery.objects.get(contract=contract).state) == (1, "created")
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("done", 1)


def test_f17_of_sixteen_approvers_at_once_one_decides_and_the_others_are_told_who():
    version = make_submitted_quote()
    people = [
        User.objects.create_user(f"desk{number}", first_name="Desk", last_name=str(number), roles=["deal_desk"])
        for number in range(16)
    ]
    answers = at_once(*[lambda by=by: approve(version, by) for by in people])
    winner = Approval.objects.get().decided_by
    assert Counter(isinstance(answer, Problem) for answer in answers) == {True: 15, False: 1}
    told = {str(answer) for answer in answers if isinstance(answer, Problem)}
    assert told == {f"{winner.full_name} was faster and approved this version."}
    assert QuoteVersion.objects.get().status == "approved"


def test_f17_the_slower_of_two_pages_is_told_too(ben, client_of):
    version = make_submitted_quote()
    second = make_person("fay")
    second.roles = ["deal_desk"]
    second.save()
    client, other = client_of(ben), client_of(second)
    path = f"/quotes/{version.quote.number}/v1/decision/"
    given = {"decision": "approve", "sha256": version.sha256}
    assert client.post(path, given).status_code == 303
    answer = other.post(path, given)
    assert answer.status_code == 409
    assert "Ben Okafor was faster and approved this version." in answer.content.decode()


@pytest.mark.parametrize("round_", range(ROUNDS))
def test_f18_approving_while_the_seller_edits_on(round_, ben):
    """Either the decision fails, or it stands for exactly what was looked at; the edit is in a draft of its own."""
    version = make_submitted_quote()
    ada, looked_at = version.created_by, version.sha256

    def edit_on() -> QuoteVersion:
        draft = revise(version, by=ada, at=AT)
        return edit_line(draft.lines.get(key="seats"), by=ada, at=AT, quantity=Decimal(7))

    decided, _ = at_once(lambda: approve(version, ben), edit_on)
    fresh = QuoteVersion.objects.get(pk=version.pk)
    approval = Approval.objects.get(version=version)
    assert (fresh.sha256, approval.sha256) == (looked_at, looked_at)
    expected = ("superseded", "") if isinstance(decided, Problem) else ("approved", "approve")
    assert (fresh.status, approval.decision) == expected
    assert QuoteVersion.objects.filter(status="draft").count() == 1


@pytest.mark.parametrize(("seconds", "signed"), [(-1, True), (0, False), (1, False)])
def test_f20_a_signature_in_the_last_second_counts_and_one_after_it_does_not(seconds, signed):
    sent = make_sent_quote()
    at = sent.version.expires_at + timedelta(seconds=seconds)
    given = {"name": "Cleo Hartmann", "title": "VP", "sha256": sent.version.sha256}
    total = committed_total(sent.version)
    prove(sent.link, at=at - timedelta(minutes=1))
    answers = at_once(lambda: accept(sent.link, at=at, shown_total=total, **given), lambda: expire_due(at=at))
    status = QuoteVersion.objects.get().status
    assert isinstance(answers[0], Contract) == (status == "accepted") == (Contract.objects.count() == 1)
    assert status == ("accepted" if signed else "expired")


def test_f21_a_process_killed_between_signature_and_contract_leaves_neither(monkeypatch):
    sent = make_sent_quote()
    given = {"name": "Cleo Hartmann", "title": "VP", "sha256": sent.version.sha256}
    total = committed_total(sent.version)
    prove(sent.link)
    before = picture()
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "emit", killed_after(outbox.emit))
        assert dying(lambda: accept(sent.link, at=AT, shown_total=total, **given)) == 9
    assert (picture(), Contract.objects.count()) == (before, 0)
    assert accept(sent.link, at=AT, shown_total=total, **given).number == "C-2026-0001"
