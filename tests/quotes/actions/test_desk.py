"""Around a decision: reassigned, asked too, delegated, reminded, escalated, questions; and who still may not decide."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from core.errors import Conflict, Forbidden, Invalid, Refused
from core.models import AuditEntry, Mail, OutboxMessage
from quotes.actions.approvals import decide
from quotes.actions.desk import answer, ask_seller, ask_too, delegate, end_delegation, reassign
from quotes.actions.reminding import sweep_due
from quotes.models import Approval
from tests.factories import AT, make_submitted_quote

pytestmark = pytest.mark.django_db

DAY = AT.date()


def approve(version, by, at=AT):
    return decide(version, decision="approve", sha256=version.sha256, by=by, at=at)


def test_a_seat_given_to_a_colleague_is_theirs_alone(ada, ben, fay):
    version = make_submitted_quote()
    reassign(version, to=fay, by=ben, at=AT)
    with pytest.raises(Refused, match="waits for the person it was given to"):
        approve(version, ben)
    assert approve(version, fay).status == "approved"


def test_a_seat_is_given_to_somebody_who_may_decide(ada, ben, eve):
    version = make_submitted_quote()
    for person in (ada, eve):
        with pytest.raises(Invalid):
            reassign(version, to=person, by=ben, at=AT)
    assert version.approvals.get().assignee is None


def test_somebody_asked_too_must_approve_as_well(ada, ben, fay):
    version = make_submitted_quote()
    ask_too(version, whom=fay, why="Unusual terms.", by=ada, at=AT)
    with pytest.raises(Invalid, match="asked already"):
        ask_too(version, whom=fay, why="Again.", by=ada, at=AT)
    assert approve(version, ben).status == "submitted"
    assert approve(version, fay).status == "approved"


def test_a_stranger_asks_nobody(ada, ben, fay, eve):
    version = make_submitted_quote()
    with pytest.raises(Forbidden):
        ask_too(version, whom=fay, why="Please.", by=eve, at=AT)
    assert version.approvals.count() == 1


def test_a_stand_in_decides_on_the_days_named(ada, ben, fay):
    version = make_submitted_quote()
    delegate(to=fay, first=DAY + timedelta(days=1), last=DAY + timedelta(days=2), by=ben, at=AT)
    with pytest.raises(Refused):
        approve(version, fay)
    done = approve(version, fay, AT + timedelta(days=1))
    row = done.approvals.get()
    assert (done.status, row.decided_by, row.on_behalf_of) == ("approved", fay, ben)


def test_a_delegation_that_ended_gives_nothing(ada, ben, fay):
    version = make_submitted_quote()
    row = delegate(to=fay, first=DAY, last=DAY, by=ben, at=AT)
    with pytest.raises(Forbidden):
        end_delegation(row, by=fay, at=AT)
    end_delegation(row, by=ben, at=AT)
    with pytest.raises(Conflict):
        end_delegation(row, by=ben, at=AT)
    with pytest.raises(Refused):
        approve(version, fay)


def test_nobody_decides_for_somebody_who_made_the_version(ada, ben, fay):
    ada.roles = ["sales", "deal_desk"]
    ada.save()
    version = make_submitted_quote()
    delegate(to=fay, first=DAY, last=DAY, by=ada, at=AT)
    with pytest.raises(Refused):
        approve(version, fay)
    seat = version.approvals.get()
    with pytest.raises(IntegrityError, match="Nobody decides for somebody"), transaction.atomic():
        Approval.objects.filter(pk=seat.pk).update(decision="approve", decided_by=fay, decided_at=AT, on_behalf_of=ada)


def test_those_whose_turn_it_is_get_a_mail_once(ada, ben):
    version = make_submitted_quote()
    [mail] = Mail.objects.all()
    assert (mail.to, mail.subject) == (ben.email, "Please decide: Agent platform for Acme")
    assert "The discount of 25 % is over the limit of 20 %." in mail.text
    assert f"/quotes/{version.quote.number}/v1/" in mail.text


def test_a_chat_channel_is_told_once_and_without_margin(ada, ben, fay, settings):
    settings.CHAT_WEBHOOK_URL = "https://chat.example/hook"
    version = make_submitted_quote()
    Approval.objects.filter(version=version).update(secret=True)
    sweep_due(at=AT + timedelta(days=30))
    asked, *later = OutboxMessage.objects.filter(topic="chat.said").order_by("pk").values_list("payload", flat=True)
    assert asked["text"].startswith("Please decide: Agent platform for Acme\n")
    assert f"{settings.SITE_URL}/quotes/{version.quote.number}/v1/" in asked["text"]
    assert [notice["text"].partition(":")[0] for notice in later] == ["Due soon", "Overdue"]
    assert all("A rule about margin asks." in notice["text"] for notice in later)


def test_a_reminder_then_an_escalation_each_once(ada, ben, fay):
    version = make_submitted_quote()
    assert sweep_due(at=AT + timedelta(hours=1)) == 0
    assert [sweep_due(at=AT + timedelta(hours=21)) for _ in range(2)] == [1, 0]
    assert [sweep_due(at=AT + timedelta(hours=25)) for _ in range(2)] == [1, 0]
    assert list(Mail.objects.order_by("pk").values_list("to", flat=True)) == [ben.email, ben.email, fay.email]
    assert approve(version, fay, AT + timedelta(hours=26)).status == "approved"


def test_a_question_and_its_answer(ada, ben, eve):
    version = make_submitted_quote()
    question = ask_seller(version, text="Why so low?", by=ben, at=AT)
    with pytest.raises(Refused):
        answer(question, text="Because.", by=eve, at=AT)
    answer(question, text="A reference customer.", by=ada, at=AT)
    with pytest.raises(Conflict):
        answer(question, text="Or not.", by=ada, at=AT)
    question.refresh_from_db()
    assert question.answer == "A reference customer."
    verbs = AuditEntry.objects.filter(subject=f"quote:{version.quote.number}").values_list("verb", flat=True)
    assert {"ask", "answer"} <= set(verbs)
    with pytest.raises(Forbidden):
        ask_seller(version, text="Me too?", by=ada, at=AT)
