"""One pricing, whatever shows it: parts add up, bands are in order, and the frozen one says the same."""

import json
from decimal import Decimal

import pytest
from django.db.models.functions import Reverse

from catalog.models import Package, Price
from core.errors import Refused
from forecasting.models import ForecastRun
from pricing import Terms, Usage, rate
from quotes.actions.drafts import edit_version
from quotes.actions.edits import refresh_forecast
from quotes.actions.lines import add_package, add_price, edit_line
from quotes.actions.versions import submit
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.priced import price, priced
from tests.factories import AT, make_customer, make_draft_quote, make_submitted_quote, record_weeks

pytestmark = pytest.mark.django_db


def line_of(version: QuoteVersion, key: str) -> QuoteLine:
    return QuoteLine.objects.select_related("version").get(version=version, key=key)


def test_the_parts_of_what_is_committed_add_up(ada):
    draft = make_draft_quote(discount_percent=Decimal("33.3333"), months=7)
    draft = add_price(draft, price=Price.objects.get(key="onboarding"), by=ada, at=AT)
    draft = edit_line(line_of(draft, "seats"), by=ada, at=AT, discount_percent=Decimal("12.5"), quantity=Decimal(37))
    shown = price(draft)
    fixed = [row for row in shown.lines if not row.metered]
    assert sum(row.net_term.p50 for row in fixed) == shown.totals.committed
    assert sum(month.committed for month in shown.months) == shown.totals.committed
    assert shown.totals.committed == draft.committed_total
    assert shown.totals.one_time == Decimal("18_000.00")  # 12,000 less a third, and 10,000 for credits
    assert shown.totals.discount == shown.totals.list_term - shown.totals.net_term


def test_bands_are_in_order_and_never_below_what_is_committed():
    shown = price(make_draft_quote())
    bands = [shown.term, *(month.band for month in shown.months), *(row.net_term for row in shown.lines)]
    bands += [band for usage in shown.usage for band in usage.months]
    bands += [shown.margin.cost, shown.margin.margin, shown.margin.percent, *shown.margin.months]
    assert [band for band in bands if not band.p10 <= band.p50 <= band.p90] == []
    assert shown.term.p10 >= shown.totals.committed
    assert [row for row in shown.months if row.band.p10 < row.committed] == []


def test_pricing_twice_is_equal():
    draft = make_draft_quote()
    assert price(draft) == price(draft)


def test_the_screen_and_the_exact_bill_agree(ada):
    """Without a forecast every path is the exact bill."""
    draft = make_draft_quote(discount_percent=Decimal("7.77"))
    for key in ("prepaid", "tokens"):
        QuoteLine.objects.filter(version=draft, key=key).delete()
    draft = edit_version(draft, by=ada, at=AT, title="Fixed only")
    shown = price(draft)
    assert shown.term.p10 == shown.term.p50 == shown.term.p90 == shown.totals.committed
    assert (shown.forecast, shown.usage, shown.warnings) == (None, (), ())


def test_frozen_and_drafted_say_the_same(ada):
    draft = make_draft_quote(discount_percent=Decimal(25))
    before = price(draft, at=AT)
    version = submit(draft, by=ada, at=AT)
    after = priced(version)
    assert {name: getattr(after, name) for name in vars(before)} == vars(before)
    frozen = json.loads(version.snapshot)
    assert frozen["bands"]["term"] == {name: str(getattr(before.term, name)) for name in ("p10", "p50", "p90")}
    assert frozen["totals"]["committed"] == str(before.totals.committed)
    assert [row["committed"] for row in frozen["bands"]["months"]] == [str(row.committed) for row in before.months]


def test_the_frozen_terms_bill_what_was_shown(ada):
    version = make_submitted_quote()
    terms = Terms.parse(version.terms)
    assert rate(terms, Usage.zero(terms)).total == priced(version).totals.committed


@pytest.mark.parametrize("lines", [1, 3])
def test_the_number_of_queries_does_not_grow_with_the_lines(lines, ada, django_assert_num_queries):
    draft = make_draft_quote()
    for _ in range(lines - 1):
        draft = add_package(draft, package=Package.objects.get(code="hybrid"), by=ada, at=AT)
    price(draft)
    draft = QuoteVersion.objects.whole().get(pk=draft.pk)
    with django_assert_num_queries(4):
        price(draft)
    version = submit(draft, by=ada, at=AT)
    with django_assert_num_queries(1):
        priced(version)


def test_who_may_not_see_margin_sees_none():
    version = make_submitted_quote(discount_percent=Decimal(90))
    full, public = priced(version), priced(version, with_margin=False)
    reason = next(need.reason for need in full.needs if need.rule == "margin")
    assert "below the limit" in reason
    assert (public.margin, public.facts.margin_p10) == (None, None)
    assert [need.reason for need in public.needs if need.rule == "margin"] == ["Margin at P10 below 30 %."]
    assert str(full.facts.margin_p10) not in str([public.needs, public.facts])


@pytest.mark.parametrize(
    ("quote", "line", "fact"),
    [("0", "0", "0.00"), ("20", "0", "20.00"), ("10", "20", "28.00"), ("0", "15.5", "15.50"), ("50", "50", "75.00")],
)
def test_discounts_compound(quote, line, fact, ada):
    draft = make_draft_quote(discount_percent=Decimal(quote))
    draft = edit_line(line_of(draft, "seats"), by=ada, at=AT, discount_percent=Decimal(line))
    assert price(draft).facts.discount_percent == Decimal(fact)


def test_a_lower_price_counts_as_a_discount(ada):
    draft = make_draft_quote()
    draft = edit_line(line_of(draft, "seats"), by=ada, at=AT, prices={"unit": Decimal("14.5")})
    shown = price(draft)
    assert shown.facts.discount_percent == Decimal("50.00")
    assert [need.rule for need in shown.needs] == ["discount"]
    row = next(row for row in shown.lines if row.key == "seats")
    assert (row.list_price, row.price, row.overridden) == (
        "USD 29.00 per seat and month",
        "USD 14.50 per seat and month",
        True,
    )
    assert (row.list_term.p50, row.net_term.p50) == (Decimal("13_920.00"), Decimal("6_960.00"))


def test_more_included_usage_counts_as_a_discount(ada):
    draft = make_draft_quote()
    draft = edit_line(line_of(draft, "tokens"), by=ada, at=AT, allowance=Decimal(10**12))
    assert price(draft).facts.discount_percent == Decimal("100.00")


def test_cheaper_credits_count_as_a_discount(ada):
    draft = make_draft_quote()
    draft = edit_line(line_of(draft, "prepaid"), by=ada, at=AT, prices={"purchase": Decimal(6000)})
    assert price(draft).facts.discount_percent == Decimal("40.00")


def test_more_of_something_is_no_discount(ada):
    draft = make_draft_quote()
    for key, quantity in (("seats", 400), ("prepaid", 21000)):
        draft = edit_line(line_of(draft, key), by=ada, at=AT, quantity=Decimal(quantity))
    assert price(draft).facts.discount_percent == Decimal("0.00")


def test_margin_is_of_the_same_futures(ada):
    """One price and one cost per request: the margin is what is between them, whatever the usage."""
    customer = make_customer("plain", history=False)
    record_weeks(customer, [1_000_000] * 30, meter="requests")
    draft = make_draft_quote(customer=customer)
    QuoteLine.objects.filter(version=draft).delete()
    draft = add_price(draft, price=Price.objects.get(key="requests"), by=ada, at=AT)
    shown = price(draft)
    assert shown.margin.percent.p50 == pytest.approx(Decimal(75), abs=1)  # 0.04 sold, 0.01 spent


def test_what_is_over_is_a_problem_only_when_asked_at_a_time():
    draft = make_draft_quote()
    assert price(draft).problems == ()
    assert [problem.field for problem in price(draft, at=draft.expires_at).problems] == ["valid_until"]


def test_missing_history_is_a_problem_until_something_is_assumed():
    draft = make_draft_quote(customer=make_customer("newcomer", history=False))
    assert {problem.field for problem in price(draft).problems} == {"assumptions"}


def test_an_engine_that_is_gone_is_a_problem_that_a_new_forecast_solves(ada):
    draft = make_draft_quote()
    ForecastRun.objects.update(method="oracle 0", inputs_hash=Reverse("inputs_hash"))
    draft = QuoteVersion.objects.select_related("forecast_run", "price_book").get(pk=draft.pk)
    assert [problem.field for problem in price(draft).problems] == ["forecast"]
    with pytest.raises(Refused):
        submit(draft, by=ada, at=AT)
    assert price(refresh_forecast(draft, by=ada, at=AT)).problems == ()
