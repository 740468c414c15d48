"""What the futures of a version say beyond its totals: a moment after an edit, and its months where they are opened."""

import re
from dataclasses import replace

import pytest

from quotes.queries.priced import priced
from quotes.rules.pricing import Depth
from tests.factories import make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import HTMX, post

pytestmark = pytest.mark.django_db

TABLE = '<div class="table-wrap chart-table" id="month-bands"'
FORECAST = '<section class="panel" id="forecast"'


def address(version) -> str:
    return f"/quotes/{version.quote.number}/v1/months/"


def bands(version) -> str:
    return f"/quotes/{version.quote.number}/v1/bands/"


def plain(html: str) -> str:
    """The forecast panel, without what differs from one answer to the next."""
    panel = html[html.index(FORECAST) :]
    return re.sub(r' hx-swap-oob="true"|<input type="hidden" name="csrf[^>]+>', "", panel[: panel.index("</section>")])


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
    monkeypatch.setattr("quotes.views.bands.may", lambda *_: False)
    html = client_of(ada).get(address(make_draft_quote()), headers=HTMX).content.decode()
    assert (len(amounts(html)), "Margin" in html) == (12 * 3, False)


def test_strangers_get_404_and_nobody_posts(ada, dan, eve, client_of):
    draft = make_draft_quote()
    assert [client_of(one).get(address(draft)).status_code for one in (dan, eve, ada)] == [404, 404, 200]
    assert post(client_of(ada), address(draft)).status_code == 405


def test_what_nobody_looks_at_is_left_out(ada):
    draft = make_draft_quote(months=24)
    whole, years, totals = priced(draft), priced(draft, depth=Depth.YEARS), priced(draft, depth=Depth.TOTALS)
    assert (len(whole.months), len(whole.margin.months), len(whole.margin.cost_months)) == (24, 24, 24)
    assert (
        replace(
            years,
            months=whole.months,
            margin=replace(years.margin, months=whole.margin.months, cost_months=whole.margin.cost_months),
        )
        == whole
    )
    left = {"years": whole.years, "precision": whole.precision, "risks": whole.risks, "margin": years.margin}
    assert replace(totals, **left) == years
    assert (totals.years, totals.precision, totals.risks, totals.margin.years) == ((), None, None, ())
    assert (totals.margin.margin, totals.margin.loss) == (whole.margin.margin, whole.margin.loss)


def test_an_edit_leaves_the_forecast_to_its_own_address(ada, client_of):
    draft = make_draft_quote()
    page = client_of(ada).get(f"/quotes/{draft.quote.number}/").content.decode()
    sent = {"discount_percent": "25", "edit_number": draft.edit_number}
    answer = post(client_of(ada), f"/quotes/{draft.quote.number}/facts/", sent, htmx=True)
    part = client_of(ada).get(bands(draft), headers=HTMX).content.decode()
    again = f'hx-get="{bands(draft)}" hx-trigger="quote-saved from:body delay:400ms'
    assert (FORECAST in page, FORECAST in answer.content.decode(), FORECAST in part) == (True, False, True)
    assert (again in page, 'hx-swap-oob="true"' in part, part.count("<section")) == (True, True, 1)
    assert answer.headers["HX-Trigger"] == "quote-saved"


def test_the_forecast_after_an_edit_is_what_the_page_shows(ada, client_of):
    draft = make_draft_quote(months=24)
    post(
        client_of(ada), f"/quotes/{draft.quote.number}/facts/", {"discount_percent": "25", "edit_number": 1}, htmx=True
    )
    part = client_of(ada).get(bands(draft), headers=HTMX).content.decode()
    page = client_of(ada).get(f"/quotes/{draft.quote.number}/").content.decode()
    assert plain(part) == plain(page)


def test_a_plain_browser_is_led_to_the_place_on_the_page(ada, dan, client_of):
    draft = make_draft_quote()
    response = client_of(ada).get(bands(draft))
    assert (response.status_code, response.headers["Location"]) == (303, f"/quotes/{draft.quote.number}/v1/#forecast")
    assert client_of(dan).get(bands(draft), headers=HTMX).status_code == 404
    assert post(client_of(ada), bands(draft)).status_code == 405
