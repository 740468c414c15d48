import hashlib
import json
from datetime import timedelta
from decimal import Decimal

import pytest

from core.audit import history
from core.errors import Conflict, PersonNeeded, Refused
from quotes.actions.drafts import create_quote, edit_version
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import Approval, QuoteVersion, VersionMargin
from tests.factories import (
    AT,
    approved,
    make_accepted_quote,
    make_approved_quote,
    make_customer,
    make_draft_quote,
    make_sent_quote,
    make_submitted_quote,
    sign,
)

pytestmark = pytest.mark.django_db


def status_of(version: QuoteVersion) -> str:
    return QuoteVersion.objects.get(pk=version.pk).status


def test_submitting_freezes_the_version_under_its_hash(ada):
    version = make_submitted_quote()
    assert (version.status, version.submitted_by, version.submitted_at) == ("submitted", ada, AT)
    assert version.sha256 == hashlib.sha256(version.snapshot.encode()).hexdigest()
    frozen = json.loads(version.snapshot)
    assert frozen["terms"] == json.loads(version.terms)
    assert frozen["terms_sha256"] == hashlib.sha256(version.terms.encode()).hexdigest()
    assert VersionMargin.objects.get(version=version).sha256 == version.sha256
    assert version.expected_total == Decimal(frozen["bands"]["term"]["p50"])


def test_the_rules_ask_for_approvals_with_the_actual_value():
    version = make_submitted_quote(discount_percent=Decimal("22.5"), months=36)
    asked = Approval.objects.filter(version=version).order_by("pk").values_list("rule", "role", "reason", "sha256")
    assert list(asked) == [
        ("discount", "deal_desk", "The discount of 22.5 % is over the limit of 20 %.", version.sha256),
        ("term", "finance", "The term of 36 months is over the limit of 24 months.", version.sha256),
    ]


def test_without_a_reason_to_ask_the_version_is_approved_and_the_log_says_why():
    version = make_submitted_quote(discount_percent=Decimal(20))
    assert (version.status, version.approved_at) == ("approved", AT)
    entry = history(f"quote:{version.quote.number}").last()
    assert (entry.verb, entry.by, entry.data["reason"]) == ("approve", "system", "No approval rule applies.")


def test_every_problem_is_named_at_once(ada):
    draft = make_draft_quote(customer=make_customer("newcomer", history=False))
    with pytest.raises(Refused) as caught:
        submit(draft, by=ada, at=AT + timedelta(days=31))
    assert "The last valid day, 2026-12-24, is over; choose a later one." in caught.value.sentence
    assert "nothing is known" in caught.value.sentence.lower() or "assumption" in caught.value.sentence.lower()
    assert status_of(draft) == "draft"
    assert not Approval.objects.exists()


def test_an_empty_quote_is_not_submitted(ada):
    draft = create_quote(customer=make_customer(), by=ada, at=AT)
    with pytest.raises(Refused) as caught:
        submit(draft, by=ada, at=AT)
    assert caught.value.sentence == "Add at least one line."


def test_a_draft_that_was_edited_since_is_not_submitted(ada):
    draft = make_draft_quote()
    edit_version(draft, by=ada, at=AT, discount_percent=Decimal(90))
    with pytest.raises(Conflict):
        submit(draft, by=ada, at=AT)
    assert status_of(draft) == "draft"


@pytest.mark.parametrize("person", ["ben", "fay", "pia", "ivo", "eve", "dan"])
def test_only_the_seller_submits_withdraws_and_revises(person, request):
    draft, sent = make_draft_quote(), make_sent_quote(customer=make_customer("beta")).version
    someone = request.getfixturevalue(person)
    for act, version in ((submit, draft), (withdraw, draft), (withdraw, sent), (revise, sent)):
        with pytest.raises(Refused):
            act(version, by=someone, at=AT)
    assert (status_of(draft), status_of(sent)) == ("draft", "sent")


@pytest.mark.parametrize("make", [make_draft_quote, make_submitted_quote, make_approved_quote])
def test_a_seller_withdraws_what_is_not_over(make, ada):
    version = withdraw(make(), by=ada, at=AT, note=" Budget moved. ")
    assert (version.status, version.closed_by, version.closed_note) == ("withdrawn", "ada", "Budget moved.")


def test_what_is_accepted_stays(ada):
    version = make_accepted_quote().version
    for act in (withdraw, revise, submit):
        with pytest.raises(Refused):
            act(version, by=ada, at=AT)
    assert status_of(version) == "accepted"


def test_a_revision_has_the_same_deal_under_the_next_number(ada):
    first = make_submitted_quote(months=18)
    second = revise(first, by=ada, at=AT)
    assert (second.number, second.status, second.months) == (2, "draft", 18)
    copied = ("key", "position", "component", "list_component", "discount_percent", "part_id", "price_id")
    assert list(second.lines.order_by("position").values(*copied)) == list(
        first.lines.order_by("position").values(*copied)
    )
    assert second.forecast_run == first.forecast_run
    assert second.committed_total == first.committed_total


@pytest.mark.parametrize(
    ("make", "before", "after"),
    [
        (make_submitted_quote, "superseded", "superseded"),
        (make_approved_quote, "approved", "superseded"),
        (lambda: make_sent_quote().version, "sent", "superseded"),
    ],
)
def test_what_a_customer_may_hold_stays_good_until_the_next_is_submitted(make, before, after, ada):
    first = make()
    second = revise(first, by=ada, at=AT)
    assert status_of(first) == before
    submit(second, by=ada, at=AT)
    assert status_of(first) == after
    assert QuoteVersion.objects.get(pk=first.pk).closed_note == "Version 2 takes its place."


def test_an_agent_takes_nothing_back_that_was_approved_since_it_looked(ada):
    seen = make_submitted_quote()
    approved(seen)
    with pytest.raises(PersonNeeded) as caught:
        withdraw(seen, by=ada, at=AT, agent=True)
    said = "Version 1 is approved; no agent takes it back or puts another in its place."
    assert (caught.value.sentence, status_of(seen)) == (said, "approved")


def test_there_is_one_draft_at_a_time(ada):
    first = make_sent_quote().version
    revise(first, by=ada, at=AT)
    with pytest.raises(Refused) as caught:
        revise(first, by=ada, at=AT)
    assert caught.value.sentence == "This quote already has a draft; edit that one."
    assert QuoteVersion.objects.filter(quote=first.quote).count() == 2


def test_a_draft_beside_an_accepted_version_goes_nowhere(ada):
    sent = make_sent_quote()
    draft = revise(sent.version, by=ada, at=AT)
    sign(sent)
    with pytest.raises(Refused) as caught:
        submit(draft, by=ada, at=AT)
    assert caught.value.sentence == "An earlier version of this quote was accepted; a changed deal needs a new quote."


def test_a_revision_is_valid_anew(ada):
    first = make_submitted_quote()
    late = AT + timedelta(days=40)
    second = revise(first, by=ada, at=late)
    assert not second.expired(late)
    assert (second.valid_until - first.valid_until).days == 40


def test_the_same_content_has_the_same_hash_but_for_its_number(ada):
    first = make_submitted_quote()
    second = submit(revise(first, by=ada, at=AT), by=ada, at=AT)
    one, two = json.loads(first.snapshot), json.loads(second.snapshot)
    assert {key for key in one if one[key] != two[key]} == {"version"}
    assert one["terms_sha256"] == two["terms_sha256"]
