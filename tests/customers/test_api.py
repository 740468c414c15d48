import pytest

from tests.customers.test_views import make

URL = "/api/v1/customers/"


@pytest.mark.parametrize("rows", [1, 3])
def test_one_and_three_rows_take_the_same_queries(ivo, client_of, django_assert_num_queries, rows):
    for n in range(rows):
        make(f"acme-{n}")
    browser = client_of(ivo)
    with django_assert_num_queries(3):
        listed = browser.get(URL).json()
    assert (listed["next"], len(listed["results"])) == (None, rows)


def test_search(ivo, client_of):
    make("acme"), make("umbra")
    assert [one["slug"] for one in client_of(ivo).get(f"{URL}?q=umb").json()["results"]] == ["umbra"]


def test_one_customer_with_its_people_and_family(ivo, client_of):
    make("low", parent=make("top"))
    assert client_of(ivo).get(f"{URL}top/").json() == {
        "slug": "top",
        "name": "Top",
        "legal_name": "Top Ltd",
        "segment": "startup",
        "country": "US",
        "currency": "USD",
        "address": "",
        "payment_days": 30,
        "language": "en",
        "parent": None,
        "note_on_data": "",
        "contacts": [{"name": "Cleo Hartmann", "email": "cleo@top.example", "title": ""}],
        "children": ["low"],
    }
    assert client_of(ivo).get(f"{URL}low/").json()["parent"] == "top"


@pytest.mark.parametrize("path", ["", "acme/"])
def test_strangers_find_nothing(dan, client, client_of, path):
    make()
    assert client_of(dan).get(URL + path).status_code == 404
    assert client.get(URL + path).status_code == 401
