from decimal import Decimal

import pytest

from core.audit import history
from core.errors import Conflict, Invalid, Refused
from quotes.actions.approvals import decide
from quotes.actions.drafts import edit_version
from quotes.actions.versions import revise, submit
from quotes.models import Approval, QuoteVersion
from tests.factories import AT, make_draft_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db


def decisions(version: QuoteVersion) -> list[tuple[str, str]]:
    return list(Approval.objects.filter(version=version).order_by("pk").values_list("rule", "decision"))


def test_one_approval_that_was_missing_approves_the_version(ben):
    version = make_submitted_quote()
    done = decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert (done.status, done.approved_at) == ("approved", AT)
    approval = Approval.objects.get(version=version)
    assert (approval.decision, approval.decided_by, approval.decided_at) == ("approve", ben, AT)
    assert [entry.verb for entry in history(f"quote:{version.quote.number}")][-2:] == ["decide", "approve"]


def test_two_roles_must_both_approve(ben, fay):
    version = make_submitted_quote(months=36)
    first = decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert (first.status, decisions(version)) == ("submitted", [("discount", "approve"), ("term", "")])
    second = decide(version, decision="approve", sha256=version.sha256, by=fay, at=AT)
    assert second.status == "approved"


@pytest.mark.parametrize(("decision", "status"), [("reject", "rejected"), ("request_changes", "changes_requested")])
def test_one_refusal_ends_the_version(ben, decision, status):
    version = make_submitted_quote(months=36)
    done = decide(version, decision=decision, sha256=version.sha256, by=ben, at=AT, comment=" Too deep. ")
    assert (done.status, done.closed_by, done.closed_note) == (status, "ben", "Too deep.")
    assert decisions(version) == [("discount", decision), ("term", "")]


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"decision": "maybe"}, {"decision": "Choose approve, request changes or reject."}),
        ({"decision": ""}, {"decision": "Choose approve, request changes or reject."}),
        ({"decision": "reject", "comment": " "}, {"comment": "Say why, so that the seller knows what to change."}),
        ({"decision": "request_changes"}, {"comment": "Say why, so that the seller knows what to change."}),
    ],
)
def test_a_decision_is_whole(ben, changes, errors):
    version = make_submitted_quote()
    with pytest.raises(Invalid) as caught:
        decide(version, sha256=version.sha256, by=ben, at=AT, **changes)
    assert caught.value.errors == errors
    assert decisions(version) == [("discount", "")]


@pytest.mark.parametrize(
    ("person", "sentence"),
    [
        ("ada", "You cannot decide on approvals: that takes the role deal desk or finance."),
        ("eve", "You cannot decide on approvals: that takes the role deal desk or finance."),
        ("pia", "You cannot decide on approvals: that takes the role deal desk or finance."),
        ("dan", "You cannot decide on approvals: that takes the role deal desk or finance."),
        ("fay", "This version waits for deal desk, not for you."),
    ],
)
def test_who_may_not_decide(person, sentence, request):
    version = make_submitted_quote()
    with pytest.raises(Refused) as caught:
        decide(version, decision="approve", sha256=version.sha256, by=request.getfixturevalue(person), at=AT)
    assert caught.value.sentence == sentence
    assert decisions(version) == [("discount", "")]


OWN_WORK = "You created, edited or submitted this version, so somebody else must decide on it."


def test_a_seller_with_the_role_of_an_approver_does_not_approve_her_own(ada):
    ada.roles = ["sales", "deal_desk"]
    ada.is_superuser = True
    ada.save()
    version = make_submitted_quote()
    with pytest.raises(Refused) as caught:
        decide(version, decision="approve", sha256=version.sha256, by=ada, at=AT)
    assert caught.value.sentence == OWN_WORK
    assert decisions(version) == [("discount", "")]


def test_who_edited_a_line_of_a_colleague_does_not_approve_it(ada, ben):
    ben.roles = ["sales", "deal_desk"]
    ben.save()
    draft = make_draft_quote()
    draft = edit_version(draft, by=ben, at=AT, discount_percent=Decimal(25))
    version = submit(draft, by=ada, at=AT)
    with pytest.raises(Refused) as caught:
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert caught.value.sentence == OWN_WORK


def test_two_roles_are_two_persons(ben, fay):
    ben.roles = ["deal_desk", "finance"]
    ben.save()
    version = make_submitted_quote(months=36)
    decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert decisions(version) == [("discount", "approve"), ("term", "")]
    with pytest.raises(Refused) as caught:
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert caught.value.sentence == "You have decided on this version already; what is left needs another person."
    assert decide(version, decision="approve", sha256=version.sha256, by=fay, at=AT).status == "approved"


def test_another_hash_than_the_one_looked_at_decides_nothing(ben):
    version = make_submitted_quote()
    with pytest.raises(Conflict):
        decide(version, decision="approve", sha256="0" * 64, by=ben, at=AT)
    assert decisions(version) == [("discount", "")]


def test_a_version_is_decided_on_once(ben):
    version = make_submitted_quote()
    decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    with pytest.raises(Refused):
        decide(version, decision="reject", sha256=version.sha256, by=ben, at=AT, comment="No.")
    assert decisions(version) == [("discount", "approve")]


def test_a_superseded_version_is_not_decided_on(ada, ben):
    version = make_submitted_quote()
    revise(version, by=ada, at=AT)
    with pytest.raises(Refused):
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert decisions(version) == [("discount", "")]


def test_a_sent_version_is_not_decided_on(ben):
    version = make_sent_quote().version
    with pytest.raises(Refused):
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
