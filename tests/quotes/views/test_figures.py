"""Every total and band opens: what it means, how it was taken, and the bill behind it."""

from decimal import Decimal

import pytest

from quotes.models import QuoteVersion
from quotes.queries.figures import committed_steps, discount_parts, future, one_time_parts, span_of
from quotes.queries.priced import priced
from tests.factories import make_draft_quote, make_submitted_quote
from tests.quotes.views.deals import HTMX, a_draft, post

pytestmark = pytest.mark.django_db


@pytest.fixture
def version(ada) -> QuoteVersion:
    return make_draft_quote()


def url(version: QuoteVersion, what: str) -> str:
    return f"/quotes/{version.quote.number}/v{version.number}/figures/{what}/"


def test_what_is_committed_is_a_waterfall_that_ends_there(version):
    steps = committed_steps(version)
    assert steps[-1].amount == version.committed_total
    assert sum(step.amount for step in steps[:-1]) == version.committed_total


def test_the_discount_is_the_difference_of_two_p50s(ada):
    version = make_draft_quote(discount_percent=Decimal(10))
    listed, sold = discount_parts(version)
    assert round(listed - sold, 2) == pytest.approx(priced(version).totals.discount, abs=Decimal("0.02"))


def test_one_time_parts_add_up(version):
    parts = one_time_parts(version)
    assert sum(part.amount for part in parts) == priced(version).totals.one_time
    assert [part.name for part in parts] == ["Prepaid credits"]


@pytest.mark.parametrize("what", ["bill", "cost", "margin"])
@pytest.mark.parametrize("quantile", ["p10", "p50", "p90"])
def test_the_nearest_future_is_near_and_whole(version, what, quantile):
    deal = priced(version)
    band = deal.term if what == "bill" else getattr(deal.margin, what)
    found = future(version, what, quantile, span_of("term", 12), with_margin=True)
    assert found.value == pytest.approx(getattr(band, quantile), rel=Decimal("0.002"))
    assert found.value == {"bill": found.bill, "cost": found.cost, "margin": found.bill - found.cost}[what]
    assert found.steps[-1].amount == found.bill == sum(part.amount for part in found.parts)
    assert found.cost == sum(part.amount for part in found.costs)


def test_spans():
    assert [(one.first, one.stop) for one in (span_of("term", 18), span_of("year-2", 18), span_of("month-3", 18))] == [
        (0, 18), (12, 18), (2, 3),
    ]  # fmt: skip
    assert [span_of(text, 18) for text in ("year-3", "month-0", "month-19", "week-1", "year-x")] == [None] * 5


@pytest.mark.parametrize(
    ("what", "query", "said"),
    [
        ("committed", "", "Committed over 12 months"),
        ("one-time", "", "Lines that are billed once"),
        ("discount", "", "P50 at list"),
        ("bill", "?at=p90", "9 in 10 futures cost less than"),
        ("bill", "?at=p50&span=month-1", "Half of the futures cost less than"),
        ("bill", "?at=p10&span=year-1", "Bill, contract year 1, P10"),
        ("margin", "?at=p10", "1 in 10 futures leave less than"),
        ("cost", "?at=p50&span=month-2", "What the usage costs us"),
    ],
)
def test_each_figure_has_a_page_and_a_dialog(version, ada, client_of, what, query, said):
    html = client_of(ada).get(url(version, what) + query).content.decode()
    assert said in html
    answer = client_of(ada).get(url(version, what) + query, headers=HTMX)
    assert answer.headers["HX-Trigger-After-Swap"] == '{"dialog:open": {"id": "explain"}}'
    assert answer.content.decode().strip().startswith('<div class="stack stack--5 explanation" id="figure">')


def test_the_builder_and_the_frozen_page_link_every_amount(version, ada, client_of):
    for page in (version, make_submitted_quote(customer=version.quote.customer)):
        addresses = (f"/quotes/{page.quote.number}/", f"/quotes/{page.quote.number}/v1/months/")
        html = "".join(client_of(ada).get(address).content.decode() for address in addresses)
        for what in ("committed/?", "bill/?at=p10", "bill/?at=p90", "margin/?at=p50", "bill/?at=p50&amp;span=month-12"):
            assert f'href="{url(page, "")[:-1]}{what}' in html, what


def test_who_may(version, ada, eve, dan, ivo, client_of):
    assert [client_of(one).get(url(version, "bill")).status_code for one in (eve, dan, ivo)] == [404, 404, 404]
    client = client_of(ada)
    assert [client.get(url(version, what)).status_code for what in ("profit", "bill")] == [404, 200]
    assert [client.get(url(version, "bill"), query).status_code for query in ({"span": "year-9"}, {"at": "p20"})] == [
        404, 404,
    ]  # fmt: skip
    assert post(client_of(ada), url(version, "bill")).status_code == 405


def test_nothing_depends_on_usage(ada, client_of):
    html = client_of(ada).get(url(a_draft(ada), "bill")).content.decode()
    assert "Its bill" in html
