"""The API says what the pages say, to whom the pages say it."""

import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from quotes.models import QuoteVersion
from tests.conftest import make_person
from tests.factories import AT, make_customer, make_draft_quote, make_sent_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

LIST, ONE, VERSION = (
    "/api/v1/quotes/",
    "/api/v1/quotes/Q-2026-0001/",
    "/api/v1/quotes/Q-2026-0001/versions/1/?expand=pricing,snapshot",
)


def get(client_of, username: str, url: str):
    return client_of(make_person(username)).get(url)


def test_a_version_as_a_whole(client_of):
    version = make_submitted_quote()
    found = get(client_of, "ada", VERSION).json()
    assert (found["quote"], found["version"], found["status"], found["sha256"]) == (
        "Q-2026-0001",
        1,
        "submitted",
        version.sha256,
    )
    assert found["snapshot"] == json.loads(version.snapshot)
    assert found["pricing"]["totals"]["committed"] == "42940.00"
    assert found["pricing"]["term"] == found["snapshot"]["bands"]["term"]
    assert found["approvals"] == [
        {
            "rule": "discount",
            "reason": "The discount of 25 % is over the limit of 20 %.",
            "role": "deal_desk",
            "stage": 1,
            "status": "pending",
            "due_at": "2026-11-25T18:00:00Z",
            "assignee": None,
            "asked_by": None,
            "decided_by": None,
            "decided_at": None,
            "on_behalf_of": None,
            "comment": "",
            "carried_from": None,
        }
    ]


def test_a_draft_has_no_hash_and_no_snapshot(client_of):
    make_draft_quote()
    found = get(client_of, "ada", ONE).json()
    assert (found["versions"], found["newest"]["sha256"], found["newest"]["approvals"]) == (
        [{"version": 1, "status": "draft"}],
        None,
        [],
    )


@pytest.mark.parametrize(
    ("person", "status", "count"),
    [("ada", 200, 1), ("ben", 200, 1), ("fay", 200, 1), ("pia", 200, 1), ("eve", 404, 0), ("ivo", 404, None)],
)
def test_who_sees_what(person, status, count, client_of):
    make_submitted_quote()
    assert [get(client_of, person, url).status_code for url in (ONE, VERSION)] == [status, status]
    listed = get(client_of, person, LIST)
    assert listed.status_code == (404 if count is None else 200)
    if count is not None:
        assert len(listed.json()["results"]) == count


@pytest.mark.parametrize("url", [LIST, ONE, VERSION, "/api/v1/quotes/Q-2026-9999/"])
def test_strangers(url, client, client_of):
    make_submitted_quote()
    assert get(client_of, "dan", url).status_code == 404
    assert client.get(url).status_code == 401
    assert client_of(make_person("ada")).put(url).status_code == 405


def test_the_list_narrows(client_of):
    make_submitted_quote()
    make_draft_quote(customer=make_customer("beta"))
    urls = ["?status=draft", "?customer=acme", "?q=beta", "?q=nothing"]
    found = [[row["number"] for row in get(client_of, "ada", LIST + url).json()["results"]] for url in urls]
    assert found == [["Q-2026-0002"], ["Q-2026-0001"], ["Q-2026-0002"], []]


def test_what_was_edited_since_is_copied_again(client_of):
    first, second = make_draft_quote(), make_draft_quote(customer=make_customer("beta"))
    QuoteVersion.objects.filter(pk=first.pk).update(edited_at=AT)
    QuoteVersion.objects.filter(pk=second.pk).update(edited_at=AT + timedelta(hours=1))
    moments = [AT, AT + timedelta(seconds=1), AT + timedelta(days=1)]
    urls = [f"{LIST}?{urlencode({'edited_since': moment.isoformat()})}" for moment in moments]
    found = [[row["number"] for row in get(client_of, "ada", url).json()["results"]] for url in urls]
    assert found == [["Q-2026-0002", "Q-2026-0001"], ["Q-2026-0002"], []]
    wrong = get(client_of, "ada", f"{LIST}?edited_since=yesterday")
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["edited_since"])


def test_a_row_names_its_owner_as_the_filter_does(client_of):
    make_draft_quote()
    [row] = get(client_of, "ada", LIST).json()["results"]
    assert (row["owner"], row["owner_username"]) == (make_person("ada").full_name, "ada")
    assert len(get(client_of, "ada", f"{LIST}?owner={row['owner_username']}").json()["results"]) == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_queries(rows, client_of, django_assert_num_queries):
    for number in range(rows):
        make_draft_quote(customer=make_customer(f"c{number}"))
    ada = client_of(make_person("ada"))
    ada.get(LIST)
    with django_assert_num_queries(3):
        assert len(ada.get(LIST).json()["results"]) == rows


def test_no_cost_in_the_snapshot_of_the_api(client_of):
    make_sent_quote()
    found = get(client_of, "ada", VERSION).json()
    assert found["pricing"]["margin"]["cost"]["p50"] not in json.dumps(found["snapshot"])


@pytest.mark.parametrize(
    ("accept", "status", "kind"),
    [
        ("application/pdf", 200, "application/pdf"),
        ("application/json, application/pdf", 200, "application/pdf"),
        ("*/*", 200, "application/pdf"),
        ("text/html", 406, "application/problem+json"),
    ],
)
def test_the_document_comes_to_whoever_takes_a_pdf(client_of, accept, status, kind):
    make_submitted_quote()
    client = client_of(make_person("ada"))
    answer = client.get("/api/v1/quotes/Q-2026-0001/versions/1/document/", headers={"Accept": accept})
    assert (answer.status_code, answer["Content-Type"]) == (status, kind)


def test_what_a_draft_lacks_is_a_problem_to_whoever_takes_a_pdf(client_of):
    make_draft_quote()
    client = client_of(make_person("ada"))
    answer = client.get("/api/v1/quotes/Q-2026-0001/versions/1/document/", headers={"Accept": "application/pdf"})
    assert (answer.status_code, answer["Content-Type"]) == (409, "application/problem+json")
    assert answer.json()["detail"] == "A draft has no document yet. Submit it first."
