"""One search over what a person may see, as a page and in the palette."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.queries.search import search
from tests.factories import make_accepted_quote, make_customer
from tests.quotes.views.deals import HTMX, a_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def found(user, text: str) -> dict[str, list[str]]:
    return {group.title: [hit.title for hit in group.hits] for group in search(user, text)}


def test_it_finds_what_is_open_to_the_person(ada, eve, ben, ivo):
    contract = make_accepted_quote()
    number = contract.version.quote.number
    everything = {
        "Quotes": ["Agent platform"],
        "Customers": ["Acme"],
        "Contracts": [contract.number],
    }
    assert found(ada, "acme") == everything
    assert found(ben, "ACM") == everything
    assert found(eve, "acme") == {"Customers": ["Acme"]}
    assert found(ivo, "acme") == {"Customers": ["Acme"], "Contracts": [contract.number]}
    assert found(ada, f"{number.lower()} platform") == {"Quotes": ["Agent platform"]}
    assert found(ada, "acme nobody") == {}
    assert found(ada, "  ") == {}
    assert found(ada, "100%") == {}


def test_it_finds_packages_and_products(ada):
    make_customer(history=False)
    assert found(ada, "hybrid")["Packages"] == ["Hybrid"]
    assert found(ada, "seat")["Products"] == ["Seats"]


def test_more_than_fits_leads_to_the_list(ada):
    for _ in range(3):
        a_draft(ada)
    [quotes] = [group for group in search(ada, "platform", most=2) if group.title == "Quotes"]
    assert (len(quotes.hits), quotes.more) == (2, "/quotes/?search=platform")
    assert search(ada, "platform", most=3)[0].more == ""


def test_the_page_works_without_script(ada, dan, client, client_of):
    number = a_draft(ada).quote.number
    page = client_of(ada).get("/search/?q=platform").content.decode()
    assert f'href="/quotes/{number}/"' in page
    assert "<html" not in client_of(ada).get("/search/?q=platform", headers=HTMX).content.decode()
    assert b"Nothing found" in client_of(ada).get("/search/?q=zzz").content
    assert client_of(dan).get("/search/?q=platform").status_code == 404
    assert client.get("/search/?q=a").headers["Location"].startswith("/login/")


def options(client, text: str) -> list[str]:
    html = client.get("/search/palette/", {"q": text}, headers=HTMX).content.decode()
    return re.findall(r'role="option"[^>]* href="([^"]*)"', html)


def test_the_palette_offers_the_pages_and_actions_of_the_person(ada, ben, dan, client_of):
    assert "/quotes/new/" in options(client_of(ada), "")
    assert options(client_of(ada), "new q") == ["/quotes/new/", "/search/?q=new%20q"]
    assert options(client_of(ben), "new q") == ["/search/?q=new%20q"]
    assert options(client_of(ben), "audit") == ["/audit/", "/search/?q=audit"]
    assert client_of(dan).get("/search/palette/").status_code == 404
    number = a_draft(ada).quote.number
    assert options(client_of(ada), number) == [f"/quotes/{number}/", f"/search/?q={number}"]


@pytest.mark.parametrize(
    ("path", "queries"), [("/search/?q=a", 7), ("/search/palette/?q=a", 7), ("/search/palette/", 2)]
)
def test_1_and_3_hits_take_the_same_queries(ada, client_of, path, queries):
    client = client_of(ada)
    for more in (1, 2):
        for _ in range(more):
            a_draft(ada)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(path).status_code == 200
        assert len(taken) == queries
