"""Around a decision over the API: what waits, handing it on, asking others too, stand-ins. The rules are the pages'."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.utils.timezone import now

from core.api_keys import create_key
from core.models import AuditEntry
from quotes.models import Approval, Delegation
from quotes.rules.validity import today
from tests.conftest import make_person
from tests.factories import AT, make_customer, make_draft_quote, make_submitted_quote

pytestmark = pytest.mark.django_db

APPROVALS, STAND_INS = "/api/v1/approvals/", "/api/v1/approvals/stand-ins/"
QUOTE = "/api/v1/quotes/Q-2026-0001/"


def days(first: int, last: int) -> dict[str, str]:
    here = today(now(), settings.SELLER["zone"])
    return {name: str(here + timedelta(days=n)) for name, n in (("first", first), ("last", last))}


@pytest.fixture
def call(client_of):
    def send(person, method, url, body=None, **headers):
        return getattr(client_of(person), method)(url, body, content_type="application/json", headers=headers)

    return send


@pytest.fixture
def people(ada, ben, fay):
    return ada, ben, fay


def test_what_waits_says_what_to_decide_on(call, people):
    ada, ben, fay = people
    version = make_submitted_quote()
    [found] = call(ben, "get", APPROVALS).json()["results"]
    assert (found["quote"], found["version"], found["sha256"]) == ("Q-2026-0001", 1, version.sha256)
    assert (found["customer"], found["owner"], found["why_not"]) == ("acme", "Ada Lindqvist", None)
    assert (found["committed"], set(found["bill"])) == (f"{version.committed_total:.2f}", {"p10", "p50", "p90"})
    assert call(fay, "get", APPROVALS).json()["results"] == []
    assert call(ada, "get", APPROVALS).status_code == 404


def test_ben_hands_it_on_to_fay_who_decides(call, people):
    _, ben, fay = people
    version = make_submitted_quote()
    handed = call(ben, "post", f"{QUOTE}reassignment/", {"to": "fay"})
    assert (handed.status_code, [one["assignee"] for one in handed.json()["approvals"]]) == (201, ["Fay Moreau"])
    decision = {"decision": "approve", "sha256": version.sha256, "comment": "Fine."}
    assert call(ben, "post", f"{QUOTE}decisions/", decision).status_code == 409
    decided = call(fay, "post", f"{QUOTE}decisions/", decision).json()
    assert (decided["status"], decided["approvals"][0]["comment"]) == ("approved", "Fine.")


def test_ada_asks_fay_too_and_once(call, people):
    ada, ben, _ = people
    make_submitted_quote()
    body = {"to": "fay", "why": "New ground."}
    asked = call(ada, "post", f"{QUOTE}further-approvals/", body)
    assert [(one["asked_by"], one["assignee"]) for one in asked.json()["approvals"]] == [
        (None, None),
        ("Ada Lindqvist", "Fay Moreau"),
    ]
    again = call(ben, "post", f"{QUOTE}further-approvals/", body)
    assert (again.status_code, list(again.json()["errors"])) == (422, ["to"])
    assert Approval.objects.count() == 2


WRONG = [
    ("ben", "reassignment/", {"to": "ada"}, 422, ["to"]),
    ("ben", "reassignment/", {"to": "ben"}, 422, ["to"]),
    ("ben", "reassignment/", {}, 422, ["to"]),
    ("fay", "reassignment/", {"to": "ben"}, 409, []),
    ("ada", "reassignment/", {"to": "fay"}, 404, []),
    ("eve", "further-approvals/", {"to": "fay", "why": "x"}, 404, []),
    ("pia", "further-approvals/", {"to": "fay", "why": "x"}, 403, []),
    ("ada", "further-approvals/", {"to": "fay"}, 422, ["why"]),
    ("ada", "further-approvals/", {"to": "fay", "why": " "}, 422, ["why"]),
    ("ada", "further-approvals/", {"to": "nobody", "why": "x"}, 422, ["to"]),
]


def test_what_is_wrong_changes_nothing(call, people, eve):
    make_submitted_quote()
    before = AuditEntry.objects.count()
    for who, where, body, status, fields in WRONG:
        answer = call(make_person(who), "post", f"{QUOTE}{where}", body)
        assert (answer.status_code, list(answer.json().get("errors", []))) == (status, fields), (who, where, body)
    [seat] = Approval.objects.all()
    assert (seat.assignee, AuditEntry.objects.count()) == (None, before)


def test_nothing_is_asked_of_a_draft(call, people):
    ada, ben, _ = people
    make_draft_quote()
    assert call(ben, "post", f"{QUOTE}reassignment/", {"to": "fay"}).status_code == 409
    assert call(ada, "post", f"{QUOTE}further-approvals/", {"to": "fay", "why": "x"}).status_code == 409


def test_a_stand_in_is_named_seen_by_both_and_ended(call, people):
    ada, ben, fay = people
    made = call(ben, "post", STAND_INS, {"to": "fay", **days(0, 3)})
    assert (made.status_code, made.json()["absent"], made.json()["stand_in"]) == (201, "ben", "fay")
    assert [call(one, "get", STAND_INS).json()["results"] for one in (ben, fay)] == [[made.json()]] * 2
    version = make_submitted_quote()
    done = call(fay, "post", f"{QUOTE}decisions/", {"decision": "approve", "sha256": version.sha256}).json()
    assert [one["on_behalf_of"] for one in done["approvals"]] == ["Ben Okafor"]
    one = f"{STAND_INS}{made.json()['id']}/"
    assert [call(who, "delete", one).status_code for who in (ada, fay, ben, ben)] == [404, 404, 204, 409]
    assert call(ben, "get", STAND_INS).json()["results"] == []


NO_STAND_INS = [
    ({"to": "ada", **days(1, 2)}, 422),
    ({"to": "ben", **days(1, 2)}, 409),
    ({"to": "fay", **days(2, 1)}, 409),
    ({"to": "fay", **days(-3, -2)}, 409),
    ({"to": "fay", "first": "tomorrow", "last": "2099-01-01"}, 422),
    ({"to": "fay"}, 422),
]


def test_a_stand_in_that_cannot_be_is_not_named(call, people):
    for body, status in NO_STAND_INS:
        assert call(people[1], "post", STAND_INS, body).status_code == status, body
    assert Delegation.objects.count() == 0


def test_an_agent_sees_what_waits_and_asks_for_more_but_leaves_seats_to_people(ada, ben, fay, client):
    make_submitted_quote()

    def key(owner, *scopes):
        made = create_key(owner=owner, name="a", scopes=scopes, expires_at=None, by=owner, at=AT, agent=True)
        return {"Authorization": f"Bearer {made.text}"}

    bens, adas = key(ben, "quotes:read"), key(ada, "quotes:read", "quotes:submit")
    for url in (STAND_INS, f"{QUOTE}reassignment/"):
        answer = client.post(url, {"to": "fay"}, content_type="application/json", headers=bens).json()
        assert (answer["type"], "http" in answer["decide_at"]) == ("urn:quantile:problem:person-needed", True)
    assert len(client.get(APPROVALS, headers=bens).json()["results"]) == 1
    body = {"to": "fay", "why": "Look."}
    answer = client.post(f"{QUOTE}further-approvals/", body, content_type="application/json", headers=adas)
    assert (answer.status_code, Delegation.objects.count()) == (201, 0)


def test_who_decides_is_listed(call, people):
    found = call(people[0], "get", f"{APPROVALS}deciders/").json()["results"]
    assert found == [
        {"username": "ben", "name": "Ben Okafor", "roles": ["deal_desk"]},
        {"username": "fay", "name": "Fay Moreau", "roles": ["finance"]},
    ]


def test_lists_ask_the_same_of_the_database(call, people, client_of, django_assert_num_queries):
    _, ben, _ = people
    acme, bens = make_customer(), client_of(ben)
    for count in (1, 2, 3):
        make_submitted_quote(customer=acme)
        assert call(ben, "post", STAND_INS, {"to": "fay", **days(10 * count, 10 * count)}).status_code == 201
        for url, rows, queries in ((APPROVALS, count, 6), (STAND_INS, count, 3), (f"{APPROVALS}deciders/", 2, 3)):
            with django_assert_num_queries(queries):
                assert len(bens.get(url).json()["results"]) == rows
