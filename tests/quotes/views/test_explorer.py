"""The forecast explorer: the quote's own futures moved by sliders, and what was moved used in the quote."""

from decimal import Decimal

import pytest

from quotes.actions.undoing import undo
from quotes.models import QuoteVersion
from quotes.queries.exploring import explored, seats_of
from quotes.queries.priced import priced
from quotes.rules.exploring import Moves, drivers
from quotes.rules.pricing import Depth
from tests.factories import AT, make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ada):
    return make_draft_quote()


def url(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/explorer/"


def use_url(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/exploration/"


def use(version: QuoteVersion, **moves) -> dict:
    return {"edit_number": version.edit_number, **moves}


def moved_by(version: QuoteVersion, moves: Moves) -> tuple:
    return drivers(moves, start=version.start, seats=seats_of(version))


def test_at_rest_it_is_the_deal_itself(version):
    found, deal = explored(version, (), with_margin=True), priced(version)
    assert (found.term, found.months) == (deal.term, tuple(row.band for row in deal.months))
    assert (found.margin, found.risks) == (priced(version, depth=Depth.YEARS).margin, deal.risks)
    assert found.committed == [row.committed for row in deal.months]


def test_twice_the_seats_use_twice_as_much(version):
    assert seats_of(version) == 40
    base = explored(version, (), with_margin=True)
    found = explored(version, moved_by(version, Moves(seats=80)), with_margin=True)
    assert found.margin.cost.p50 == pytest.approx(2 * base.margin.cost.p50, rel=Decimal("0.0001"))
    assert found.offer.committed.total == base.offer.committed.total


def test_without_the_right_there_is_no_margin(version):
    assert explored(version, (), with_margin=False).margin is None


def test_the_page_shows_history_bands_and_how_forecasts_did(version, ada, client_of):
    html = client_of(ada).get(url(version)).content.decode()
    for text in ("Usage data until", "9 in 10 futures cost less than", "fell in the band", "Largest bill", "Known"):
        assert text in html
    assert html.count('<figure class="chart chart--fan"') == 1
    assert 'id="explorer-use"' not in html


@pytest.mark.parametrize(
    ("of", "by", "kind", "said"),
    [
        ("bill", "term", "histogram", "cost less than"),
        ("tokens|direction=input", "month", "fan", "M tokens over the term"),
        ("tokens|direction=input", "term", "histogram", "M tokens over the term"),
    ],
)
def test_what_is_shown_can_be_switched(version, ada, client_of, of, by, kind, said):
    html = client_of(ada).get(url(version), {"of": of, "by": by}).content.decode()
    assert f'<figure class="chart chart--{kind}"' in html
    assert said in html


def test_a_slider_sends_only_what_it_changes(version, ada, client_of):
    headers = {**HTMX, "HX-Target": "explorer-result"}
    answer = client_of(ada).get(url(version), {"growth": "50"}, headers=headers)
    html = answer.content.decode()
    assert html.startswith('<div class="explorer-result')
    assert "explorer-form" not in html
    assert "Growth +50 %" in html
    assert 'class="explorer-change">+' in html


def test_a_number_that_cannot_be_taken_is_said(version, ada, client_of):
    answer = client_of(ada).get(url(version), {"growth": "lots", "launch_month": "99"}, headers=HTMX)
    assert answer.status_code == 422
    html = answer.content.decode()
    assert "Growth must be a number" in html
    assert "Launch in month must be from 1 to 12." in html


def test_what_was_moved_is_used_in_one_step(version, ada, client_of):
    before = version.forecast_run_id
    answer = post(client_of(ada), use_url(version), use(version, growth="50", launch="20", launch_month="3"), htmx=True)
    assert answer.status_code == 200
    version.refresh_from_db()
    assert version.scenario["name"] == "Growth +50 %, launch +20 % in month 3"
    assert [one["kind"] for one in version.scenario["drivers"]] == ["growth", "step"]
    undo(version, by=ada, at=AT)
    version.refresh_from_db()
    assert (version.scenario, version.forecast_run_id) == ({}, before)


def test_used_bands_are_those_that_were_explored(version, ada, client_of):
    found = explored(version, moved_by(version, Moves(growth=50)), with_margin=True)
    answer = post(client_of(ada), use_url(version), use(version, growth="50"))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{version.quote.number}/")
    version.refresh_from_db()
    assert priced(version).term == found.term


@pytest.mark.parametrize("moves", [{}, {"growth": "x"}, {"growth": "5", "seats": "-1"}])
def test_refused_leaves_the_draft_as_it_is(version, ada, client_of, moves):
    held = stored(version), version.scenario
    assert post(client_of(ada), use_url(version), use(version, **moves), htmx=True).status_code == 422
    version.refresh_from_db()
    assert (stored(version), version.scenario) == held


def test_of_two_who_use_what_they_moved_the_first_counts(version, ada, client_of):
    client, seen = client_of(ada), use(version, growth="5")
    post(client, use_url(version), seen, htmx=True)
    assert post(client, use_url(version), {**seen, "growth": "9"}, htmx=True).status_code == 409
    version.refresh_from_db()
    assert version.scenario["name"] == "Growth +5 %"


def test_who_may(version, ada, eve, dan, ben, client_of):
    held = stored(version)
    assert [client_of(one).get(url(version)).status_code for one in (dan, eve, ben)] == [404, 404, 200]
    sent = use(version, growth="5")
    assert [post(client_of(one), use_url(version), sent).status_code for one in (dan, eve, ben)] == [404, 404, 409]
    assert client_of(ada).post(url(version)).status_code == 405
    assert client_of(ada).get(use_url(version)).status_code == 405
    assert stored(version) == held
    assert 'id="explorer-use"' not in client_of(ben).get(url(version), {"growth": "5"}).content.decode()


def test_a_frozen_version_is_explored_but_not_changed(ada, client_of):
    version = make_submitted_quote()
    html = client_of(ada).get(url(version), {"growth": "5"}).content.decode()
    assert "Growth +5 %" in html
    assert 'id="explorer-use"' not in html
    assert post(client_of(ada), use_url(version), use(version, growth="5")).status_code == 409


def test_a_quote_without_usage_or_lines(ada, client_of):
    version = a_draft(ada)
    html = client_of(ada).get(url(version)).content.decode()
    assert "Nothing here depends on usage" in html
    assert "explorer-sliders" not in html
    assert "No bill to forecast yet" in client_of(ada).get(url(a_draft(ada, keys=()))).content.decode()
