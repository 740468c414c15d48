"""The inbox, and deciding on a version."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.models import Approval, QuoteVersion
from tests.quotes.views.deals import post, stored, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def decision(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/decision/"


def yes(version: QuoteVersion, **changes: str) -> dict[str, str]:
    return {"decision": "approve", "comment": "", "sha256": version.sha256, **changes}


def test_the_inbox_shows_why_and_on_what(ada, ben, client_of):
    version = submitted(ada)
    html = client_of(ben).get("/approvals/").content.decode()
    assert "The discount of 25 % is over the limit of 20 %." in html
    assert "Agent platform" in html
    assert "Ada Lindqvist" in html
    assert "USD\u00a029,025.00" in html
    assert "100.0\u00a0%" in html.replace("&nbsp;", "\u00a0")
    assert decision(version).replace("decision/", "#decision") in html


def test_the_inbox_of_others(ada, ben, fay, dan, client_of):
    assert b"Nothing waits for you" in client_of(ben).get("/approvals/").content
    submitted(ada)
    assert b"Nothing waits for you" in client_of(fay).get("/approvals/").content
    assert [client_of(who).get("/approvals/").status_code for who in (ada, dan)] == [404, 404]


def test_the_inbox_takes_the_same_queries_for_1_and_3(ada, ben, client_of):
    client = client_of(ben)
    counts = []
    for more in (1, 2):
        for _ in range(more):
            submitted(ada)
        with CaptureQueriesContext(connection) as queries:
            client.get("/approvals/")
        counts.append(len(queries))
    assert counts == [6, 6]


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("choice", "status"), [("approve", "approved"), ("request_changes", "changes_requested"), ("reject", "rejected")]
)
def test_ben_decides(ada, ben, client_of, choice, status, htmx):
    version = submitted(ada)
    response = post(client_of(ben), decision(version), yes(version, decision=choice, comment="Fine."), htmx=htmx)
    version.refresh_from_db()
    approval = version.approvals.get()
    assert (version.status, approval.decided_by, approval.comment) == (status, ben, "Fine.")
    if htmx:
        html = response.content.decode()
        assert response.status_code == 200
        assert all(f'id="{part}"' in html for part in ("decision", "approvals", "status-line", "timeline"))
        assert "toast" in response.headers["HX-Trigger"]
    else:
        assert (response.status_code, response.headers["Location"]) == (303, decision(version)[: -len("decision/")])


@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"decision": "reject"}, "Comment is needed"),
        ({"decision": "request_changes", "comment": "  "}, "Comment is needed"),
        ({"decision": ""}, "Choose approve, request changes or reject."),
    ],
)
def test_a_refusal_says_why(ada, ben, client_of, changes, message, htmx):
    version = submitted(ada)
    before = stored(version)
    response = post(client_of(ben), decision(version), yes(version, **changes), htmx=htmx)
    assert response.status_code == 422
    assert message in response.content.decode()
    assert stored(version) == before


def test_nobody_decides_on_what_they_did_not_see_or_made_or_may_not(ada, ben, fay, eve, dan, client_of):
    version = submitted(ada)
    before = stored(version)
    path = decision(version)
    assert client_of(ben).get(path).status_code == 405
    assert post(client_of(ben), path, yes(version, sha256="0" * 64)).status_code == 409
    assert post(client_of(fay), path, yes(version)).status_code == 409
    assert [post(client_of(who), path, yes(version)).status_code for who in (ada, eve, dan)] == [404, 404, 404]
    ada.roles = ["sales", "deal_desk"]
    ada.save()
    assert post(client_of(ada), path, yes(version)).status_code == 409
    assert b"You created, edited or submitted this version" in client_of(ada).get(path[: -len("decision/")]).content
    assert stored(version) == before


def test_the_second_click_is_told(ada, ben, client_of):
    version = submitted(ada)
    post(client_of(ben), decision(version), yes(version))
    again = post(client_of(ben), decision(version), yes(version), htmx=True)
    assert (again.status_code, Approval.objects.exclude(decision="").count()) == (409, 1)
