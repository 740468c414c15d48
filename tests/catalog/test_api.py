import pytest
from django.utils.timezone import now

from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog
from catalog.models import PriceBook
from core.api_keys import create_key
from tests.catalog.books import make_draft, read_mapping, small
from tests.factories import AT, CATALOG, make_book

URL = "/api/v1/catalog/books/"


def test_books_are_listed(ivo, client_of):
    book = make_book()
    [listed] = client_of(ivo).get(URL).json()["results"]
    assert (listed["code"], listed["version"], listed["status"]) == ("tests", 1, "published")
    assert listed["sha256"] == book.sha256


@pytest.mark.parametrize(("username", "seen"), [("ada", True), ("ivo", False)])
def test_a_book_is_whole_but_for_its_costs(request, client_of, username, seen):
    person = request.getfixturevalue(username)
    make_book()
    book = client_of(person).get(f"{URL}tests/1/").json()
    assert book["prices"][1]["component"]["price"] == {"model": "per_unit", "unit": "29"}
    assert [package["code"] for package in book["packages"]] == ["hybrid", "requests"]
    assert ("costs" in book) is seen


def test_drafts_are_hidden(ada, pia, client_of):
    make_draft(pia)
    assert client_of(ada).get(URL).json()["results"] == []
    assert client_of(ada).get(f"{URL}tests/1/").status_code == 404
    assert client_of(pia).get(f"{URL}tests/1/").status_code == 200


@pytest.mark.parametrize("path", ["", "tests/1/"])
def test_strangers_find_nothing(dan, client, client_of, path):
    make_book()
    assert client_of(dan).get(URL + path).status_code == 404
    assert client.get(URL + path).status_code == 401


def test_all_of_the_catalog_is_read(ada, client_of):
    make_book()
    shared = client_of(ada).get("/api/v1/catalog/").json()
    assert [meter["code"] for meter in shared["meters"]] == ["requests", "tokens"]
    assert len(shared["products"]) == 6
    book = client_of(ada).get(f"{URL}tests/1/").json()
    assert (book["environment"], book["rules"], book["rule_tests"]) == ("production", [], [])


FILE = {"files": {"tests.yaml": CATALOG.read_text()}}


def post(client, path, body):
    return client.post(f"/api/v1/catalog/{path}", body, content_type="application/json")


def test_a_catalog_is_planned_and_applied_as_code(pia, client_of):
    client = client_of(pia)
    planned = post(client, "plan/", FILE)
    assert (planned.status_code, PriceBook.objects.count()) == (200, 0)
    assert planned.json()["changes"][-1] == {
        "sign": "+",
        "subject": "book tests v1",
        "detail": "6 prices, 3 costs, 2 packages",
        "book": "tests v1",
        "text": "+ book tests v1: 6 prices, 3 costs, 2 packages",
    }
    applied = post(client, "apply/", FILE).json()
    assert applied["changes"] == planned.json()["changes"]
    assert [(book["address"], book["status"]) for book in applied["books"]] == [("tests", "draft")]
    assert PriceBook.objects.get().author_ids == [pia.pk]
    assert post(client, "apply/", small()).json()["changes"] == []


def test_every_problem_of_a_catalog_is_answered_at_once(pia, client_of):
    content = small()
    content["books"][0]["prices"][0]["component"]["product"] = "cars"
    content["books"][0]["rules"] = [{"key": "a", "must": "seats", "message": "Why."}]
    answer = post(client_of(pia), "apply/", content)
    assert answer.status_code == 422
    assert len(answer.json()["errors"]) == 2
    assert not PriceBook.objects.exists()


@pytest.mark.parametrize("body", [[], {"files": []}, {"files": {"a": 1}}, {"files": {}, "books": []}, {"cars": []}])
def test_what_is_no_catalog_is_refused(pia, client_of, body):
    assert post(client_of(pia), "plan/", body).status_code == 422


@pytest.mark.parametrize(("username", "status"), [("ada", 403), ("fay", 403), ("ivo", 403), ("dan", 404)])
@pytest.mark.parametrize("path", ["plan/", "apply/"])
def test_only_pricing_operations_apply(request, client_of, username, status, path):
    client = client_of(request.getfixturevalue(username))
    assert post(client, path, FILE).status_code == status
    assert client.get(f"/api/v1/catalog/{path}").status_code == 405
    assert not PriceBook.objects.exists()


def test_a_key_needs_the_scope(pia, client):
    for scope, status in (("catalog:read", 403), ("catalog:write", 200)):
        secret = create_key(owner=pia, name=scope, scopes=[scope], expires_at=None, by=pia, at=now())[1]
        answer = client.post(
            "/api/v1/catalog/plan/",
            FILE,
            content_type="application/json",
            headers={"Authorization": f"Bearer {secret}"},
        )
        assert answer.status_code == status


def test_a_version_is_promoted(pia, fay, client_of):
    content = small()
    content["books"][0]["environment"] = "development"
    publish_book(apply_catalog(read_mapping(content), by=pia, at=AT).books[0], by=fay, at=AT)
    url = "books/development.tests/1/promotion/"
    assert post(client_of(fay), url, {"to": "staging"}).status_code == 403
    assert post(client_of(pia), url, {"to": "moon"}).status_code == 422
    answer = post(client_of(pia), url, {"to": "staging"})
    assert (answer.status_code, answer.json()["address"], answer.json()["status"]) == (201, "staging.tests", "draft")
    assert answer["Location"] == "/api/v1/catalog/books/staging.tests/1/"
    assert post(client_of(pia), url, {"to": "staging"}).status_code == 409
    assert client_of(pia).get(f"{URL}staging.tests/1/").json()["version"] == 1


def test_a_book_is_carried_on_published_by_another_and_retired(pia, fay, ada, client_of):
    make_book()
    pias, fays = client_of(pia), client_of(fay)
    made = pias.post(f"{URL}tests/1/versions/", content_type="application/json")
    assert (made.status_code, made["Location"], made.json()["status"]) == (201, f"{URL}tests/2/", "draft")
    assert pias.post(f"{URL}tests/1/versions/", content_type="application/json").status_code == 409
    assert [client_of(ada).post(f"{URL}tests/2/publication/", content_type="application/json").status_code] == [404]
    assert (
        pias.post(f"{URL}tests/2/publication/", content_type="application/json").status_code == 409
    )  # nobody publishes what they wrote
    assert fays.post(f"{URL}tests/2/publication/", content_type="application/json").json()["status"] == "published"
    assert fays.post(f"{URL}tests/1/retirement/", content_type="application/json").json()["status"] == "retired"
    assert pias.delete(f"{URL}tests/2/").status_code == 409
    assert pias.post(f"{URL}tests/2/versions/", content_type="application/json").status_code == 201
    assert [pias.delete(f"{URL}tests/3/").status_code for _ in range(2)] == [204, 404]
    assert client_of(ada).post(f"{URL}tests/2/retirement/", content_type="application/json").status_code == 403
    assert [book.status for book in PriceBook.objects.order_by("version")] == ["retired", "published"]
