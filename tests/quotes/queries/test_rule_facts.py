"""Own wording and what billing cannot bill: as facts of a version, in a rule with its tests, and asked again."""

from decimal import Decimal

import pytest

from quotes.actions.approval_rules import publish_rule, start_rule
from quotes.actions.approvals import decide
from quotes.actions.drafts import edit_version
from quotes.actions.versions import revise, submit
from quotes.queries.priced import price
from quotes.rules.billable import Unbillable
from tests.factories import AT, make_draft_quote

pytestmark = pytest.mark.django_db

WORDING = {
    "title": "Own wording",
    "condition": 'special_terms != ""',
    "reason": "The quote has terms of its own: {special_terms}",
    "role": "finance",
    "examples": [
        {"facts": {"special_terms": ""}, "asks": False},
        {"facts": {"special_terms": "Net 45."}, "asks": True},
    ],
}
BILLING = {
    "title": "Billing must be changed",
    "condition": "target_warnings > 0",
    "reason": "Places that billing cannot bill as agreed: {target_warnings}.",
    "role": "deal_desk",
    "examples": [
        {"facts": {"target_warnings": 0}, "asks": False},
        {"facts": {"target_warnings": 1}, "asks": True},
    ],
}


def test_own_wording_asks_and_another_wording_asks_again(ada, ben, fay):
    publish_rule(start_rule("wording", by=ben, at=AT, content=WORDING), by=fay, at=AT)
    draft = make_draft_quote()
    assert price(draft).facts.special_terms == ""
    draft = edit_version(draft, by=ada, at=AT, special_terms="Net\n 45.")
    version = submit(draft, by=ada, at=AT)
    [seat] = version.approvals.filter(rule="wording")
    assert seat.reason == "The quote has terms of its own: Net 45."
    for approval in version.approvals.filter(decision=""):
        by = fay if approval.role == "finance" else ben
        version = decide(version, decision="approve", sha256=version.sha256, by=by, at=AT)
    same = submit(edit_version(revise(version, by=ada, at=AT), by=ada, at=AT, title="Other"), by=ada, at=AT)
    assert same.approvals.get(rule="wording").decision == "carry"
    other = edit_version(revise(same, by=ada, at=AT), by=ada, at=AT, special_terms="Net 60.")
    assert submit(other, by=ada, at=AT).approvals.get(rule="wording").decision == ""


def test_what_billing_cannot_bill_is_counted(ada, ben, fay, monkeypatch):
    publish_rule(start_rule("billing", by=ben, at=AT, content=BILLING), by=fay, at=AT)
    draft = make_draft_quote(discount_percent=Decimal(0))
    found = price(draft)
    assert (found.facts.target_warnings, found.needs) == (0, ())
    problem = Unbillable("Metronome", "volume", "Volume tiers", "charges/0", "tokens", "They are refused.")
    monkeypatch.setattr("billing.queries.checking.unbillable", lambda *_, fresh: [problem])
    found = price(draft)
    assert found.facts.target_warnings == 1
    [need] = [need for need in found.needs if need.rule == "billing"]
    assert need.reason == "Places that billing cannot bill as agreed: 1."
