"""What the demo catalog sells costs what its sources publish, to the cent. Sources stand beside the prices."""

import re
from datetime import date
from decimal import Decimal

import pytest

from catalog import queries
from catalog.actions.code import apply_catalog
from pricing import Charge, Commitment, CreditGrant, Series, Terms, Usage, committed, rate
from tests.catalog.books import demo
from tests.factories import AT

M = 1_000_000
HOUR = 3600
SAID = re.compile(r"\(.*, 20\d\d\)|[Dd]emo assumption|SemiAnalysis, March 2026|as metered")


SOLD: dict[str, Terms] = {}  # every package at its default quantities, and the unit costs of every book


@pytest.fixture
def terms(pia):
    """The terms of a package, of all its components ("+"), or of a book's unit costs ("="); values, so made once."""
    if not SOLD:
        for book in apply_catalog(demo(), by=pia, at=AT).books:
            SOLD[f"{book.code}="] = of_components(queries.unit_costs(book))
            for package in queries.packages(book):
                SOLD[package.code] = of_components(queries.package_components(package))
                SOLD[f"{package.code}+"] = of_components(queries.package_components(package, optional=True))
    return SOLD.__getitem__


def of_components(components) -> Terms:
    return Terms(
        currency="USD",
        start=date(2027, 1, 1),
        months=1,
        charges=tuple(one for one in components if isinstance(one, Charge)),
        credits=tuple(one for one in components if isinstance(one, CreditGrant)),
        commitments=tuple(one for one in components if isinstance(one, Commitment)),
    )


def bill(terms, usage):
    """What one month of this usage is billed; a plain name is a meter without dimensions."""
    series = {Series.of(key) if isinstance(key, str) else key: [value] for key, value in usage.items()}
    return rate(terms, Usage.exactly(series)).net.sum()


def tokens(model="sonnet", direction="input", context="standard", processing="standard"):
    return Series.of("tokens", model=model, direction=direction, context=context, processing=processing)


def compute(meter, hours="peak", priority="standard"):
    return Series.of(meter, hours=hours, priority=priority)


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
    assert bill(terms("api-pay-as-you-go"), {series: M}) == Decimal(usd)


def requests(*sizes: tuple[int, int]):
    """Metered requests of (input, output) tokens: the band of a request is that of its input, for all its tokens."""
    usage: dict[Series, int] = {}
    for read, written in sizes:
        context = "long" if read > 200_000 else "standard"
        for direction, count in (("input", read), ("output", written)):
            series = tokens("pro", direction, context)
            usage[series] = usage.get(series, 0) + count
    return usage


@pytest.mark.parametrize(
    ("usage", "usd"),
    [
        (requests((200_000, 0)), "0.25"),
        (requests((200_001, 0)), "0.50"),
        (requests((200_000, 10_000)), "0.35"),
        (requests((200_001, 10_000)), "0.65"),
        (requests((200_000, 0), (200_001, 0)), "0.75"),
        ({tokens("pro", processing="batch"): M}, "0.63"),
    ],
    ids=["at 200,000", "one more", "with output", "output too", "band by request", "batch"],
)
def test_one_token_above_200_000_doubles_the_whole_request(terms, usage, usd):
    assert bill(terms("api-pro"), usage) == Decimal(usd)


def test_resolutions_cost_99_cents_after_the_first_fifty(terms):
    assert bill(terms("support-agent"), {"resolutions": 1050}) == 49 + 1000 * Decimal("0.99")


PUBLISHED = {
    "a pool of 100,000 credits pays 5,000 actions": ("agent-flex-credits", {"actions": 5_000}, "500.00"),
    "the next action costs 10 cents": ("agent-flex-credits", {"actions": 5_001}, "500.10"),
    "a conversation costs 2": ("agent-per-conversation", {"conversations": 1_000}, "2000.00"),
    "tickets and resolutions, within": ("helpdesk-hybrid", {"tickets": 2_000, "resolutions": 600}, "840.00"),
    "tickets and resolutions, beyond": ("helpdesk-hybrid", {"tickets": 2_350, "resolutions": 600}, "984.00"),
    "ten seats cover 30,000 credits": ("design-studio", {"design-credits": 30_000}, "200.00"),
    "8,000 more credits are two blocks": ("design-studio", {"design-credits": 38_000}, "440.00"),
    "a hundred developers, within": ("code-assistant", {"premium-requests": 30_000}, "1900.00"),
    "a thousand requests beyond": ("code-assistant", {"premium-requests": 31_000}, "1940.00"),
    "closures that earn the platform back": ("ticket-closures", {"closures": 4_000}, "4000.00"),
    "closures above the threshold": ("ticket-closures", {"closures": 5_000}, "5500.00"),
    "a document of 500 pages": ("document-writer", {"document-packages": 1}, "25.00"),
    "a document of 600 pages": ("document-writer", {"document-packages": 1, "document-pages": 100}, "30.00"),
    "two million pages": ("document-reader", {"scanned-pages": 2 * M}, "2100.00"),
    "a provider's cost and 5.5 %": ("model-gateway", {"provider-cost": 100}, "105.50"),
}


@pytest.mark.parametrize(("package", "usage", "usd"), PUBLISHED.values(), ids=PUBLISHED.keys())
def test_a_package_costs_the_published_figure(terms, package, usage, usd):
    assert bill(terms(package), usage) == Decimal(usd)


def test_the_assistant_is_an_add_on_of_each_seat(terms):
    assert committed(terms("service-desk")) == 15 * 115
    assert committed(terms("service-desk+")) == 15 * (115 + 50)


def test_images_are_covered_by_credits_first(terms):
    studio = terms("image-studio")
    seats = 3 * Decimal("29.99")
    assert bill(studio, {"images": 1500}) == seats
    assert bill(studio, {"images": 2500}) == seats + 1000 * Decimal("0.04")


@pytest.mark.parametrize(("hours", "usd"), [(1000, "2.99"), (1001, "2.89"), (5001, "2.79")])
def test_gpu_hours_beyond_the_reserved_cost_the_price_of_the_volume_reached(terms, hours, usd):
    gpu = terms("gpu-reserved-on-demand")
    assert bill(gpu, {"gpu-hours": 1460}) == 1460 * Decimal("2.35")
    assert bill(gpu, {"gpu-hours": 1460 + hours}) == 1460 * Decimal("2.35") + hours * Decimal(usd)


COMPUTE = {
    "GPU": ({compute("gpu-seconds"): 1000 * HOUR}, "3949.20"),
    "GPU off-peak": ({compute("gpu-seconds", "off-peak"): 1000 * HOUR}, "1974.60"),
    "GPU guaranteed": ({compute("gpu-seconds", priority="guaranteed"): 1000 * HOUR}, "11847.60"),
    "CPU": ({compute("cpu-seconds"): 10_000 * HOUR}, "471.60"),
    "CPU off-peak and guaranteed": ({compute("cpu-seconds", "off-peak", "guaranteed"): 10_000 * HOUR}, "707.40"),
    "memory": ({"memory-seconds": 10_000 * HOUR}, "79.92"),
    "storage": ({"storage": 1000}, "70.00"),
    "network, free": ({"egress": 100}, "0.00"),
    "network, 10 TB": ({"egress": 10_340}, "921.60"),
    "network, 50 TB": ({"egress": 51_300}, "4403.20"),
}


@pytest.mark.parametrize(("usage", "usd"), COMPUTE.values(), ids=COMPUTE.keys())
def test_compute_costs_what_is_published_by_resource_hour_and_priority(terms, usage, usd):
    assert bill(terms("serverless-compute"), usage) == Decimal(usd)


def test_all_resources_are_one_deal(terms):
    alone = ("GPU", "CPU", "memory", "storage", "network, 10 TB")
    together = {series: value for name in alone for series, value in COMPUTE[name][0].items()}
    expected = sum(Decimal(COMPUTE[name][1]) for name in alone)
    assert bill(terms("serverless-compute"), together) == expected == Decimal("5492.32")


def test_a_reseller_and_its_vendor_each_have_their_margin(terms):
    usage = {tokens(): 1000 * M, tokens(direction="output"): 100 * M}
    retail, wholesale = terms("managed-tokens"), terms("reseller-wholesale")
    customer_pays, reseller_pays = bill(retail, usage), bill(wholesale, usage)
    assert (customer_pays, reseller_pays) == (500 + 3000 + 1500, 2400 + 1200)
    assert bill(terms("reseller="), usage) == reseller_pays
    vendor_pays = bill(terms("standard="), usage)
    assert (customer_pays - reseller_pays, reseller_pays - vendor_pays) == (1400, 950)
    assert bill(wholesale, {tokens(): 1000 * M}) == 2500  # the least purchase


def test_the_hybrid_package_draws_credits_before_it_bills_tokens(terms):
    hybrid = terms("agent-platform-hybrid")
    fixed = 2500 + 40 * 29 + 50_000
    assert committed(hybrid) == fixed
    assert bill(hybrid, {tokens(): 1_250 * M, tokens(direction="output"): 5 * M, tokens("flash"): 1_000 * M}) == fixed
    assert bill(hybrid, {tokens(): 20_250 * M}) == fixed + 60_000 - 52_500


def test_every_figure_has_a_source_or_says_that_it_is_assumed():
    for book in demo().books:
        silent = [part for part in [*book.prices, *book.costs] if not SAID.search(part.source)]
        assert silent == []
