"""What a key of an AI agent does with quotes: it prepares them, and ends nothing that people let out."""

import pytest

from core.api_keys import create_key
from core.models import AuditEntry
from quotes.actions.versions import revise
from quotes.models import QuoteVersion
from tests.factories import AT, make_approved_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

QUOTES, ONE = "/api/v1/quotes/", "/api/v1/quotes/Q-2026-0001/"
SCOPES = ["quotes:read", "quotes:write", "quotes:submit"]


@pytest.fixture
def post(ada, client):
    """By a key of Ada's agent."""
    text = create_key(owner=ada, name="a", scopes=SCOPES, expires_at=None, by=ada, at=AT, agent=True).text
    headers = {"Authorization": f"Bearer {text}", "If-Match": "*"}
    return lambda url, body: client.post(url, body, content_type="application/json", headers=headers)


def states():
    return list(QuoteVersion.objects.order_by("number").values_list("status", flat=True))


def test_it_drafts_and_leaves_sending_to_people(post):
    make_submitted_quote()
    assert post(QUOTES, {"customer": "acme", "package": "hybrid"}).status_code == 201
    problem = post(f"{ONE}sending/", {}).json()
    assert problem["type"] == "urn:quantile:problem:person-needed"
    assert problem["decide_at"].endswith("/quotes/Q-2026-0001/")


OUT = pytest.mark.parametrize(("status", "make"), [("approved", make_approved_quote), ("sent", make_sent_quote)])


@OUT
@pytest.mark.parametrize("step", ["withdrawal", "submission"])
def test_it_ends_nothing_that_is_approved_or_sent(status, make, step, post, ada):
    make()
    out = QuoteVersion.objects.whole().get()
    if step == "submission":
        revise(out, by=ada, at=AT)
    before, said = states(), AuditEntry.objects.count()
    answer = post(f"{ONE}{step}/", {})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:quantile:problem:person-needed")
    assert answer.json()["detail"].startswith(f"Version 1 is {status}; no agent takes it back or puts another in")
    assert answer.json()["decide_at"].endswith("/quotes/Q-2026-0001/")
    assert (states(), AuditEntry.objects.count()) == (before, said)


@OUT
def test_a_person_puts_what_it_drafted_in_the_place_of_what_is_out(status, make, post, ada, client_of):
    make()
    assert post(f"{ONE}revision/", {}).status_code == 201
    assert states() == [status, "draft"]
    headers = {"If-Match": "*"}
    done = client_of(ada).post(f"{ONE}submission/", {}, content_type="application/json", headers=headers)
    assert (done.status_code, states()[0]) == (201, "superseded")


def test_it_recalls_what_only_approvers_have_seen(post):
    make_submitted_quote()
    assert post(f"{ONE}withdrawal/", {}).json()["status"] == "withdrawn"
