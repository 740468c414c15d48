"""Lists of quotes: what they show, to whom, and at which price in queries."""

import csv
import io
import re
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from quotes.models import QuoteVersion
from quotes.queries.home import decisions
from quotes.queries.lists import quote_list
from quotes.rules.listing import SORTS, QuoteFilter
from tests.factories import AT
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
    assert sorted(found("?customer=cm")) == sorted([draft, waiting])
    assert found("?owner=eve") == [waiting]
    assert found("?segment=enterprise") == []
    assert sorted(found("?segment=startup")) == sorted([draft, waiting])
    assert found("?least=30,000") == [draft]
    assert found("?most=30000") == [waiting]
    assert found("?status=submitted,sent") == [waiting]
    assert found("?expires=90") == [waiting]
    assert found("?expires=7") == []
    assert found("?expires=soon") == []
    assert sorted(found("?least=much")) == sorted([draft, waiting])
    assert "Committed from must be a number" in client.get("/quotes/?least=much").content.decode()


def test_the_list_is_sorted_by_any_column(ada, client_of):
    drafts = [a_draft(ada, months=months, title=f"Deal {months}").quote.number for months in (24, 12, 36)]
    client = client_of(ada)
    first, second, third = drafts
    for sort in SORTS:
        html = client.get(f"/quotes/?sort={sort}").content.decode()
        assert sorted(numbers(html)) == sorted(drafts)
    assert numbers(client.get("/quotes/?sort=months").content.decode()) == [second, first, third]
    assert numbers(client.get("/quotes/?sort=-committed").content.decode()) == [third, first, second]
    assert client.get("/quotes/?sort=-committed").content.decode().count('aria-sort="descending"') == 1


def test_columns_are_chosen_in_the_address(ada, client_of):
    a_draft(ada)
    html = client_of(ada).get("/quotes/?columns=annual&columns=segment").content.decode()
    heads = re.findall(r'<th scope="col"[^>]*><a href="[^"]*">([^<]*)<', html)
    assert heads == ["Quote", "Segment", "A year (ACV)"]


def test_totals_are_those_of_the_whole_filtered_list_by_currency(ada, ben, client_of):
    drafts = [a_draft(ada, months=months) for months in (12, 24)]
    waiting = submitted(ada)
    quotes = quote_list(ben, QuoteFilter(), at=AT)
    [total] = quotes.totals
    everything = [*(QuoteVersion.objects.get(pk=draft.pk) for draft in drafts), waiting]
    assert (total.currency, total.count, total.forecast) == ("USD", 3, 1)
    assert total.committed == sum(version.committed_total for version in everything)
    assert total.annual == sum(round(version.committed_total * 12 / version.months, 3) for version in everything)
    assert total.expected == waiting.expected_total
    [two] = quote_list(ben, QuoteFilter(status="draft"), at=AT).totals
    assert (two.count, two.expected) == (2, None)


def test_the_file_holds_every_row_and_no_formula(ada, eve, ben, client_of):
    version = a_draft(ada, title="=1+1")
    a_draft(eve)
    answer = client_of(ada).get("/quotes/list.csv?columns=owner")
    head, *rows = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode())))
    assert answer.headers["Content-Disposition"] == 'attachment; filename="quotes.csv"'
    assert [dict(zip(head, row, strict=True))["title"] for row in rows] == ["'=1+1"]
    assert rows[0][:3] == [version.quote.number, "1", "'=1+1"]
    assert len(list(client_of(ben).get("/quotes/list.csv").streaming_content)) == 3


def test_a_page_that_is_not_there_is_the_last_one(ada, client_of):
    number = a_draft(ada).quote.number
    assert numbers(client_of(ada).get("/quotes/?page=99").content.decode()) == [number]


def test_empty_states_say_what_to_do(ada, client_of):
    client = client_of(ada)
    assert b"No quotes yet" in client.get("/quotes/").content
    a_draft(ada)
    assert b"No quote matches" in client.get("/quotes/?search=zzz").content


@pytest.mark.parametrize(
    ("path", "queries"),
    [("/quotes/", 7), ("/quotes/list.csv", 3), ("/quotes/home/", 7), ("/customers/acme/quotes/", 5)],
)
def test_1_and_3_quotes_take_the_same_queries(ada, client_of, path, queries):
    client = client_of(ada)
    for more in (1, 2):
        for _ in range(more):
            a_draft(ada)
        with CaptureQueriesContext(connection) as taken:
            answer = client.get(path)
            b"".join(answer)
        assert answer.status_code == 200
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


def test_each_panel_says_how_many_and_leads_to_all_of_them(ada, eve, client_of):
    for _ in range(9):
        a_draft(ada)
    a_draft(eve)
    submitted(ada)
    client = client_of(ada)
    html = client.get("/quotes/home/", headers=HTMX).content.decode()
    assert panels(html) == {"ours": 0, "drafts": 8, "theirs": 1, "soon": 0}
    part = html[html.index('id="home-drafts"') :]
    assert re.search(r'class="tag">(\d+)<', part)[1] == "9"
    everything = unescape(re.search(r'href="(/quotes/[^"]*)"', part)[1])
    assert len(numbers(client.get(everything).content.decode())) == 9
    assert "Nothing waits for you." in html


def test_decisions_come_due_first_without_their_pricing(ada, ben, eve, client_of):
    first, second = submitted(ada), submitted(eve)
    with CaptureQueriesContext(connection) as taken:
        found, count = decisions(ben, at=AT)
    assert [one.row.number for one in found] == [first.quote.number, second.quote.number]
    assert (count, len(taken)) == (2, 3)
    assert decisions(ada, at=AT) == ([], 0)
