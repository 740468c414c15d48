"""Endpoints that are told of events: signed, in order, again and again, given up, replayed."""

import json
import re
from datetime import timedelta

import pytest
from django.db import transaction
from django.test import Client
from standardwebhooks import Webhook, WebhookVerificationError

from core import audit, webhooks
from core.announcing import events
from core.models import Mail, WebhookEndpoint, WebhookMessage
from core.outbox import WAITS
from core.roles import Permission, may
from docs.webhooks import PAGE, renewed
from tests.core.receiving import receiver
from tests.factories import AT, make_customer, make_draft_quote, make_sent_quote, sign

pytestmark = pytest.mark.django_db

URL = "/webhooks/"
GOOD = {"url": "https://x.example/hooks", "about": "CRM", "chosen": ["quote.sent", "contract.created"]}
LATER = AT + timedelta(hours=1)


@pytest.fixture
def server(settings):
    with receiver() as found:
        settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"127.0.0.1"})
        yield found


@pytest.fixture
def made(ivo, server):
    """An endpoint for everything, and its secret."""
    every = [event.name for event in events()]
    return webhooks.create_endpoint(url=server.url, about="", chosen=every, by=ivo, at=AT)


def happen(verb: str, subject: str = "quote:Q-1", **data) -> None:
    audit.record("ada", verb, subject, at=AT, data=data)


def test_what_happens_is_told_signed_and_in_order(made, server):
    happen("submit", version=1, sha256="ab", note="ZZCANARY between us")
    happen("edit_version", version=1)  # no event
    happen("decide", version=1, decision="approve", rules=["margin"], comment="ZZCANARY", margin="12")
    happen("deliver", "contract:C-1", target="ledger", reference="L-1", reason="ZZCANARY")
    assert webhooks.sweep(at=LATER) == 3
    told = [json.loads(body) for _headers, body in server.got]
    assert [one["type"] for one in told] == ["quote.submitted", "approval.decided", "delivery.succeeded"]
    assert told[0] == {
        "type": "quote.submitted",
        "timestamp": "2026-11-24T18:00:00Z",
        "data": {"quote": "Q-1", "version": 1, "sha256": "ab"},
    }
    assert told[1]["data"] == {"quote": "Q-1", "version": 1, "decision": "approve", "rules": ["margin"]}
    assert not any("ZZCANARY" in body for _headers, body in server.got)
    for headers, body in server.got:
        Webhook(made.secret).verify(body, headers)
    headers, body = server.got[0]
    with pytest.raises(WebhookVerificationError):
        Webhook(made.secret).verify(body.replace("Q-1", "Q-2"), headers)
    assert webhooks.sweep(at=LATER) == 0


def test_what_did_not_happen_is_not_told(made):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        happen("submit")
        raise ZeroDivisionError
    assert WebhookMessage.objects.count() == 0


def test_only_chosen_events_of_endpoints_that_are_on(ivo, server):
    chosen = webhooks.create_endpoint(url=server.url, about="", chosen=["quote.sent"], by=ivo, at=AT).endpoint
    off = webhooks.create_endpoint(url=server.url, about="", chosen=["quote.sent"], by=ivo, at=AT).endpoint
    webhooks.disable(off, why="", by=ivo, at=AT)
    happen("submit")
    happen("send")
    assert [(one.endpoint, one.event) for one in WebhookMessage.objects.all()] == [(chosen, "quote.sent")]


def test_a_whole_deal_is_told(made, server):
    sign(make_sent_quote(customer=make_customer()))
    told = list(WebhookMessage.objects.order_by("pk").values_list("event", flat=True))
    stations = ["submitted", "approved", "sent", "signed", "accepted"]
    assert [one for one in told if one != "approval.decided"] == [
        *(f"quote.{one}" for one in stations),
        "contract.created",
    ]
    keys = {key for body in WebhookMessage.objects.values_list("body", flat=True) for key in json.loads(body)["data"]}
    assert keys <= {"quote", "version", "sha256", "decision", "rules", "total", "contract", "reference"}


def test_nothing_overtakes_what_was_not_taken(made, server):
    happen("submit")
    happen("approve")
    server.answers = [500]
    assert webhooks.sweep(at=AT) == 0
    first = WebhookMessage.objects.earliest("pk")
    assert (first.state, first.attempts, first.status, first.next_at) == ("pending", 1, 500, AT + WAITS[0])
    assert webhooks.sweep(at=AT + WAITS[0] - timedelta(seconds=1)) == 0
    assert len(server.got) == 1
    assert webhooks.sweep(at=AT + WAITS[0]) == 2
    assert [json.loads(body)["type"] for _h, body in server.got] == [
        "quote.submitted",
        "quote.submitted",
        "quote.approved",
    ]
    assert server.got[0][0]["webhook-id"] == server.got[1][0]["webhook-id"]


@pytest.mark.parametrize(("asked", "waits"), [("600", 600), ("1", 5), ("9999999", 86400), ("soon", 5)])
def test_it_waits_as_long_as_the_receiver_asks_but_no_more_than_a_day(made, server, asked, waits):
    happen("submit")
    server.answers, server.headers = [503], {"Retry-After": asked}
    assert webhooks.sweep(at=AT) == 0
    assert WebhookMessage.objects.get().next_at == AT + timedelta(seconds=waits)


def test_one_worker_sends_at_a_time_and_a_dead_one_is_taken_over(made, server):
    happen("submit")
    WebhookEndpoint.objects.update(busy_until=AT + webhooks.LEASE)
    assert webhooks.sweep(at=AT) == 0
    assert webhooks.sweep(at=AT + webhooks.LEASE + timedelta(seconds=1)) == 1


def test_one_slow_receiver_does_not_hold_up_another(made, ivo, server):
    webhooks.create_endpoint(url="http://127.0.0.1:1/", about="", chosen=["quote.sent"], by=ivo, at=AT)
    happen("send")
    assert webhooks.sweep(at=AT) == 1
    assert sorted(WebhookMessage.objects.values_list("state", flat=True)) == ["pending", "sent"]


def test_a_sweep_ends_while_it_holds_its_lease(made, server, monkeypatch):
    happen("submit")
    happen("approve")
    monkeypatch.setattr(webhooks, "ENOUGH", timedelta(0))
    assert webhooks.sweep(at=AT) == 0
    assert WebhookEndpoint.objects.get().busy_until is None
    monkeypatch.undo()
    assert webhooks.sweep(at=AT) == 2


def test_after_three_days_it_is_switched_off_and_somebody_is_told(made, server, ivo):
    happen("submit")
    server.answers = [503] * 20
    at = AT
    for wait in WAITS:
        webhooks.sweep(at=at)
        at += wait
    assert WebhookEndpoint.objects.get().disabled_at is None
    webhooks.sweep(at=at)
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.disabled_at, endpoint.why_disabled) == (at, "It answered 503 to quote.submitted.")
    letter = Mail.objects.get()
    assert (letter.to, letter.subject) == (ivo.email, f"A webhook was switched off: {server.url}")
    happen("approve")
    assert webhooks.sweep(at=at + timedelta(days=1)) == 0
    server.answers = []
    webhooks.enable(endpoint, by=ivo, at=at)
    assert webhooks.sweep(at=at) == 1
    assert WebhookMessage.objects.get().state == "sent"


def test_a_receiver_that_says_gone_is_believed_at_once(made, server):
    happen("submit")
    server.answers = [410]
    webhooks.sweep(at=AT)
    assert WebhookEndpoint.objects.get().disabled_at == AT


def test_for_a_day_both_secrets_sign(made, server, ivo):
    new = webhooks.rotate_secret(made.endpoint, by=ivo, at=AT)
    for hours, holds in ((23, [made.secret, new]), (25, [new])):
        at = AT + timedelta(hours=hours)
        webhooks.send_test(made.endpoint, by=ivo, at=at)
        webhooks.sweep(at=at)
        headers, body = server.got[-1]
        for secret in (made.secret, new):
            if secret in holds:
                Webhook(secret).verify(body, headers)
            else:
                with pytest.raises(WebhookVerificationError):
                    Webhook(secret).verify(body, headers)


def test_a_secret_is_encrypted_at_rest_and_shown_once(ivo, client_of):
    client = client_of(ivo)
    [secret] = re.findall(r'id="secret">(whsec_[^<]+)<', client.post(URL, GOOD).content.decode())
    endpoint = WebhookEndpoint.objects.get()
    assert secret not in endpoint.sealed
    assert webhooks.valid_secrets(endpoint, AT) == [secret]
    assert secret not in client.get(f"{URL}{endpoint.pk}/").content.decode()
    assert secret not in client.get(URL).content.decode()
    entry = audit.history(f"webhook:{endpoint.pk}").get()
    assert (entry.verb, secret in json.dumps(entry.data)) == ("create_endpoint", False)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"url": "http://x.example/"}, "must begin with https"),
        ({"url": "https://u:p@x.example/"}, "Leave user name"),
        ({"url": "https://192.168.0.1/hooks"}, "192.168.0.1 is an address inside a network"),
        ({"chosen": []}, "required"),
        ({"chosen": ["quote.invented"]}, "quote.invented"),
    ],
)
def test_what_cannot_be_taken_changes_nothing(ivo, client_of, given, message):
    answer = client_of(ivo).post(URL, {**GOOD, **given})
    assert (answer.status_code, WebhookEndpoint.objects.count(), audit.newest().count()) == (422, 0, 0)
    assert message in answer.content.decode()


def test_the_pages_of_an_endpoint(mia, made, server, client_of):
    client, path = client_of(mia), f"{URL}{made.endpoint.pk}/"
    assert client.post(f"{path}test/").status_code == 303
    message = WebhookMessage.objects.get()
    assert (message.event, message.state, message.status) == ("test.ping", "sent", 200)
    assert client.post(f"{path}messages/{message.pk}/replay/").status_code == 303
    again = WebhookMessage.objects.latest("pk")
    assert (again.name, again.body, again.state) == (message.name, message.body, "pending")
    assert client.post(f"{path}messages/{again.pk}/replay/").status_code == 409
    assert client.post(path, {**GOOD, "url": "https://y.example/"}).status_code == 303
    assert client.post(f"{path}switch/").status_code == 303
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.url, endpoint.events, endpoint.disabled_at is not None) == (
        "https://y.example/",
        sorted(GOOD["chosen"]),
        True,
    )
    client.post(f"{path}switch/")
    assert WebhookEndpoint.objects.get().disabled_at is None
    assert "whsec_" in client.post(f"{path}rotation/").content.decode()
    for name in ("test", "switch", "rotation", "removal", f"messages/{again.pk}/replay"):
        assert client.get(f"{path}{name}/").status_code == 405
    assert client.post(f"{path}removal/")["Location"] == URL
    assert WebhookEndpoint.objects.count() == 0


@pytest.mark.parametrize(
    "name", ["", "1/", "1/test/", "1/switch/", "1/rotation/", "1/removal/", "1/messages/1/replay/"]
)
def test_webhooks_are_for_those_who_keep_them(name, made, ada, ben, client_of):
    assert not may(ben, Permission.MANAGE_WEBHOOKS)
    path = URL + name.replace("1/", f"{made.endpoint.pk}/", 1)
    for person in (ada, ben):
        assert client_of(person).post(path, GOOD).status_code == 404
    assert Client().post(path, GOOD).status_code == 302
    endpoint = WebhookEndpoint.objects.get()
    assert (endpoint.sealed, endpoint.disabled_at) == (made.endpoint.sealed, None)


def test_nobody_who_listens_costs_one_look(django_assert_num_queries):
    draft = make_draft_quote()
    subject = f"quote:{draft.quote.number}"
    with django_assert_num_queries(3):
        audit.record(None, "edit_version", subject, at=AT)
    with django_assert_num_queries(4):
        audit.record(None, "submit", subject, at=AT)


def test_the_catalogue_is_that_of_the_code():
    """Write it again with `python -m docs.webhooks`."""
    page = PAGE.read_text()
    assert renewed(page) == page
    assert len({event.name for event in events()}) == len(events())
