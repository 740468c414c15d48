import json

import pytest

from metering.models import UsageEvent
from tests.metering.events import event, make_acme

URL = "/api/v1/events/"


def send(client, body, content_type="application/json"):
    return client.post(URL, json.dumps(body), content_type=content_type)


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
        ([event("e1"), event("e2")], "application/cloudevents-batch+json"),
        (event("e1"), "application/cloudevents+json"),
        ([event("e1")], "application/json"),
    ],
    ids=["batch", "single", "plain"],
)
def test_events_are_recorded(ivo, client_of, body, content_type):
    make_acme()
    answer = send(client_of(ivo), body, content_type)
    count = len(body) if isinstance(body, list) else 1
    assert answer.status_code == 200
    assert answer.json()["accepted"] == UsageEvent.objects.count() == count


def test_each_event_gets_its_answer(ivo, client_of):
    make_acme()
    answer = send(client_of(ivo), [event("e1"), event("e1"), event("e2", value="1e18"), {}]).json()
    assert answer == {
        "accepted": 1,
        "duplicate": 1,
        "rejected": 2,
        "events": [
            {"id": "e1", "status": "accepted"},
            {"id": "e1", "status": "duplicate"},
            {"id": "e2", "status": "rejected", "reason": "value: 1E+18 is not below 1E+18."},
            {"id": "", "status": "rejected", "reason": "type: missing."},
        ],
    }


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ([], "Send one CloudEvent"),
        ("text", "Send one CloudEvent"),
        ([1], "Send one CloudEvent"),
        ([{}] * 1001, "At most 1,000 events at a time; these are 1,001."),
    ],
    ids=["none", "text", "numbers", "many"],
)
def test_what_is_no_batch_is_a_problem(ivo, client_of, body, said):
    answer = send(client_of(ivo), body)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(("username", "status"), [("ada", 404), ("fay", 404), ("dan", 404)])
def test_others_record_nothing(request, client_of, username, status):
    browser = client_of(request.getfixturevalue(username))
    make_acme()
    answer = send(browser, [event()])
    assert answer.status_code == status
    assert not UsageEvent.objects.exists()


def test_nobody_signed_in_is_told_so(client, db):
    assert send(client, [event()]).status_code == 401


def test_events_are_not_read_here(ivo, client_of):
    assert client_of(ivo).get(URL).status_code == 405


def test_usage_is_exact_and_narrowed(ivo, client_of):
    make_acme()
    browser = client_of(ivo)
    send(browser, [event("e1", value="0.000001"), event("e2", time="2026-11-21T10:00:00Z")])
    got = browser.get("/api/v1/customers/acme/usage/?from=2026-11-20&until=2026-11-20&meter=tokens").json()
    assert got["series"] == [
        {
            "meter": "tokens",
            "dimensions": {"direction": "input"},
            "days": [{"day": "2026-11-20", "value": "0.000001"}],
        }
    ]


def test_a_wrong_day_is_named(ivo, client_of):
    make_acme()
    answer = client_of(ivo).get("/api/v1/customers/acme/usage/?from=soon")
    assert answer.status_code == 422
    assert answer.json()["errors"] == {"from": 'from: "soon" is not a day such as 2026-11-02.'}


def test_usage_is_hidden_from_strangers(dan, client_of):
    make_acme()
    assert client_of(dan).get("/api/v1/customers/acme/usage/").status_code == 404


def test_a_meter_that_cannot_be_is_no_usage(ivo, client_of):
    make_acme()
    assert client_of(ivo).get("/api/v1/customers/acme/usage/?meter=%00").json()["series"] == []
