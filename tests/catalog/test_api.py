import pytest

from tests.catalog.books import make_draft
from tests.factories import make_book

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
