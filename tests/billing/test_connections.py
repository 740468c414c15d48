"""Accounts with billing systems: kept sealed, never shown again, and where contracts go."""

from typing import Any

import pytest

from billing.actions.connecting import choose_routes, save_connection
from billing.models import Connection, Route
from billing.queries import routing
from billing.queries.handoff import account_of
from billing.targets import TARGETS
from billing.targets.base import Rejected, Setting
from core.errors import Forbidden, Invalid
from core.models import AuditEntry
from tests.billing.picky import Picky
from tests.factories import AT, make_seller

pytestmark = pytest.mark.django_db
KEY = "sk_test_51Hq8very-secret"
KEYS = {"api_key": KEY, "secret": "whsec_1"}
PAGE = "/billing/picky/sandbox/"


class Keyed(Picky):
    settings = (Setting("api_key", "API key", secret=True), Setting("workspace", "Workspace", required=False))
    urls = {"sandbox": "https://sandbox.example", "production": "https://api.example"}


@pytest.fixture(autouse=True)
def keyed(monkeypatch) -> None:
    monkeypatch.setitem(TARGETS, "picky", Keyed())


def saved(by: Any, **values: str) -> Connection:
    given = {"api_key": KEY, "workspace": "north", **values}
    return save_connection(target="picky", mode="sandbox", base_url="", values=given, by=by, at=AT)


def test_keys_are_sealed_and_open_only_for_a_call(fay):
    connection = saved(fay)
    row = Connection.objects.values().get()
    assert KEY not in str(row)
    account = account_of(connection, TARGETS["picky"])
    assert (account["api_key"], account["workspace"], account.base_url) == (KEY, "north", "https://sandbox.example")
    assert KEY not in repr(account)


def test_an_empty_key_keeps_the_stored_one(fay):
    saved(fay)
    connection = saved(fay, api_key="", workspace="south")
    account = account_of(connection, TARGETS["picky"])
    assert (account["api_key"], account["workspace"]) == (KEY, "south")
    facts = [entry.data["new_secrets"] for entry in AuditEntry.objects.filter(verb="save_connection").order_by("pk")]
    assert facts == [["api_key"], []]


def test_what_is_missing_or_not_safe_is_named(fay):
    with pytest.raises(Invalid) as wrong:
        save_connection(target="picky", mode="sandbox", base_url="http://billing.example", values={}, by=fay, at=AT)
    assert wrong.value.errors == {
        "api_key": "API key is missing.",
        "base_url": "The address must begin with https://.",
    }
    assert Connection.objects.count() == 0


def test_a_kept_key_is_not_sent_to_another_address(fay):
    """Else whoever may change the address could have the key told to them."""
    saved(fay)
    moved = {"target": "picky", "mode": "sandbox", "base_url": "https://elsewhere.example", "by": fay, "at": AT}
    with pytest.raises(Invalid) as wrong:
        save_connection(**moved, values={"workspace": "north"})
    assert wrong.value.errors == {"api_key": "Type it again: a key is kept for one address only."}
    assert Connection.objects.get().base_url == ""
    assert save_connection(**moved, values={"api_key": KEY}).base_url == "https://elsewhere.example"


WHERE = [
    ("picky", "https://10.0.0.1", "10.0.0.1 is an address inside a network; give one of a public host."),
    ("picky", "https://localhost", "localhost is an address inside a network; give one of a public host."),
    ("picky", "https://user:word@x.example", "Leave user name, password and # out of the address."),
    ("picky", "https://x.example:22", "Use port 443 or 8443."),
    ("picky", "https://[::1", "This is not an address."),
    ("picky", "http://127.0.0.1:port", "This is not an address."),
    ("picky", f"https://x.example/{'x' * 200}", "At most 200 characters."),
    ("webhook", "http://127.0.0.1:9", "The address must begin with https://."),
    ("webhook", "", "Give the address of the system; it has no usual one."),
]


@pytest.mark.parametrize(("target", "url", "said"), WHERE)
def test_where_nothing_may_be_sent_is_refused_when_it_is_saved(fay, target, url, said):
    with pytest.raises(Invalid) as wrong:
        save_connection(target=target, mode="sandbox", base_url=url, values=KEYS, by=fay, at=AT)
    assert wrong.value.errors == {"base_url": said}
    assert Connection.objects.count() == 0


def test_a_host_that_the_operator_allows_is_taken(fay, settings):
    settings.WEBHOOK_PRIVATE_HOSTS = frozenset({"10.0.0.1"})
    for target in ("picky", "webhook"):
        save_connection(target=target, mode="sandbox", base_url="http://10.0.0.1:3000", values=KEYS, by=fay, at=AT)
    assert Connection.objects.filter(base_url="http://10.0.0.1:3000").count() == 2


def test_a_mock_is_called_only_where_one_works_on_the_same_machine(fay, settings):
    here = {"target": "picky", "mode": "sandbox", "base_url": "http://localhost:3000/x", "values": KEYS}
    assert save_connection(**here, by=fay, at=AT).base_url == "http://localhost:3000/x"
    settings.PUBLIC = True
    with pytest.raises(Invalid, match="must begin with https"):
        save_connection(**{**here, "mode": "production"}, by=fay, at=AT)


def test_what_is_kept_stays_usable_for_who_mends_it(fay, client_of):
    saved(fay)
    Connection.objects.update(base_url="https://10.0.0.1")
    client = client_of(fay)
    assert 'value="https://10.0.0.1"' in client.get(PAGE).content.decode()
    kept = {"base_url": "https://10.0.0.1", "workspace": "south"}
    assert client.post(PAGE, {**kept, "api_key": "another"}).status_code == 303
    assert account_of(Connection.objects.get(), TARGETS["picky"])["api_key"] == "another"
    refused = client.post(PAGE, {**kept, "api_key": KEY, "base_url": "https://10.0.0.2"})
    assert (refused.status_code, Connection.objects.get().base_url) == (422, "https://10.0.0.1")
    assert 'id="error-base_url"' in refused.content.decode()
    assert client.post(PAGE, {**kept, "api_key": KEY, "base_url": "https://x.example"}).status_code == 303
    assert Connection.objects.get().base_url == "https://x.example"


@pytest.mark.parametrize(("mode", "key"), [("sandbox", "sk_live_1"), ("production", "rk_test_1"), ("sandbox", "pk_1")])
def test_a_key_of_the_other_mode_is_refused(fay, mode, key):
    """Stripe's keys tell which they are of."""
    with pytest.raises(Invalid, match="this one is of another"):
        save_connection(target="stripe", mode=mode, base_url="", values={"api_key": key}, by=fay, at=AT)
    assert Connection.objects.count() == 0


def test_only_finance_and_administrators(ben, fay):
    with pytest.raises(Forbidden):
        saved(ben)
    saved(fay)
    with pytest.raises(Forbidden):
        choose_routes(default="picky:sandbox", entities={}, by=ben, at=AT)
    assert Connection.objects.filter(takes_contracts=True).count() == 0


def test_contracts_go_where_finance_says(fay):
    saved(fay)
    entity = make_seller()
    choose_routes(default="picky:sandbox", entities={entity.pk: ""}, by=fay, at=AT)
    found = routing.read()
    assert routing.target_name(found.default) == "picky"
    assert found.by_entity == {entity.pk: None}
    choose_routes(default="", entities={entity.pk: "default"}, by=fay, at=AT)
    assert routing.read() == routing.Routes({})
    assert Route.objects.count() == 0


def test_an_account_that_is_not_set_up_is_refused(fay):
    with pytest.raises(Invalid, match="not set up"):
        choose_routes(default="picky:production", entities={}, by=fay, at=AT)


class TestPages:
    def test_the_page_never_shows_a_key(self, fay, client_of):
        client = client_of(fay)
        answer = client.post(PAGE, {"api_key": KEY, "workspace": "north"})
        assert (answer.status_code, answer["Location"]) == (303, "/billing/")
        html = client.get(PAGE).content.decode()
        assert KEY not in html
        assert "kept; leave empty to keep it" in html
        assert 'value="north"' in html
        assert KEY not in client.get("/billing/").content.decode()

    def test_what_is_wrong_stands_at_its_field_and_what_was_typed_stays(self, fay, client_of):
        answer = client_of(fay).post(PAGE, {"api_key": "", "workspace": "north"}, headers={"HX-Request": "true"})
        html = answer.content.decode()
        assert answer.status_code == 422
        assert "API key is missing." in html
        assert 'value="north"' in html

    def test_finance_chooses_where_contracts_go(self, fay, client_of):
        saved(fay)
        entity = make_seller()
        data = {"default": "picky:sandbox", f"entity-{entity.pk}": "default"}
        assert client_of(fay).post("/billing/routes/", data).status_code == 303
        assert Connection.objects.get().takes_contracts is True
        html = client_of(fay).get("/billing/").content.decode()
        assert '<option value="picky:sandbox" selected>' in html
        assert client_of(fay).post("/billing/routes/", {"default": "lago:sandbox"}).status_code == 422

    @pytest.mark.parametrize(("fault", "said"), [(None, "It works"), (Rejected("No such key."), "It does not")])
    def test_finance_tries_an_account(self, fay, client_of, monkeypatch, fault, said):
        saved(fay)

        def read_back(_target, _reference, *, account):
            if fault:
                raise fault

        monkeypatch.setattr(Keyed, "read_back", read_back)
        client = client_of(fay)
        part = client.post(f"{PAGE}trial/", headers={"HX-Request": "true"}).content.decode()
        page = client.post(f"{PAGE}trial/").content.decode()
        assert (said in part, said in page, "<h1" in part, "<h1" in page) == (True, True, False, True)
        assert (str(fault or "") in part, KEY in part) == (True, False)

    def test_finance_removes_an_account_that_nothing_goes_to(self, fay, client_of):
        saved(fay)
        choose_routes(default="picky:sandbox", entities={}, by=fay, at=AT)
        refused = client_of(fay).post(f"{PAGE}removal/")
        assert (refused.status_code, Connection.objects.count()) == (409, 1)
        choose_routes(default="", entities={}, by=fay, at=AT)
        done = client_of(fay).post(f"{PAGE}removal/")
        assert (done.status_code, done["Location"], Connection.objects.count()) == (303, "/billing/", 0)
        saved(fay)
        htmx = client_of(fay).post(f"{PAGE}removal/", headers={"HX-Request": "true"})
        assert (htmx["HX-Redirect"], Connection.objects.count()) == ("/billing/", 0)

    def test_of_an_account_that_is_not_set_up_nothing_is_tried_or_removed(self, fay, client_of):
        client = client_of(fay)
        assert [client.post(f"{PAGE}{verb}/").status_code for verb in ("trial", "removal")] == [404, 404]
        assert [client.get(f"{PAGE}{verb}/").status_code for verb in ("trial", "removal")] == [405, 405]

    @pytest.mark.parametrize("name", ["ada", "ben", "ivo", "dan"])
    @pytest.mark.parametrize("verb", ["trial", "removal"])
    def test_strangers_neither_try_nor_remove(self, name, verb, fay, request, client_of):
        saved(fay)
        assert client_of(request.getfixturevalue(name)).post(f"{PAGE}{verb}/").status_code == 404
        assert (Connection.objects.count(), AuditEntry.objects.filter(verb="try_connection").count()) == (1, 0)

    @pytest.mark.parametrize("name", ["ada", "ben", "ivo", "dan"])
    def test_strangers_get_404_and_change_nothing(self, name, request, client_of):
        client = client_of(request.getfixturevalue(name))
        codes = [client.get("/billing/").status_code, client.get(PAGE).status_code, client.post(PAGE, {}).status_code]
        assert [*codes, client.post("/billing/routes/", {"default": ""}).status_code] == [404] * 4
        assert Connection.objects.count() == 0

    def test_the_ledger_and_unknown_systems_have_no_account(self, fay, client_of):
        paths = ("/billing/ledger/sandbox/", "/billing/nobody/sandbox/", "/billing/picky/staging/")
        assert [client_of(fay).get(path).status_code for path in paths] == [404, 404, 404]

    def test_wrong_methods(self, fay, client_of):
        client = client_of(fay)
        assert (client.get("/billing/routes/").status_code, client.post("/billing/").status_code) == (405, 405)
