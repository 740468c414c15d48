"""The advisor and the ways to buy: pages that say, forms that use, and who may."""

import pytest

from quotes.models import QuoteVersion
from tests.factories import make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import HTMX, a_draft, post, stored

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_draft_quote()


def url(version: QuoteVersion, what: str = "advisor") -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/{what}/"


def plan_url(version: QuoteVersion) -> str:
    return f"/quotes/{version.quote.number}/plan/"


def bought(version: QuoteVersion, **fields) -> dict:
    return {
        "kind": "credit",
        "promise": "prepaid",
        "size": "8,000",
        "percent": "5",
        "edit_number": version.edit_number,
        **fields,
    }


def test_the_page_says_what_is_best_and_why(version, ada, client_of):
    html = client_of(ada).get(url(version), {"risk": "10"}).content.decode()
    for text in ("Prepay USD", "is used up", "Break-even", "Fair discount", "Our margin", "Used up by month", "best "):
        assert text in html
    assert html.count('<figure class="chart chart--choice"') == 1
    assert 'id="advisor-use"' in html


def test_its_controls_send_only_the_result(version, ada, client_of):
    headers = {**HTMX, "HX-Target": "advisor-result"}
    asked = {"promise": "prepaid", "size": "5000", "percent": "10"}
    html = client_of(ada).get(url(version), asked, headers=headers).content.decode()
    assert html.startswith('<div class="explorer-result')
    assert "Prepay USD\u00a05,000.00 over 12 months" in html.replace("USD 5", "USD\u00a05")
    answer = client_of(ada).get(url(version), {"risk": "many"}, headers=headers)
    assert (answer.status_code, "Risk must be a number" in answer.content.decode()) == (422, True)


def test_ways_to_buy_side_by_side(version, ada, client_of):
    html = client_of(ada).get(url(version, "ways")).content.decode()
    for text in ("Pay as you go", "Hybrid", "9 in 10 futures cost less than", "Commit: neither the quote nor its"):
        assert text in html
    assert html.count("Use in this quote") == 2


def test_a_way_is_used_with_a_click(version, ada, client_of):
    answer = post(client_of(ada), plan_url(version), bought(version))
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/quotes/{version.quote.number}/")
    component = version.lines.get(key="prepaid").component
    assert (component["amount"], component["purchase"]) == ("8000", "7600")
    version.refresh_from_db()
    answer = post(client_of(ada), plan_url(version), bought(version, kind="none", promise=""), htmx=True)
    assert answer.status_code == 200
    assert not version.lines.filter(key="prepaid").exists()


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"size": "0"}, 422), ({"percent": "x"}, 422), ({"kind": "all"}, 422), ({"promise": "gone"}, 404)],
)
def test_refused_leaves_the_draft_as_it_is(version, ada, client_of, fields, status):
    held = stored(version)
    assert post(client_of(ada), plan_url(version), bought(version, **fields)).status_code == status
    assert stored(version) == held


def test_of_two_the_first_counts(version, ada, client_of):
    client, seen = client_of(ada), bought(version)
    post(client, plan_url(version), seen)
    held = stored(version)
    assert post(client, plan_url(version), {**seen, "size": "1"}, htmx=True).status_code == 409
    assert stored(version) == held


def test_who_may(version, ada, eve, dan, ben, client_of):
    held = stored(version)
    for what in ("advisor", "ways"):
        assert [client_of(one).get(url(version, what)).status_code for one in (dan, eve, ben)] == [404, 404, 200]
        assert post(client_of(ada), url(version, what)).status_code == 405
    assert [post(client_of(one), plan_url(version), bought(version)).status_code for one in (dan, eve, ben)] == [
        404, 404, 409,
    ]  # fmt: skip
    assert client_of(ada).get(plan_url(version)).status_code == 405
    assert stored(version) == held


def test_frozen_versions_and_quotes_without_usage(ada, client_of):
    version = make_submitted_quote()
    assert "Use in this quote" not in client_of(ada).get(url(version)).content.decode()
    assert post(client_of(ada), plan_url(version), bought(version)).status_code == 409
    bare = a_draft(ada)
    assert "Nothing on this quote depends on usage" in client_of(ada).get(url(bare)).content.decode()
    assert "Nothing to compare yet" in client_of(ada).get(url(bare, "ways")).content.decode()
