"""Connections to CRMs over the API: the actions of the page, secrets shown once, nobody's change overwritten."""

import pytest

from core import audit
from core.api_keys import create_key
from core.models import WebhookEndpoint
from core.turning_secrets import valid_secrets
from crm.models import Connection
from crm.rules.mappings import STARTS, Terms
from quotes.actions.opportunities import link_quote
from tests.crm.sending import message, send
from tests.factories import AT, make_draft_quote

pytestmark = pytest.mark.django_db

ALL, ONE = "/api/v1/crm/connections/", "/api/v1/crm/connections/salesforce/"
NEW = {"system": "salesforce", "url": "https://relay.example/hooks", "seller": "ada"}


@pytest.fixture
def call(ivo, client_of):
    ivos = client_of(ivo)

    def call(method, url, body=None, match="*", **headers):
        given = {**({"If-Match": match} if match else {}), **headers}
        return getattr(ivos, method)(url, body, content_type="application/json", headers=given)

    return call


def verbs():
    return [entry.verb for entry in audit.history("crm:salesforce")]


def test_a_crm_is_connected_and_its_secrets_are_shown_once(call, ada):
    made = call("post", ALL, NEW, **{"Idempotency-Key": "k"})
    again = call("post", ALL, NEW, **{"Idempotency-Key": "k"}).json()
    found = Connection.objects.get()
    assert (made.status_code, made["Location"], found.seller) == (201, ONE, ada)
    assert valid_secrets(found, AT) == [made.json()["secret"]]
    assert made.json()["our_secret"].startswith("whsec_")
    assert (again["secret"], again["our_secret"]) == (None, None)
    for url in (ALL, ONE, f"{ONE}mapping/", f"{ONE}messages/"):
        assert "whsec_" not in call("get", url).content.decode()
    assert call("get", ALL).json()["results"] == [call("get", ONE).json()]
    assert (Terms.of(found.mapping), verbs()) == (STARTS["salesforce"], ["create_connection"])


def test_what_is_wrong_connects_nothing(call, ada, ben):
    for change, field in (
        ({"system": "My CRM"}, "system"),
        ({"url": "http://relay.example/"}, "url"),
        ({"seller": "ben"}, "seller"),
        ({"seller": "nobody"}, "seller"),
        ({"secret": "mine"}, "secret"),
    ):
        answer = call("post", ALL, {**NEW, **change})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [field]), change
    assert (Connection.objects.count(), WebhookEndpoint.objects.count()) == (0, 0)


def test_a_crm_is_connected_once(call, made):
    again = call("post", ALL, NEW)
    assert (again.status_code, list(again.json()["errors"])) == (422, ["system"])
    assert (Connection.objects.count(), WebhookEndpoint.objects.count(), verbs()) == (1, 1, ["create_connection"])


def test_who_sells_is_changed_on_the_state_that_was_seen(call, made, eve):
    seen = call("get", ONE)["ETag"]
    changed = call("patch", ONE, {"seller": "eve", "adds_customers": True}, match=seen)
    assert (changed.json()["seller"], changed.json()["adds_customers"]) == ("eve", True)
    assert call("patch", ONE, {"adds_customers": False}, match=seen).status_code == 412
    assert call("patch", ONE, {"adds_customers": False}, match="").status_code == 428
    assert call("patch", ONE, {"seller": "ivo"}).status_code == 422
    found = Connection.objects.get()
    assert (found.seller, found.adds_customers) == (eve, True)


def test_a_mapping_is_replaced_as_a_whole_or_every_mistake_is_named(call, made):
    hubspot = next(
        one for one in call("get", "/api/v1/crm/mappings/").json()["results"] if one.pop("name") == "hubspot"
    )
    seen = call("get", f"{ONE}mapping/")
    assert seen.json() == STARTS["salesforce"].stored()
    assert call("put", f"{ONE}mapping/", hubspot, match=seen["ETag"]).json() == STARTS["hubspot"].stored()
    assert call("put", f"{ONE}mapping/", hubspot, match=seen["ETag"]).status_code == 412
    for change, fields in (
        ({"fields": {"expected": "amount", "committed": "amount"}}, ["fields.committed", "fields.stage"]),
        ({"fields": {"margin": "Margin__c"}}, ["fields.margin"]),
        ({"stages": {"quote.born": "x"}}, ["stages.quote.born"]),
        ({"reads": {}}, ["reads.id"]),
        ({"won": ["closedwon"], "lost": ["closedwon"]}, ["won", "lost"]),
        ({"object": ""}, ["object"]),
    ):
        answer = call("put", f"{ONE}mapping/", {**hubspot, **change})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, fields), change
    assert Terms.of(Connection.objects.get().mapping) == STARTS["hubspot"]
    assert verbs() == ["create_connection", "change_mapping"]


def test_a_preview_is_what_would_be_told(call, made, ada):
    assert call("get", f"{ONE}preview/").json() == {"quote": None, "event": None, "message": None, "offered": []}
    version = make_draft_quote()
    number = version.quote.number
    link_quote(version.quote, system="salesforce", external_id="006A1", by=ada, at=AT)
    found = call("get", f"{ONE}preview/?number={number}&event=quote.accepted").json()
    assert (found["quote"], found["message"]["data"]["fields"]["StageName"]) == (number, "Closed Won")
    assert [one["number"] for one in found["offered"]] == [number]
    for query, field in (("number=Q-1", "number"), ("event=none", "event")):
        assert list(call("get", f"{ONE}preview/?{query}").json()["errors"]) == [field]


def test_secret_address_off_on_and_end(call, made):
    turned = call("post", f"{ONE}secrets/").json()
    assert valid_secrets(Connection.objects.get(), AT) == [turned["secret"], made.secret]
    assert turned["old_ends_at"] is not None
    moved = call("post", f"{ONE}address/", {"url": "https://y.example/"}).json()
    assert (moved["url"], moved["our_secret"][:6]) == ("https://y.example/", "whsec_")
    assert list(WebhookEndpoint.objects.values_list("url", "shape")) == [("https://y.example/", "crm")]
    assert call("post", f"{ONE}address/", {"url": "ftp://x"}).status_code == 422
    for _ in range(2):
        assert call("post", f"{ONE}disabling/").json()["disabled_at"] is not None
    assert [call("delete", f"{ONE}disabling/").status_code for _ in range(2)] == [204, 204]
    assert Connection.objects.get().disabled_at is None
    assert verbs()[1:] == ["rotate_secret", "open_address", "disable_connection", "enable_connection"]
    assert [call("delete", ONE).status_code, call("delete", ONE).status_code] == [204, 404]
    assert (Connection.objects.count(), WebhookEndpoint.objects.count()) == (0, 0)


def test_connections_are_for_those_who_keep_them_and_no_agent(made, ada, ivo, client_of, client):
    text = create_key(owner=ivo, name="a", scopes=["events:write"], expires_at=None, by=ivo, at=AT, agent=True).text
    agent = {"Authorization": f"Bearer {text}"}
    for url in (ALL, ONE, f"{ONE}mapping/", f"{ONE}preview/", f"{ONE}messages/"):
        assert client_of(ada).get(url).status_code == 404
        assert client.get(url, headers=agent).json()["type"] == "urn:quantile:problem:person-needed"
    assert client_of(ada).post(f"{ONE}secrets/", content_type="application/json").status_code == 404
    assert verbs() == ["create_connection"]


def test_lists_ask_the_same_of_the_database(call, made, django_assert_num_queries):
    for n in (1, 2, 3):
        send(made.secret, message(), name=str(n))
        call("post", ALL, {"system": f"crm-{n}", "seller": "ada"})
        for url, rows, queries in ((f"{ONE}messages/", n, 4), (ALL, n + 1, 3)):
            with django_assert_num_queries(queries):
                assert len(call("get", url).json()["results"]) == rows
