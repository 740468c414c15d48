"""Lists of quotes: what they show, to whom, and at which price in queries."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.quotes.views.deals import HTMX, a_draft, approved, sent, submitted

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("office_hours")]


def numbers(html: str) -> list[str]:
    return re.findall(r">(Q-\d+-\d+) · v\d+<", html)


def test_the_list_shows_own_quotes_or_all(ada, eve, ben, dan, client_of):
    mine, other = a_draft(ada).quote.number, a_draft(eve).quote.number
    assert numbers(client_of(ada).get("/quotes/").content.decode()) == [mine]
    assert sorted(numbers(client_of(ben).get("/quotes/").content.decode())) == sorted([mine, other])
    assert client_of(dan).get("/quotes/").status_code == 404


def test_filters_are_in_the_address(ada, eve, ben, client_of):
    draft, waiting = a_draft(ada).quote.number, submitted(eve).quote.number
    client = client_of(ben)

    def found(query: str) -> list[str]:
        return numbers(client.get(f"/quotes/{query}", headers=HTMX).content.decode())

    assert found("?status=submitted") == [waiting]
    assert found(f"?search={draft[-4:]}") == [draft]
    assert sorted(found("?customer=acme&search=platform")) == sorted([draft, waiting])
    assert found("?mine=1") == []
    assert found("?status=no-such") == []
    assert found("?customer=no-such") == []


def test_a_page_that_is_not_there_is_the_last_one(ada, client_of):
    number = a_draft(ada).quote.number
    assert numbers(client_of(ada).get("/quotes/?page=99").content.decode()) == [number]


def test_empty_states_say_what_to_do(ada, client_of):
    client = client_of(ada)
    assert b"No quotes yet" in client.get("/quotes/").content
    a_draft(ada)
    assert b"No quote matches" in client.get("/quotes/?search=zzz").content


@pytest.mark.parametrize(("path", "queries"), [("/quotes/", 5), ("/quotes/home/", 3), ("/customers/acme/quotes/", 4)])
def test_1_and_3_quotes_take_the_same_queries(ada, client_of, path, queries):
    client = client_of(ada)
    for more in (1, 2):
        for _ in range(more):
            a_draft(ada)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(path).status_code == 200
        assert len(taken) == queries


def test_the_panel_of_a_customer(ada, eve, dan, client_of):
    number = a_draft(ada).quote.number
    part = client_of(ada).get("/customers/acme/quotes/", headers=HTMX).content.decode()
    assert numbers(part) == [number]
    assert "<html" not in part
    assert "?customer=acme" in part
    assert b"No quotes yet" in client_of(eve).get("/customers/acme/quotes/").content
    assert client_of(dan).get("/customers/acme/quotes/").status_code == 404
    assert client_of(ada).get("/customers/no-such/quotes/").status_code == 404


def panels(html: str) -> dict[str, int]:
    parts = re.split(r'<section class="panel" id="home-', html)[1:]
    return {part[: part.index('"')]: part.count("<li>") for part in parts}


def test_the_first_page_of_a_seller(ada, client_of):
    a_draft(ada)
    submitted(ada)
    approved(ada)
    sent(ada)
    html = client_of(ada).get("/quotes/home/", headers=HTMX).content.decode()
    assert panels(html) == {"ours": 1, "drafts": 1, "theirs": 2, "soon": 0}


def test_the_first_page_of_deal_desk(ada, ben, pia, client_of):
    submitted(ada)
    sent(ada)
    html = client_of(ben).get("/quotes/home/", headers=HTMX).content.decode()
    assert panels(html) == {"approvals": 1, "customers": 1, "soon": 0}
    assert panels(client_of(pia).get("/quotes/home/").content.decode()) == {"customers": 1, "soon": 0}
