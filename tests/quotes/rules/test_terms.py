from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing import InvalidTerms, Series, committed
from quotes.rules.components import with_price, with_quantity
from quotes.rules.series import assumed, matching, metered, name_of, series_named
from quotes.rules.terms import Deal, Line, at_list, compounded, sold
from tests.quotes.rules.test_components import CREDIT, FLAT, MATRIX, SEATS, TIERED

PERCENT = st.decimals(0, 100, places=4)


def deal(*lines: Line, discount: int = 0) -> Deal:
    return Deal("USD", date(2027, 1, 1), 12, Decimal(discount), tuple(lines))


def line(component: dict, discount: int = 0, original: dict | None = None) -> Line:
    return Line(component, original or component, Decimal(discount))


def test_lines_become_terms():
    terms = sold(deal(line(SEATS, 10), line(FLAT), line(TIERED), discount=20))
    assert [charge.key for charge in terms.charges] == ["seats", "flat", "requests"]
    assert [(each.key, each.percent, each.charges) for each in terms.discounts] == [
        ("discount:seats", Decimal(10), ("seats",)),
        ("quote-discount", Decimal(20), ()),
    ]
    assert committed(terms) == Decimal("11_064.00")  # (725 x 0.9 + 500) x 12 x 0.8, and nothing for usage


def test_terms_at_list_that_were_met_before_are_the_same_object():
    first, other = (at_list(deal(line(SEATS, percent), line(FLAT), discount=percent)) for percent in (10, 20))
    assert other is first
    assert at_list(deal(line(FLAT))) is not first


def test_at_list_there_is_no_discount_and_no_override():
    cheap = with_price(with_quantity(SEATS, Decimal(40)), "unit", Decimal(1))
    terms = at_list(deal(line(cheap, 50, SEATS), discount=50))
    assert committed(terms) == 40 * 29 * 12
    assert terms.discounts == ()


def test_the_order_of_lines_does_not_change_what_is_committed():
    lines = [line(SEATS, 7), line(FLAT, 3), line(TIERED)]
    assert committed(sold(deal(*lines, discount=11))) == committed(sold(deal(*reversed(lines), discount=11)))


def test_a_credit_for_a_line_that_is_not_there_is_refused():
    with pytest.raises(InvalidTerms):
        sold(deal(line(CREDIT)))


@given(PERCENT, PERCENT)
def test_two_discounts_are_never_less_than_one_nor_more_than_all(one, other):
    assert max(one, other) <= compounded(one, other) <= 100
    assert compounded(one, other) == compounded(other, one)


def test_series_of_charges():
    tokens, requests = metered(sold(deal(line(MATRIX), line(TIERED), line(SEATS))))
    known = [Series.of("tokens", direction="output"), Series.of("requests"), Series.of("tokens", direction="input")]
    assert matching(tokens, known) == [known[2], known[0]]
    assert matching(requests, known) == [Series.of("requests")]
    assert assumed(tokens) == [known[2], known[0]]
    assert assumed(requests) == [Series.of("requests")]


def test_assumptions_are_asked_for_what_the_filter_lets_through():
    filtered = {**MATRIX, "quantity": {**MATRIX["quantity"], "where": {"direction": ["input"], "model": ["a", "b"]}}}
    [tokens] = metered(sold(deal(line(filtered))))
    assert [name_of(series) for series in assumed(tokens)] == [
        "tokens|direction=input,model=a",
        "tokens|direction=input,model=b",
    ]


@pytest.mark.parametrize("name", ["requests|", "tokens|direction=input,model=sonnet"])
def test_names_of_series_read_back(name):
    assert name_of(series_named(name)) == name
