"""What a submitted version asks: seats, stages with their clocks, and decisions that still stand."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction

from core.errors import Refused
from quotes.actions.approval_rules import publish_rule, start_rule
from quotes.actions.approvals import decide
from quotes.actions.drafts import edit_version
from quotes.actions.lines import edit_line
from quotes.actions.versions import revise, submit
from quotes.models import Approval
from tests.conftest import make_person
from tests.factories import AT, make_approved_quote, make_customer, make_draft_quote, make_submitted_quote

LATER = AT + timedelta(hours=5)


def make_rule(code="discount", *, at=AT, **content):
    """Ben writes a version of the rule, Fay publishes it."""
    ben, fay = make_person("ben"), make_person("fay")
    return publish_rule(start_rule(code, by=ben, at=at, content=content), by=fay, at=at)


def again(version, *, by, **changes):
    """The next version, submitted with these changes."""
    draft = revise(version, by=by, at=AT)
    return submit(edit_version(draft, by=by, at=AT, **changes) if changes else draft, by=by, at=AT)


def decisions(version):
    return [(one.rule, one.decision, one.decided_by_id) for one in version.approvals.order_by("pk")]


def test_what_did_not_get_worse_is_carried_over(ada, ben):
    first = make_approved_quote()
    draft = revise(first, by=ada, at=AT)
    seats = draft.lines.select_related("version").get(key="seats")
    second = submit(edit_line(seats, by=ada, at=AT, quantity=Decimal(80)), by=ada, at=AT)
    assert second.status == "approved"
    assert second.sha256 != first.sha256
    [carried] = second.approvals.all()
    assert (carried.decision, carried.decided_by, carried.sha256) == ("carry", ben, second.sha256)
    assert carried.carried_from == first.approvals.get()


@pytest.mark.parametrize(("percent", "status"), [("24", "approved"), ("25", "approved"), ("25.5", "submitted")])
def test_only_what_got_worse_asks_again(ada, ben, percent, status):
    second = again(make_approved_quote(), by=ada, discount_percent=Decimal(percent))
    assert second.status == status


def test_worse_is_worse_than_what_a_person_approved(ada, ben):
    """Better in between does not lower the bar, and does not raise it."""
    first = make_approved_quote()
    second = again(first, by=ada, discount_percent=Decimal(22))
    third = again(second, by=ada, discount_percent=Decimal(25))
    assert third.status == "approved"
    assert third.approvals.get().carried_from == first.approvals.get()


def test_a_changed_rule_asks_again(ada, ben, fay):
    first = make_approved_quote()
    make_rule(
        condition="discount_percent > 15",
        examples=[
            {"facts": {"discount_percent": 15}, "asks": False},
            {"facts": {"discount_percent": 16}, "asks": True},
        ],
    )
    second = again(first, by=ada)
    assert decisions(second) == [("discount", "", None)]


def test_what_was_refused_is_not_carried(ada, ben):
    first = make_submitted_quote()
    first = decide(first, decision="request_changes", sha256=first.sha256, by=ben, at=AT, comment="Less.")
    assert decisions(again(first, by=ada)) == [("discount", "", None)]


def test_an_approver_who_worked_on_the_next_version_does_not_stand(ada, ben):
    first = make_approved_quote()
    draft = revise(first, by=ada, at=AT)
    ben.roles = ["deal_desk", "sales"]
    ben.save()
    second = submit(edit_version(draft, by=ben, at=AT, payment_days=45), by=ada, at=AT)
    assert decisions(second) == [("discount", "", None)]


def test_two_of_a_role_are_two_people(ada, ben, fay):
    make_rule(count=2)
    version = make_submitted_quote()
    assert decisions(version) == [("discount", "", None)] * 2
    version = decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    assert version.status == "submitted"
    with pytest.raises(Refused, match="decided on this version already"):
        decide(version, decision="approve", sha256=version.sha256, by=ben, at=AT)
    fay.roles = ["deal_desk"]
    fay.save()
    assert decide(version, decision="approve", sha256=version.sha256, by=fay, at=AT).status == "approved"


def test_all_of_a_role_are_those_who_did_not_make_the_version(ada, ben, fay, eve):
    make_rule(count=0)
    for person in (eve, ada):
        person.roles = ["deal_desk", "sales"]
        person.save()
    version = make_submitted_quote()
    assert version.approvals.count() == 2  # Ben and Eve, not Ada


def test_a_stage_waits_for_the_one_before_and_its_clock_too(ada, ben, fay):
    make_rule(
        "term",
        condition="months > 6",
        stage=2,
        due_hours=8,
        examples=[{"facts": {"months": 6}, "asks": False}, {"facts": {"months": 7}, "asks": True}],
    )
    version = make_submitted_quote()
    first, second = version.approvals.order_by("stage")
    assert (first.due_at, second.due_at) == (AT + timedelta(hours=24), None)
    with pytest.raises(Refused, match="waits for deal desk"):
        decide(version, decision="approve", sha256=version.sha256, by=fay, at=AT)
    decide(version, decision="approve", sha256=version.sha256, by=ben, at=LATER)
    second.refresh_from_db()
    assert second.due_at == LATER + timedelta(hours=8)


def test_the_database_takes_no_carried_decision_that_nobody_made(ada, ben):
    first, version = (
        make_approved_quote(customer=make_customer("one")),
        make_submitted_quote(customer=make_customer("two")),
    )
    asked = version.approvals.get()
    with pytest.raises(IntegrityError, match="earlier version of the quote"), transaction.atomic():
        Approval.objects.filter(pk=asked.pk).update(
            decision="carry", decided_by=ben, decided_at=AT, carried_from=first.approvals.get()
        )
    asked.refresh_from_db()
    assert asked.decision == ""


def test_rules_are_those_of_the_day(ada, ben, fay):
    make_rule(active_from=(AT + timedelta(days=2)).date())
    assert submit(make_draft_quote(discount_percent=Decimal(25)), by=ada, at=AT).status == "approved"
