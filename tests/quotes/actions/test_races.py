"""Several people at once, on PostgreSQL, in threads with their own connections: one clear winner, no half state."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from decimal import Decimal

import pytest
from django.db import connection

from core import outbox
from core.audit import broken_links
from core.errors import PersonNeeded, Problem
from core.models import OutboxMessage
from quotes.actions.acceptance import accept, committed_total
from quotes.actions.approvals import decide
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.expiry import expire_due
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import Acceptance, Approval, Contract, Quote, QuoteVersion, Signature
from tests.conftest import make_person
from tests.factories import AT, make_customer, make_draft_quote, make_sent_quote, make_submitted_quote, prove

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def no_broker(monkeypatch) -> Iterator[None]:
    monkeypatch.setattr(outbox, "hint", lambda message_id: None)
    yield
    assert list(broken_links()) == []


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run all at the same moment; each answers what it returned, or the refusal it met."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], object]) -> None:
        try:
            barrier.wait()
            answers[number] = act()
        except Problem as problem:
            answers[number] = problem
        except Exception as error:
            answers[number] = repr(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [answer for answer in answers if answer is None or isinstance(answer, str)] == []
    return answers


def test_eight_clicks_make_one_contract():
    sent = make_sent_quote()
    total = committed_total(sent.version)
    prove(sent.link)

    def click() -> Contract | None:
        given = {"name": "Cleo Hartmann", "title": "VP", "sha256": sent.version.sha256, "shown_total": total}
        return accept(sent.link, at=AT, **given)

    answers = at_once(*[click] * 8)
    assert {str(answer) for answer in answers} == {"C-2026-0001"}
    promised = OutboxMessage.objects.filter(topic="contract.created")
    assert (Contract.objects.count(), Acceptance.objects.count(), promised.count()) == (1, 1, 1)
    assert Signature.objects.count() == 1


@pytest.mark.parametrize("round_", range(5))
def test_approve_while_the_seller_revises(round_):
    version = make_submitted_quote()
    ada, ben = version.created_by, make_person("ben")
    answers = at_once(
        lambda: decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT),
        lambda: revise(version, by=ada, at=AT),
    )
    status = QuoteVersion.objects.get(pk=version.pk).status
    approval = Approval.objects.get(version=version)
    if isinstance(answers[0], Problem):
        assert (status, approval.decision) == ("superseded", "")
    else:
        assert (status, approval.decision) == ("approved", "approve")
    assert QuoteVersion.objects.filter(quote=version.quote, status="draft").count() == 1
    assert approval.sha256 == QuoteVersion.objects.get(pk=version.pk).sha256


def test_two_approvers_of_different_roles_together_approve():
    version = make_submitted_quote(months=36)
    ben, fay = make_person("ben"), make_person("fay")
    at_once(
        *[lambda by=by: decide(version, decision="approve", sha256=version.sha256, by=by, at=AT) for by in (ben, fay)]
    )
    assert QuoteVersion.objects.get(pk=version.pk).status == "approved"


def test_two_approvers_of_one_role_one_decides():
    version = make_submitted_quote()
    ben, second = make_person("ben"), make_person("fay")
    second.roles = ["deal_desk"]
    second.save()
    answers = at_once(
        lambda: decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT),
        lambda: decide(version, decision="reject", sha256=version.sha256, by=second, at=AT, comment="No."),
    )
    assert Counter(isinstance(answer, Problem) for answer in answers) == {True: 1, False: 1}
    winner = Approval.objects.get(version=version)
    assert (
        QuoteVersion.objects.get(pk=version.pk).status == {"approve": "approved", "reject": "rejected"}[winner.decision]
    )


def test_of_eight_edits_of_one_draft_one_wins():
    draft = make_draft_quote()
    acts = [
        lambda number=number: edit_version(draft, by=draft.created_by, at=AT, title=f"Title {number}")
        for number in range(8)
    ]
    answers = at_once(*acts)
    won = [answer for answer in answers if not isinstance(answer, Problem)]
    fresh = QuoteVersion.objects.get(pk=draft.pk)
    assert ([answer.title for answer in won], fresh.edit_number) == ([fresh.title], draft.edit_number + 1)


@pytest.mark.parametrize("round_", range(5))
def test_what_is_submitted_is_what_was_looked_at(round_):
    draft = make_draft_quote()
    ada = draft.created_by
    answers = at_once(
        lambda: submit(draft, by=ada, at=AT),
        lambda: edit_version(draft, by=ada, at=AT, discount_percent=Decimal(90)),
    )
    assert Counter(isinstance(answer, Problem) for answer in answers) == {True: 1, False: 1}
    fresh = QuoteVersion.objects.get(pk=draft.pk)
    submitted = not isinstance(answers[0], Problem)
    assert (fresh.status != "draft", fresh.discount_percent) == (submitted, 0 if submitted else 90)


@pytest.mark.parametrize("round_", range(5))
def test_submitting_over_a_sent_version_while_it_is_edited(round_):
    """Both take the quote first, so that neither waits for what the other holds."""
    draft = revise(make_sent_quote().version, by=make_person("ada"), at=AT)
    ada = draft.created_by
    answers = at_once(
        lambda: submit(draft, by=ada, at=AT),
        lambda: edit_version(draft, by=ada, at=AT, title="Other"),
    )
    assert Counter(isinstance(answer, Problem) for answer in answers) == {True: 1, False: 1}


@pytest.mark.parametrize("rival", ["withdraw", "replace", "expire"])
def test_accept_while_the_seller_or_the_clock_takes_it_away(rival):
    sent = make_sent_quote()
    ada, total = sent.version.created_by, committed_total(sent.version)
    prove(sent.link)
    draft = revise(sent.version, by=ada, at=AT) if rival == "replace" else None
    rivals = {
        "withdraw": lambda: withdraw(sent.version, by=ada, at=AT),
        "replace": lambda: submit(draft, by=ada, at=AT),
        "expire": lambda: expire_due(at=sent.version.expires_at),
    }
    given = {"name": "Cleo Hartmann", "title": "VP", "sha256": sent.version.sha256, "shown_total": total, "at": AT}
    accepted, _ = at_once(lambda: accept(sent.link, **given), rivals[rival])
    status = QuoteVersion.objects.get(pk=sent.version.pk).status
    assert (status == "accepted") == isinstance(accepted, Contract) == (Contract.objects.count() == 1)
    assert status in ("accepted", "withdrawn", "superseded", "expired")
    assert (
        QuoteVersion.objects.filter(quote=sent.version.quote, status__in=["accepted", "submitted", "sent"]).count() <= 1
    )


@pytest.mark.parametrize("round_", range(3))
def test_an_agent_takes_nothing_back_while_a_person_sends_it(round_):
    version = make_submitted_quote()
    ada, ben = version.created_by, make_person("ben")
    decided, taken = at_once(
        lambda: decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT),
        lambda: withdraw(version, by=ada, at=AT, agent=True),
    )
    status = QuoteVersion.objects.get(pk=version.pk).status
    assert (isinstance(decided, Problem), isinstance(taken, PersonNeeded)) == (
        status == "withdrawn",
        status == "approved",
    )


def test_two_revisions_at_once_make_one_draft():
    sent = make_sent_quote()
    at_once(*[lambda: revise(sent.version, by=sent.version.created_by, at=AT)] * 4)
    assert QuoteVersion.objects.filter(quote=sent.version.quote).count() == 2


def test_numbers_of_quotes_made_at_once_have_no_gap():
    customer, ada = make_customer(), make_person("ada")
    at_once(*[lambda: create_quote(customer=customer, by=ada, at=AT)] * 8)
    numbers = sorted(Quote.objects.values_list("number", flat=True))
    assert numbers == [f"Q-2026-{number:04}" for number in range(1, 9)]
