import json

import pytest
from django.db import OperationalError

from catalog.models import Meter
from core.models import AuditEntry
from metering.actions import ingest
from metering.models import DailyUsage, UsageEvent
from tests.core.test_api_keys import make_key
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
    ("body", "status", "said"),
    [
        ("[]", 422, "send one CloudEvent"),
        ("{", 422, "body: this is not JSON"),
        ("[" * 100_000, 422, "body: this is not JSON"),
        (json.dumps([{}] * 5001), 413, "body: at most 5,000 events at a time; these are 5,001."),
        (" " * (8 * 1024**2 + 1), 413, "body: at most 8 MB at a time."),
    ],
    ids=["none", "cut", "deep", "many", "large"],
)
def test_what_is_no_batch_is_a_problem(ivo, client_of, body, status, said):
    answer = client_of(ivo).post(URL, body, content_type="application/json")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert said in answer.json()["detail"]


def test_lines_are_answered_one_by_one(ivo, client_of):
    make_acme()
    lines = [json.dumps(event("e1")), "", "{cut", "[1]", json.dumps(event("e2"))]
    answer = client_of(ivo).post(URL, "\n".join(lines), content_type="application/x-ndjson").json()
    assert [(one["id"], one["status"], one.get("reason", "")) for one in answer["events"]] == [
        ("e1", "accepted", ""),
        ("", "rejected", "not a JSON object on one line."),
        ("", "rejected", "not a JSON object."),
        ("e2", "accepted", ""),
    ]


def test_no_digit_of_a_number_is_lost(ivo, client_of):
    make_acme()
    body = json.dumps(event("e1")).replace('"value": "100"', '"value": 123456789012345678.000001')
    assert client_of(ivo).post(URL, body, content_type="application/json").json()["accepted"] == 1
    assert str(UsageEvent.objects.get().value) == "123456789012345678.000001"


def test_a_fault_records_nothing_of_the_batch(ivo, client_of, monkeypatch):
    make_acme()

    def broken(*args, **kwargs):
        raise OperationalError("canceling statement due to lock timeout")

    monkeypatch.setattr(ingest, "count_sources", broken)
    answer = send(client_of(ivo), [event("e1")])
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert not UsageEvent.objects.exists()
    assert not DailyUsage.objects.exists()


def with_key(text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {text}"}


def test_a_program_sends_with_its_key(ivo, client):
    make_acme()
    key, text = make_key(ivo)
    body = [event("e1"), event("v1", data={"voids": "e1"})]
    answer = client.post(URL, json.dumps(body), "application/cloudevents-batch+json", headers=with_key(text))
    assert (answer.status_code, answer.json()["accepted"]) == (200, 2)
    assert AuditEntry.objects.get(verb="corrected").by == f"ivo by key {key.prefix}"
    key.refresh_from_db()
    assert key.last_used_at


@pytest.mark.parametrize(
    ("scopes", "spoil", "status", "kind"),
    [(["usage:read"], "", 403, "scope-missing"), (["events:write"], "x", 401, "key-refused")],
    ids=["scope", "wrong"],
)
def test_a_key_that_does_not_fit_records_nothing(ivo, client, scopes, spoil, status, kind):
    make_acme()
    text = make_key(ivo, scopes=scopes).text + spoil
    answer = client.post(URL, json.dumps([event()]), "application/json", headers=with_key(text))
    assert (answer.status_code, answer.json()["type"]) == (status, f"urn:quantile:problem:{kind}")
    assert not UsageEvent.objects.exists()


def test_a_key_reads_usage_within_its_scope(ivo, client):
    make_acme()
    address = "/api/v1/customers/acme/usage/"
    reads, writes = (make_key(ivo, scopes=[scope]).text for scope in ("usage:read", "events:write"))
    assert [client.get(address, headers=with_key(text)).status_code for text in (reads, writes)] == [200, 403]


def test_a_key_opens_no_page_and_nothing_else(ivo, client):
    text = make_key(ivo, scopes=["usage:read", "events:write"]).text
    assert client.get("/api/v1/customers/", headers=with_key(text)).status_code == 403
    assert client.get("/usage/imports/", headers=with_key(text)).status_code == 302


@pytest.mark.parametrize(("username", "status"), [("ada", 404), ("fay", 404), ("dan", 404)])
def test_others_record_nothing(request, client_of, username, status):
    browser = client_of(request.getfixturevalue(username))
    make_acme()
    answer = send(browser, [event()])
    assert answer.status_code == status
    assert not UsageEvent.objects.exists()


def test_nobody_signed_in_is_told_so(client, db):
    answer = send(client, [event()])
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")


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
    assert answer.json()["errors"] == {
        "from": "from: Date has wrong format. Use one of these formats instead: YYYY-MM-DD."
    }


def test_usage_is_hidden_from_strangers(dan, client_of):
    make_acme()
    assert client_of(dan).get("/api/v1/customers/acme/usage/").status_code == 404


def test_a_meter_that_cannot_be_is_no_usage(ivo, client_of):
    make_acme()
    assert client_of(ivo).get("/api/v1/customers/acme/usage/?meter=none").json()["series"] == []
    assert client_of(ivo).get("/api/v1/customers/acme/usage/?meter=%00").status_code == 422


def test_usage_says_how_far_it_is_known(ivo, client_of):
    make_acme()
    browser = client_of(ivo)
    send(browser, [event("e1", time="2026-11-20T10:00:00Z")])
    send(browser, [event("e2", time="2026-11-18T10:00:00Z"), event("e3", time="2026-11-19T10:00:00Z")])
    [mark] = browser.get("/api/v1/customers/acme/usage/").json()["watermarks"]
    revised_at = mark.pop("revised_at")
    assert revised_at[:4].isdecimal()
    assert mark == {
        "meter": "tokens",
        "data_date": "2026-11-20",
        "complete_through": "2026-11-18",
        "late_events": 1,
        "revised_from": "2026-11-18",
    }


def test_hours_are_exact(ivo, client_of):
    make_acme()
    browser = client_of(ivo)
    times = ("2026-11-20T10:00:00Z", "2026-11-20T10:59:59Z", "2026-11-20T11:00:00Z", "2026-11-21T10:00:00Z")
    send(browser, [event(time, time=time, value="0.1") for time in times])
    send(browser, [event("v", data={"voids": times[2]}), event("late", time="2026-11-20T23:00:00+02:00", value="7")])
    got = browser.get("/api/v1/customers/acme/usage/hours/?meter=tokens&from=2026-11-20&until=2026-11-20").json()
    direction = {"direction": "input"}
    assert got["hours"] == [
        {"dimensions": direction, "hour": "2026-11-20T10:00:00Z", "value": "0.2", "events": 2},
        {"dimensions": direction, "hour": "2026-11-20T21:00:00Z", "value": "7", "events": 1},
    ]


def test_hours_of_a_level_that_is_held(ivo, client_of):
    make_acme()
    Meter.objects.filter(code="tokens").update(aggregation="unit_hours")
    browser = client_of(ivo)
    levels = [("2026-11-19T23:30:00Z", "8"), ("2026-11-20T01:15:00Z", "2"), ("2026-11-20T02:30:00Z", "0")]
    send(browser, [event(time, time=time, value=value) for time, value in levels])
    address = "/api/v1/customers/acme/usage/hours/?meter=tokens&from=2026-11-20&until=2026-11-20"
    got = [(one["hour"][11:16], one["value"], one["events"]) for one in browser.get(address).json()["hours"]]
    assert got == [("00:00", "8", 0), ("01:00", "3.5", 1), ("02:00", "1", 0)]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("meter=pages&from=2026-11-20&until=2026-11-20", "meter"),
        ("meter=tokens&from=2026-11-20", "until"),
        ("meter=tokens&from=2026-11-20&until=2026-11-19", "until"),
        ("meter=tokens&from=2026-11-20&until=2026-12-21", "until"),
        ("meter=tokens&from=soon&until=2026-12-21", "from"),
    ],
)
def test_hours_that_cannot_be(ivo, client_of, query, field):
    make_acme()
    answer = client_of(ivo).get(f"/api/v1/customers/acme/usage/hours/?{query}")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
