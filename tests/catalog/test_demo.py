"""What the demo catalog sells costs what its sources publish."""

from datetime import date
from decimal import Decimal

import pytest

from catalog import queries
from catalog.actions.code import apply_catalog
from pricing import Charge, CreditGrant, Series, Terms, Usage, committed, rate
from tests.catalog.books import demo
from tests.factories import AT

M = 1_000_000


@pytest.fixture
def terms(pia):
    [book] = apply_catalog(demo(), by=pia, at=AT).books

    def of(code: str) -> Terms:
        components = queries.package_components(queries.packages(book).get(code=code))
        return Terms(
            currency="USD",
            start=date(2027, 1, 1),
            months=1,
            charges=tuple(one for one in components if isinstance(one, Charge)),
            credits=tuple(one for one in components if isinstance(one, CreditGrant)),
        )

    return of


def tokens(model="sonnet", direction="input", context="standard", processing="standard"):
    return Series.of("tokens", model=model, direction=direction, context=context, processing=processing)


def bill(terms, **quantities):
    return rate(terms, Usage.exactly(quantities.pop("usage"))).net.sum()


@pytest.mark.parametrize(
    ("series", "usd"),
    [
        (tokens(), "3.00"),
        (tokens(direction="output"), "15.00"),
        (tokens(context="long"), "6.00"),
        (tokens(direction="output", context="long"), "22.50"),
        (tokens(processing="batch"), "1.50"),
        (tokens(direction="output", processing="batch"), "7.50"),
        (tokens("flash"), "0.30"),
        (tokens("flash", "output"), "2.50"),
        (tokens("flash", "output", processing="batch"), "1.25"),
    ],
)
def test_a_million_tokens_cost_the_published_price(terms, series, usd):
    assert bill(terms("api-pay-as-you-go"), usage={series: [M]}) == Decimal(usd)


def test_resolutions_cost_99_cents_after_the_first_fifty(terms):
    assert bill(terms("support-agent"), usage={Series.of("resolutions"): [1050]}) == 49 + 1000 * Decimal("0.99")


def test_images_are_covered_by_credits_first(terms):
    studio = terms("image-studio")
    seats = 3 * Decimal("29.99")
    assert bill(studio, usage={Series.of("images"): [1500]}) == seats
    assert bill(studio, usage={Series.of("images"): [2500]}) == seats + 1000 * Decimal("0.04")


def test_gpu_hours_beyond_the_reserved_cost_the_on_demand_price(terms):
    reserved = 1460 * Decimal("2.35")
    gpu = terms("gpu-reserved-on-demand")
    assert bill(gpu, usage={Series.of("gpu-hours"): [1460]}) == reserved
    assert bill(gpu, usage={Series.of("gpu-hours"): [1560]}) == reserved + 100 * Decimal("2.99")


def test_the_hybrid_package_draws_credits_before_it_bills_tokens(terms):
    hybrid = terms("agent-platform-hybrid")
    fixed = 2500 + 40 * 29 + 50_000
    assert committed(hybrid) == fixed
    usage = {tokens(): [1_250 * M], tokens(direction="output"): [5 * M], tokens("flash"): [1_000 * M]}
    assert bill(hybrid, usage=usage) == fixed
    more = {tokens(): [20_250 * M]}
    assert bill(hybrid, usage=more) == fixed + 60_000 - 52_500
