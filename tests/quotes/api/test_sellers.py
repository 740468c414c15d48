"""Selling entities and saved views over the API: the actions of the pages, and nobody's change overwritten."""

import base64

import pytest
from django.urls import reverse

from core import audit
from core.api_keys import create_key
from quotes.actions.saved_views import save_view
from quotes.models import SavedView, SellingEntity
from tests.factories import AT, make_book, make_seller, picture

pytestmark = pytest.mark.django_db

SELLERS, VIEWS = "/api/v1/sellers/", "/api/v1/views/"
ONE = f"{SELLERS}northlight-eu/"
NEW = {
    "code": "northlight-uk",
    "name": "Northlight",
    "legal_name": "Northlight AI Ltd",
    "address": "1 Finsbury Avenue\nLondon",
    "email": "quotes@northlight.example",
    "zone": "Europe/London",
}


@pytest.fixture
def call(client_of):
    def send(person, method, url, body=None, match="*"):
        headers = {"If-Match": match} if match else {}
        return getattr(client_of(person), method)(url, body, content_type="application/json", headers=headers)

    return send


def test_an_entity_is_added_and_changed_on_the_state_that_was_seen(call, pia, ben):
    make_book()
    made = call(pia, "post", SELLERS, {**NEW, "books": ["tests"], "countersigner": "ben"})
    assert (made.status_code, made["Location"]) == (201, f"{SELLERS}northlight-uk/")
    one = made["Location"]
    assert call(ben, "get", one).json() == made.json() == call(ben, "get", SELLERS).json()["results"][0]
    assert (made.json()["is_default"], made.json()["books"], made.json()["countersigner"]) == (True, ["tests"], "ben")
    changed = call(pia, "patch", one, {"footer": "Company 1234", "countersigner": None}, made["ETag"])
    assert (changed.json()["footer"], changed.json()["countersigner"]) == ("Company 1234", None)
    assert [call(pia, "patch", one, {"footer": "x"}, tag).status_code for tag in (made["ETag"], "")] == [412, 428]
    assert SellingEntity.objects.get().footer == "Company 1234"
    assert [entry.verb for entry in audit.history("seller:northlight-uk")] == ["add_seller", "change_seller"]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"code": "Northlight UK"}, "code"),
        ({"code": "northlight-eu"}, "code"),
        ({"zone": "Mars/Olympus"}, "zone"),
        ({"accent": "#ffff00"}, "accent"),
        ({"books": ["none"]}, "books"),
        ({"countersigner": "dan"}, "countersigner"),
        ({"paper": "A5"}, "paper"),
        ({"logo": "x"}, "logo"),
    ],
)
def test_what_is_wrong_adds_nothing(call, pia, dan, change, field):
    make_seller()
    answer = call(pia, "post", SELLERS, {**NEW, **change})
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [field])
    assert SellingEntity.objects.count() == 1


def test_a_book_that_another_sells_is_named_as_it_was_sent(call, pia):
    make_book()
    make_seller()
    assert call(pia, "post", SELLERS, {**NEW, "books": ["tests"]}).status_code == 201
    again = {**NEW, "code": "northlight-fr", "books": ["tests"]}
    refused = [call(pia, "post", SELLERS, again), call(pia, "patch", ONE, {"books": ["tests"]})]
    assert [(one.status_code, list(one.json()["errors"])) for one in refused] == [(422, ["books"])] * 2


def test_a_logo_is_kept_as_its_pixels_and_taken_away(call, pia):
    seen = call(pia, "get", ONE) if make_seller() else None
    put = call(pia, "put", f"{ONE}logo/", {"picture": base64.b64encode(picture()).decode()}, seen["ETag"])
    assert (put.status_code, len(put.json()["logo"])) == (200, 64)
    assert (
        call(pia, "put", f"{ONE}logo/", {"picture": base64.b64encode(picture()).decode()}, seen["ETag"]).status_code
        == 412
    )
    for wrong in ("no base64!", base64.b64encode(b"GIF89a").decode()):
        refused = call(pia, "put", f"{ONE}logo/", {"picture": wrong})
        assert (refused.status_code, list(refused.json()["errors"])) == (422, ["picture"])
    assert call(pia, "get", ONE).json()["logo"] == put.json()["logo"]
    assert call(pia, "delete", f"{ONE}logo/").status_code == 204
    assert call(pia, "get", ONE).json()["logo"] is None


def test_who_may_not_edit_changes_nothing_and_agents_are_sent_to_a_person(call, ada, ivo, pia, client):
    make_seller()
    assert [call(person, "patch", ONE, {"footer": "x"}).status_code for person in (ada, ivo)] == [409, 404]
    assert call(ada, "post", SELLERS, NEW).status_code == 409
    text = create_key(owner=pia, name="a", scopes=["quotes:read"], expires_at=None, by=pia, at=AT, agent=True).text
    refused = client.post(SELLERS, NEW, content_type="application/json", headers={"Authorization": f"Bearer {text}"})
    assert (refused.status_code, refused.json()["decide_at"].endswith(reverse("quotes:sellers"))) == (403, True)
    assert SellingEntity.objects.get().footer == ""


def test_a_view_is_kept_changed_and_removed(call, ada):
    made = call(ada, "post", VIEWS, {"name": "Large", "query": "?status=draft&least=1000&mine=1"})
    one = made["Location"]
    assert (made.status_code, made.json()["query"]) == (201, "?status=draft&mine=1&least=1000")
    assert call(ada, "post", VIEWS, {"name": "Large", "query": ""}).status_code == 409
    changed = call(ada, "patch", one, {"name": "Mine", "is_shared": True}, made["ETag"])
    assert (changed.json()["name"], changed.json()["is_shared"], changed.json()["is_default"]) == ("Mine", True, False)
    assert [call(ada, "patch", one, {"name": "x"}, tag).status_code for tag in (made["ETag"], "")] == [412, 428]
    assert call(ada, "get", VIEWS).json()["results"] == [changed.json()]
    other = call(ada, "patch", one, {"query": "?mine=1&status=sent"}, changed["ETag"])
    assert other.json() == {**changed.json(), "query": "?status=sent&mine=1"}
    assert call(ada, "patch", one, {"query": "?stauts=sent"}).status_code == 422
    assert call(ada, "get", one).json() == other.json()
    assert [call(ada, "delete", one).status_code for _ in range(2)] == [204, 404]


def test_no_typo_widens_a_view(call, ada):
    for query in ("?stauts=draft", "?status=darft", "?least=much"):
        answer = call(ada, "post", VIEWS, {"name": "Large", "query": query})
        assert (answer.status_code, list(answer.json()["errors"])) == (422, ["query"])
    assert SavedView.objects.count() == 0


def test_others_see_what_is_shared_and_change_none_of_it(call, ada, ben, ivo):
    one = f"{VIEWS}{save_view(name='Open', query='?mine=1', is_shared=True, by=ada, at=AT).pk}/"
    save_view(name="Own", query="?mine=1", by=ada, at=AT)
    assert [(row["name"], row["mine"]) for row in call(ben, "get", VIEWS).json()["results"]] == [("Open", False)]
    codes = [call(ben, "patch", one, {"name": "x"}), call(ben, "delete", one), call(ivo, "get", VIEWS)]
    assert [answer.status_code for answer in codes] == [404] * 3
    assert SavedView.objects.filter(name="Open").count() == 1


def test_the_audit_log_tells_a_key_from_its_owner(call, pia, client):
    key = create_key(owner=pia, name="k", scopes=["sellers:write"], expires_at=None, by=pia, at=AT)
    one, headers = f"{SELLERS}northlight-uk/", {"Authorization": f"Bearer {key.text}", "If-Match": "*"}
    client.post(SELLERS, NEW, content_type="application/json", headers=headers)
    call(pia, "patch", one, {"footer": "by hand"})
    client.patch(one, {"footer": "by key"}, content_type="application/json", headers=headers)
    told = [(entry.by, entry.data.get("by_key")) for entry in audit.history("seller:northlight-uk")]
    assert told == [("pia", key.key.prefix), ("pia", None), ("pia", key.key.prefix)]
