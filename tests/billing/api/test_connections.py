"""Accounts with billing systems over the API: the actions of the page, no secret out, nobody's change overwritten."""

import pytest

from billing.actions import delivering
from billing.actions.connecting import choose_routes, save_connection
from billing.models import Connection, Route
from billing.queries.handoff import account_of
from billing.targets import TARGETS
from core.api_keys import create_key
from core.models import ApiAnswer, AuditEntry
from tests.billing.picky import Picky
from tests.billing.test_connections import KEY, Keyed
from tests.factories import AT, make_account, make_seller
from tests.quotes.frozen import LATER, make_contract

pytestmark = pytest.mark.django_db

ALL, ROUTES = "/api/v1/billing/connections/", "/api/v1/billing/routes/"
ONE = f"{ALL}picky/sandbox/"
NEW = {"target": "picky", "mode": "sandbox", "options": {"workspace": "north"}, "secrets": {"api_key": KEY}}


@pytest.fixture(autouse=True)
def keyed(monkeypatch) -> None:
    monkeypatch.setitem(TARGETS, "picky", Keyed())
    monkeypatch.setitem(__import__("billing.api.connections", fromlist=["OTHERS"]).OTHERS, "picky", Keyed())


@pytest.fixture
def call(fay, client_of):
    fays = client_of(fay)

    def call(method, url, body=None, match="*", **headers):
        given = {**({"If-Match": match} if match else {}), **headers}
        return getattr(fays, method)(url, body, content_type="application/json", headers=given)

    return call


@pytest.fixture
def made(fay):
    values = {"api_key": KEY, "workspace": "north"}
    return save_connection(target="picky", mode="sandbox", base_url="", values=values, by=fay, at=AT)


def kept():
    found = Connection.objects.get(target="picky")
    return account_of(found, TARGETS["picky"]).values


def verbs():
    return list(
        AuditEntry.objects.filter(subject="connection:picky:sandbox").order_by("pk").values_list("verb", flat=True)
    )


def test_an_account_is_set_up_and_its_key_never_comes_back(call):
    answers = [call("post", ALL, NEW, **{"Idempotency-Key": "k"}) for _ in range(2)]
    assert [(one.status_code, one["Location"]) for one in answers] == [(201, ONE)] * 2
    assert kept() == {"api_key": KEY, "workspace": "north"}
    said = [*answers, *(call("get", url) for url in (ALL, ONE, ROUTES))]
    assert [KEY in one.content.decode() for one in said] == [False] * 5
    assert KEY not in str(ApiAnswer.objects.values().get())
    found = call("get", ONE).json()
    assert call("get", ALL).json()["results"] == [found]
    assert (found["code"], found["options"], found["secrets_kept"]) == (
        "picky:sandbox",
        {"workspace": "north"},
        ["api_key"],
    )
    assert (found["takes_contracts"], verbs()) == (False, ["save_connection"])


def test_an_account_is_set_up_once(call, made):
    again = call("post", ALL, {**NEW, "secrets": {"api_key": "another"}})
    assert (again.status_code, again.json()["type"]) == (409, "urn:quantile:problem:conflict")
    assert (kept()["api_key"], verbs()) == (KEY, ["save_connection"])


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"target": "ledger"}, "target"),
        ({"target": "none"}, "target"),
        ({"mode": "staging"}, "mode"),
        ({"base_url": "http://billing.example"}, "base_url"),
        ({"base_url": "https://10.0.0.1"}, "base_url"),
        ({"target": "webhook", "secrets": {"secret": "x"}, "options": {}}, "base_url"),
        ({"secrets": {}}, "api_key"),
        ({"options": {"api_key": KEY}}, "options.api_key"),
        ({"secrets": {"workspace": "north"}}, "secrets.workspace"),
        ({"key": KEY}, "key"),
    ],
)
def test_what_is_wrong_sets_nothing_up(call, change, field):
    answer = call("post", ALL, {**NEW, **change})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert KEY not in answer.content.decode()
    assert Connection.objects.count() == 0


def test_address_and_options_change_on_the_state_that_was_seen(call, made):
    seen = call("get", ONE)["ETag"]
    changed = call("patch", ONE, {"options": {"workspace": "south"}}, match=seen)
    assert changed.json()["options"] == {"workspace": "south"}
    assert [call("patch", ONE, {"base_url": "https://x.example"}, match=tag).status_code for tag in (seen, "")] == [
        412,
        428,
    ]
    assert call("patch", ONE, {"options": {"region": "eu"}}).status_code == 422
    alone = call("patch", ONE, {"base_url": "https://x.example/"}, match=changed["ETag"])
    assert (alone.status_code, list(alone.json()["errors"])) == (422, ["api_key"])
    whole = {"base_url": "https://x.example/", "secrets": {"api_key": "sk_there"}}
    moved = call("patch", ONE, whole, match=changed["ETag"]).json()
    assert (moved["base_url"], kept()) == ("https://x.example", {"api_key": "sk_there", "workspace": "south"})


def test_a_key_is_replaced(call, made):
    before = call("get", ONE)["ETag"]
    answer = call("post", f"{ONE}secrets/", {"secrets": {"api_key": "sk_new"}})
    assert (answer.status_code, answer.json()["secrets_kept"], "sk_new" in answer.content.decode()) == (
        201,
        ["api_key"],
        False,
    )
    assert kept() == {"api_key": "sk_new", "workspace": "north"}
    assert answer["ETag"] != before
    for wrong in ({}, {"secrets": {}}, {"secrets": {"workspace": "x"}}, {"secrets": {"api_key": ""}}):
        assert call("post", f"{ONE}secrets/", wrong).status_code == 422
    assert kept()["api_key"] == "sk_new"


def test_an_account_is_tried(call, made, fay):
    assert call("post", f"{ONE}tests/").json() == {"works": True, "said": "It answered, and took the key."}
    make_account(by=fay)
    trial = call("post", f"{ALL}lago/production/tests/").json()
    assert (trial["works"], trial["said"].startswith("Lago did not answer")) == (False, True)
    assert verbs() == ["save_connection", "try_connection"]


def test_routes_are_chosen_as_a_whole(call, made):
    entity = make_seller()
    seen = call("get", ROUTES)
    assert seen.json() == {"default": "ledger", "sellers": {}}
    chosen = {"default": "picky:sandbox", "sellers": {entity.code: "ledger"}}
    done = call("put", ROUTES, chosen, match=seen["ETag"])
    assert (done.status_code, done.json(), call("get", ROUTES).json()) == (200, chosen, chosen)
    assert Route.objects.get().entity == entity
    assert call("put", ROUTES, {"default": "ledger"}, match=seen["ETag"]).status_code == 412
    for wrong, field in (
        ({"default": "picky:production"}, "default"),
        ({"default": "ledger", "sellers": {"none": "ledger"}}, "sellers.none"),
        ({"default": "ledger", "sellers": {entity.code: "lago:sandbox"}}, f"sellers.{entity.code}"),
    ):
        assert list(call("put", ROUTES, wrong).json()["errors"]) == [field]
    assert call("get", ROUTES).json() == chosen
    assert call("put", ROUTES, {"default": "ledger"}).json() == {"default": "ledger", "sellers": {}}


def test_an_account_is_removed_once_nothing_goes_there(call, made, fay):
    choose_routes(default="picky:sandbox", entities={}, by=fay, at=AT)
    refused = call("delete", ONE)
    assert (refused.status_code, refused.json()["detail"]) == (
        409,
        "New contracts go to this account. Choose where they go instead, then remove it.",
    )
    choose_routes(default="", entities={}, by=fay, at=AT)
    assert [call("delete", ONE).status_code for _ in range(2)] == [204, 404]
    assert (Connection.objects.count(), verbs()) == (0, ["save_connection", "remove_connection"])


def test_an_account_that_holds_contracts_stays(call, made, fay, ada):
    choose_routes(default="picky:sandbox", entities={}, by=fay, at=AT)
    delivering.deliver(make_contract(ada).number, at=LATER)
    choose_routes(default="", entities={}, by=fay, at=AT)
    refused = call("delete", ONE)
    assert (refused.status_code, refused.json()["type"]) == (409, "urn:quantile:problem:refused")
    assert Connection.objects.get() == made


def test_systems_say_what_they_need(call):
    found = {one["target"]: one for one in call("get", "/api/v1/billing/systems/").json()["results"]}
    assert "ledger" not in found
    assert [(one["name"], one["secret"], one["required"]) for one in found["picky"]["settings"]] == [
        ("api_key", True, True),
        ("workspace", False, False),
    ]
    assert found["picky"]["refuses"] == ["volume", "matrix", "free_months", "guarantee"]


def test_accounts_are_for_those_who_keep_them_and_no_agent(made, ada, fay, client_of, client):
    text = create_key(owner=fay, name="a", scopes=["quotes:read"], expires_at=None, by=fay, at=AT, agent=True).text
    agent = {"Authorization": f"Bearer {text}"}
    for url in (ALL, ONE, ROUTES):
        assert client_of(ada).get(url).status_code == 404
        refused = client.get(url, headers=agent).json()
        assert (refused["type"].rpartition(":")[2], refused["decide_at"].endswith("/billing/")) == (
            "person-needed",
            True,
        )
    assert (
        client_of(ada)
        .post(f"{ONE}secrets/", {"secrets": {"api_key": "x"}}, content_type="application/json")
        .status_code
        == 404
    )
    assert kept()["api_key"] == KEY


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(call, fay, count, monkeypatch, django_assert_num_queries):
    for n in range(count):
        monkeypatch.setitem(TARGETS, f"t{n}", Picky())
        save_connection(target=f"t{n}", mode="sandbox", base_url="https://t.example", values={}, by=fay, at=AT)
    with django_assert_num_queries(3):
        assert len(call("get", ALL).json()["results"]) == count
