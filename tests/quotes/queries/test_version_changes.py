"""Two versions side by side: every field, and effects that add up to the whole difference."""

from decimal import Decimal

import pytest

from quotes.actions.drafts import edit_version
from quotes.actions.lines import add_price, edit_line, remove_line
from quotes.actions.outline import add_text
from quotes.actions.ramps import edit_year
from quotes.actions.versions import revise, submit, withdraw
from quotes.models import QuoteVersion
from quotes.queries.priced import priced
from quotes.queries.version_changes import Figures, compared, version_before
from tests.factories import AT, make_approved_quote, make_draft_quote
from tests.quotes.views.deals import a_draft, submitted

pytestmark = pytest.mark.django_db


def revised(version: QuoteVersion, ada) -> QuoteVersion:
    return revise(withdraw(version, by=ada, at=AT), by=ada, at=AT)


def fields(comparison) -> list[tuple[str, str, str]]:
    return [(row.what, row.before, row.after) for row in comparison.rows]


def summed(comparison) -> Figures:
    effects = [row.effect for row in comparison.rows if row.effect]
    return Figures(
        sum((one.committed for one in effects), Decimal(0)),
        sum((one.expected for one in effects), Decimal(0)),
        sum((one.margin for one in effects), Decimal(0)),
    )


@pytest.fixture
def pair(ada) -> tuple[QuoteVersion, QuoteVersion]:
    """A submitted version of platform and seats with 25 %, and the draft that follows it."""
    first = submitted(ada)
    return first, revised(first, ada)


def test_equal_versions_have_no_changes(pair):
    assert compared(*pair, with_margin=True).rows == ()


def test_each_field_and_what_it_does(pair, ada):
    first, draft = pair
    seats = draft.lines.get(key="seats")
    draft = edit_line(seats, by=ada, at=AT, quantity=Decimal(30), prices={"unit": Decimal("28")})
    draft = edit_version(draft, by=ada, at=AT, title="Agents", discount_percent=Decimal(10))
    found = compared(first, draft, with_margin=True)
    assert fields(found) == [
        ("Title", "Agent platform", "Agents"),
        ("Seats: quantity", "25 seats", "30 seats"),
        ("Seats: price", "USD 29.00 per seat", "USD 28.00 per seat"),
        ("Quote discount", "25 %", "10 %"),
    ]
    title, more, cheaper, discount = (row.effect for row in found.rows)
    assert title is None
    assert more.committed == 12 * 5 * 29 * Decimal("0.75")
    assert cheaper.committed == -12 * 30 * Decimal("0.75")
    assert discount.committed == 12 * (2500 + 30 * 28) * Decimal("0.15")
    assert summed(found) == found.difference
    assert (found.before.committed, found.after.committed) == (first.committed_total, draft.committed_total)


def test_lines_that_go_and_come(pair, ada):
    first, draft = pair
    draft = remove_line(draft.lines.get(key="seats"), by=ada, at=AT)
    price = draft.price_book.prices.get(key="onboarding")
    draft = add_price(draft, price=price, by=ada, at=AT)
    found = compared(first, draft, with_margin=False)
    assert fields(found) == [
        ("Seats", "25 seats, USD 29.00 per seat", ""),
        ("Onboarding", "", "1 project, USD 12,000.00"),
    ]
    assert [row.effect.committed for row in found.rows] == [-12 * 25 * 29 * Decimal("0.75"), 9000]
    assert found.difference.margin is None


def test_term_and_forecast_are_one_effect(ada):
    first = make_draft_quote()
    later = edit_version(QuoteVersion.objects.get(pk=first.pk), by=ada, at=AT, months=24)
    found = compared(first, later, with_margin=True)
    assert [(row.what, row.joined) for row in found.rows] == [("Term", True), ("Forecast", False)]
    assert summed(found) == found.difference
    assert found.after.expected == priced(later).term.p50
    assert found.after.margin == priced(later).margin.margin.p50


def test_what_cannot_stand_alone_is_told_with_the_next(ada):
    """Prepaid credits name the tokens they pay for: one does not go without the other."""
    first = make_draft_quote()
    whole = QuoteVersion.objects.get(pk=first.pk)
    bare = a_draft(ada)
    found = compared(whole, bare, with_margin=True)
    assert {row.what for row in found.rows if row.joined} <= {"Model tokens", "Prepaid credits", "Forecast"}
    assert summed(found) == found.difference
    assert found.after.expected == priced(bare).term.p50


def test_the_last_approved_version_comes_before_later_ones(ada):
    first = make_approved_quote()
    assert version_before(first) is None
    second = revised(first, ada)
    assert version_before(second) == first


def test_whatever_a_seller_changes_is_told_in_words_and_in_money(pair, ada):
    first, draft = pair
    draft = add_text(draft, kind="note", text="Prices hold.", by=ada, at=AT)
    seats = draft.lines.select_related("version").get(key="seats")
    draft = edit_version(draft, by=ada, at=AT, months=24, payment_days=45, discount_from=3, free_months=1)
    draft = edit_line(seats, by=ada, at=AT, from_month=2, to_month=13, discount_percent=Decimal(5), discount_to=6)
    draft = edit_year(
        draft.lines.select_related("version").get(key="seats"),
        year=2,
        quantity=Decimal(40),
        prices={"unit": Decimal(28)},
        by=ada,
        at=AT,
    )
    found = compared(first, draft, with_margin=True)
    assert fields(found) == [
        ("Payment due", "30 days", "45 days"),
        ("A note", "", "Prices hold."),
        ("Term", "12 months", "24 months"),
        ("Seats: runs", "the whole term", "months 2 to 13"),
        ("Seats: discount", "0 %", "5 %"),
        ("Seats: last month of the discount", "–", "6"),
        ("Seats in year 2: quantity", "–", "40"),
        ("Seats in year 2: price", "–", "28"),
        ("First month of the quote discount", "", "3"),
        ("Free months", "0 months", "1 month"),
    ]
    assert summed(found) == found.difference
    seats = draft.lines.select_related("version").get(key="seats")
    draft = edit_line(seats, by=ada, at=AT, to_month=None, from_month=None)
    assert "Seats: other conditions" not in [row.what for row in compared(first, draft, with_margin=False).rows]


def test_a_line_that_becomes_optional_takes_its_money_with_it(ada):
    levels = {"low": "1600", "base": "1600", "high": "1600"}
    first = submit(a_draft(ada, keys=("platform", "requests"), assumptions={"requests|": levels}), by=ada, at=AT)
    draft = revised(first, ada)
    line = draft.lines.select_related("version").get(key="requests")
    found = compared(first, edit_line(line, by=ada, at=AT, optional=True), with_margin=False)
    optional, forecast = found.rows
    assert (optional.what, optional.before, optional.after) == (line.component["name"], "part of the deal", "optional")
    assert optional.effect.expected < 0
    assert (forecast.what, forecast.effect.nothing) == ("Forecast", True)
    assert optional.effect == found.difference
