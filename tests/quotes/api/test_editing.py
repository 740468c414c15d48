"""Drafts over the API: the same actions as the builder, and nobody overwrites what they have not seen."""

import pytest

from core.models import AuditEntry
from quotes.models import Quote, QuoteLine, QuoteVersion
from tests.conftest import make_person
from tests.factories import make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

QUOTES, ONE = "/api/v1/quotes/", "/api/v1/quotes/Q-2026-0001/"
VERSION = f"{ONE}versions/1/"
SEATS = f"{VERSION}lines/seats/"
USED = {"low": "1", "base": "2", "high": "3"}


@pytest.fixture
def adas(ada, client_of):
    return client_of(ada)


def send(client, method, url, body=None, match="*", **headers):
    given = {**({"If-Match": match} if match else {}), **headers}
    return getattr(client, method)(url, body or {}, content_type="application/json", headers=given)


def test_a_quote_is_started_with_a_package(adas):
    make_customer()
    answer = send(adas, "post", QUOTES, {"customer": "acme", "months": 24, "package": "hybrid", "title": "Pilot"})
    body = answer.json()
    assert (answer.status_code, answer["Location"]) == (201, f"{QUOTES}{body['quote']}/")
    assert (body["title"], body["months"], body["status"], body["discount_percent"]) == ("Pilot", 24, "draft", "0")
    assert [line["key"] for line in body["lines"]] == list(
        QuoteLine.objects.order_by("position").values_list("key", flat=True)
    )
    assert body["url"].endswith(f"/quotes/{body['quote']}/v1/")


def test_a_quote_begins_empty(adas):
    make_customer()
    body = send(adas, "post", QUOTES, {"customer": "acme"}).json()
    assert (body["lines"], body["committed"], body["escalator_percent"]) == ([], "0.00", "0")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "customer"),
        ({"customer": "nobody"}, "customer"),
        ({"customer": "acme", "months": 0}, "months"),
        ({"customer": "acme", "package": "none"}, "package"),
        ({"customer": "acme", "contact": "x@y.example"}, "contact"),
        ({"customer": "acme", "start": "2050-01-01"}, "start"),
        ({"customer": "acme", "discount": "5"}, "discount"),
    ],
)
def test_what_is_wrong_starts_no_quote(adas, body, field):
    make_customer()
    answer = send(adas, "post", QUOTES, body)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert not Quote.objects.exists()


def test_a_line_is_changed_added_and_removed_each_on_the_state_before(adas):
    make_draft_quote()
    seen = adas.get(VERSION)["ETag"]
    changed = send(adas, "patch", SEATS, {"quantity": "50", "discount_percent": "10"}, match=seen)
    seats = next(line for line in changed.json()["lines"] if line["key"] == "seats")
    assert (seats["component"]["quantity"]["value"], seats["discount_percent"]) == ("50", "10")
    late = send(adas, "patch", SEATS, {"quantity": "60"}, match=seen)
    assert (late.status_code, late.json()["type"]) == (412, "urn:quantile:problem:stale")
    assert send(adas, "patch", SEATS, {"quantity": "60"}, match="").status_code == 428
    removed = send(adas, "delete", SEATS, match=changed["ETag"])
    assert "seats" not in [line["key"] for line in removed.json()["lines"]]
    added = send(adas, "post", f"{VERSION}lines/", {"price": "seats"}, match=removed["ETag"])
    assert (added.status_code, added.json()["lines"][-1]["key"]) == (201, "seats")
    assert send(adas, "delete", SEATS, match=seen).status_code == 412
    assert QuoteLine.objects.filter(key="seats").count() == 1


def test_usage_without_history_is_asked_for_by_name_and_read_back(adas):
    make_draft_quote(customer=make_customer(history=False))
    asked = adas.get(f"{VERSION}assumptions/").json()["results"]
    names = [one["series"] for one in asked]
    assert names == ["tokens|direction=input", "tokens|direction=output"]
    assert asked[0] == {
        "series": "tokens|direction=input",
        "meter": "tokens",
        "dimensions": {"direction": "input"},
        "needed": True,
        **dict.fromkeys(USED),
    }
    stated = dict.fromkeys([*names, "requests"], USED)
    assert send(adas, "patch", VERSION, {"assumptions": stated}).status_code == 200
    stated = adas.get(f"{VERSION}assumptions/").json()["results"]
    assert {**asked[0], **USED} in stated
    assert (stated[0]["series"], stated[0]["needed"]) == ("requests|", False)
    assert adas.get(f"{VERSION}?expand=pricing&fields=pricing.problems").json()["pricing"]["problems"] == []


def test_two_with_the_same_tag_and_one_wins(adas, eve):
    make_draft_quote()
    seen = adas.get(VERSION)["ETag"]
    answers = [send(adas, "patch", VERSION, {"payment_days": days}, match=seen) for days in (45, 60)]
    assert [answer.status_code for answer in answers] == [200, 412]
    assert QuoteVersion.objects.get().payment_days == 45


@pytest.mark.parametrize(
    ("url", "body", "field"),
    [
        (VERSION, {"discount_percent": "101"}, "discount_percent"),
        (VERSION, {"discount_percent": 5}, "discount_percent"),
        (VERSION, {"valid_until": "2020-01-01"}, "valid_until"),
        (VERSION, {"assumptions": {"tokens|": {"low": "1"}}}, "assumptions.tokens|.base"),
        (VERSION, {"assumptions": {"token|direction=input": USED}}, "assumptions.token|direction=input"),
        (VERSION, {"assumptions": {"tokens|directon=input": USED}}, "assumptions.tokens|directon=input"),
        (VERSION, {"assumptions": {"tokens|meter=input": USED}}, "assumptions.tokens|meter=input"),
        (SEATS, {"quantity": "-1"}, "quantity"),
        (SEATS, {"prices": {"nothing": "1"}}, "prices.nothing"),
        (SEATS, {"price": "1"}, "price"),
        (f"{VERSION}lines/", {}, "body"),
        (f"{VERSION}lines/", {"price": "none"}, "price"),
    ],
)
def test_what_is_wrong_changes_nothing(adas, url, body, field):
    make_draft_quote()
    before = QuoteVersion.objects.get().edit_number
    answer = send(adas, "post" if url.endswith("lines/") else "patch", url, body)
    assert (answer.status_code, field in answer.json()["errors"]) == (422, True)
    assert QuoteVersion.objects.get().edit_number == before


def test_others_may_look_and_not_touch(ben, eve, client_of):
    make_draft_quote()
    for person, status in ((ben, 409), (eve, 404)):
        assert send(client_of(person), "patch", SEATS, {"quantity": "9"}).status_code == status
        assert send(client_of(person), "post", f"{ONE}submission/").status_code == status
    assert QuoteVersion.objects.get().status == "draft"


def test_from_draft_to_sent_and_back(adas, ben, client_of):
    make_draft_quote()
    assert send(adas, "patch", VERSION, {"discount_percent": "25"}).status_code == 200
    submitted = send(adas, "post", f"{ONE}submission/", {"note": "A renewal."}, match=adas.get(VERSION)["ETag"]).json()
    assert (submitted["status"], submitted["decide_at"][-23:]) == ("submitted", "/quotes/Q-2026-0001/v1/")
    bens = client_of(ben)
    waiting = bens.get(f"{ONE}decisions/").json()
    assert [row["status"] for row in waiting["results"]] == ["pending"]
    wrong = send(bens, "post", f"{ONE}decisions/", {"decision": "approve", "sha256": "0" * 64})
    assert wrong.status_code == 409
    decision = {"decision": "approve", "sha256": waiting["sha256"], "comment": "Fine."}
    assert send(adas, "post", f"{ONE}decisions/", decision).status_code == 409
    assert send(bens, "post", f"{ONE}decisions/", decision).json()["status"] == "approved"
    sent = send(adas, "post", f"{ONE}sending/", {"contact": "cleo@acme.example"}, **{"Idempotency-Key": "s"})
    again = send(adas, "post", f"{ONE}sending/", {"contact": "cleo@acme.example"}, **{"Idempotency-Key": "s"})
    assert (client_of(ben).get(sent.json()["link"]).status_code, again.json()["link"]) == (303, None)
    assert send(adas, "post", f"{ONE}revision/").json()["version"] == 2
    gone = send(adas, "post", f"{ONE}withdrawal/", {"version": 1, "note": "Sold to somebody else."})
    assert (gone.json()["version"], gone.json()["status"]) == (1, "withdrawn")


def test_document_and_explanation(adas):
    make_submitted_quote()
    pdf = adas.get(f"{VERSION}document/")
    assert (pdf.status_code, pdf["Content-Type"], pdf.content[:5]) == (200, "application/pdf", b"%PDF-")
    explained = adas.get(f"{VERSION}explanations/seats/?month=2").json()
    assert (explained["month"], explained["currency"], explained["typical"]) == (2, "USD", False)
    assert explained["parts"][0]["steps"]
    assert adas.get(f"{VERSION}explanations/none/").status_code == 404
    beyond = adas.get(f"{VERSION}explanations/seats/?month=13")
    assert (beyond.status_code, beyond.json()["errors"]) == (422, {"month": "month: the term ends with month 12."})


def test_what_is_done_over_the_api_is_in_the_audit_log(adas, ben, client_of):
    make_draft_quote()
    send(adas, "patch", SEATS, {"quantity": "50"})
    found = client_of(ben).get("/api/v1/audit/?subject=quote:Q-2026-0001&verb=edit_line").json()["results"]
    assert [(row["by"], row["data"]["line"]) for row in found] == [("ada", "seats")]
    assert AuditEntry.objects.filter(verb="edit_line").count() == 1
    assert adas.get("/api/v1/audit/").status_code == 404
    assert client_of(ben).get("/api/v1/audit/?done_since=2999-01-01T00:00:00Z").json()["results"] == []
    assert make_person("ben").roles == ["deal_desk"]
