"""The months of a version: asked for where they are opened, a page of their own for a plain browser."""

import re

import pytest

from quotes.queries.priced import priced
from tests.factories import make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import HTMX, post

pytestmark = pytest.mark.django_db

TABLE = '<div class="table-wrap chart-table" id="month-bands"'


def address(version) -> str:
    return f"/quotes/{version.quote.number}/v1/months/"


def amounts(html: str) -> list[str]:
    return re.findall(r'<td class="num">([^<]+)</td>', html)


def test_a_draft_asks_for_its_months_when_they_are_opened(ada, client_of):
    draft = make_draft_quote(months=24)
    html = client_of(ada).get(f"/quotes/{draft.quote.number}/").content.decode()
    assert (TABLE in html, f'hx-get="{address(draft)}" hx-trigger="seen"' in html) == (False, True)


def test_a_frozen_version_has_them(ada, client_of):
    version = make_submitted_quote()
    html = client_of(ada).get(f"/quotes/{version.quote.number}/").content.decode()
    assert (TABLE in html, f'hx-get="{address(version)}"' in html) == (True, False)


def test_the_part_and_the_page_show_the_same_months(ada, client_of):
    draft = make_draft_quote(months=24)
    part = client_of(ada).get(address(draft), headers=HTMX).content.decode()
    page = client_of(ada).get(address(draft)).content.decode()
    assert (part.strip().startswith(TABLE), TABLE in page, "<h1" in part, "<h1" in page) == (True, True, False, True)
    assert len(amounts(part)) == 24 * 9
    assert amounts(part) == amounts(page)


def test_who_sees_no_margin_sees_the_months_of_the_bill(ada, client_of, monkeypatch):
    monkeypatch.setattr("quotes.views.months.may", lambda *_: False)
    html = client_of(ada).get(address(make_draft_quote()), headers=HTMX).content.decode()
    assert (len(amounts(html)), "Margin" in html) == (12 * 3, False)


def test_strangers_get_404_and_nobody_posts(ada, dan, eve, client_of):
    draft = make_draft_quote()
    assert [client_of(one).get(address(draft)).status_code for one in (dan, eve, ada)] == [404, 404, 200]
    assert post(client_of(ada), address(draft)).status_code == 405


def test_bands_of_months_are_left_out_where_nobody_looks_at_them(ada):
    draft = make_draft_quote(months=24)
    whole, brief = priced(draft), priced(draft, monthly=False)
    assert (len(whole.months), len(whole.margin.months), len(whole.margin.cost_months)) == (24, 24, 24)
    assert (brief.months, brief.margin.months, brief.margin.cost_months) == ((), (), ())
    assert (brief.term, brief.years, brief.totals, brief.facts) == (whole.term, whole.years, whole.totals, whole.facts)
