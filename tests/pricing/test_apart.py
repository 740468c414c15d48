"""Which charges stand apart, and that each is rated once; that bills are the same is for the property tests."""

from decimal import Decimal

import numpy as np
import pytest

from pricing import Series, Terms, Usage, rate
from pricing.apart import split

SEATS = {"kind": "charge", "key": "seats", "quantity": {"source": "fixed", "value": "10"}}
SEATS["price"] = {"model": "per_unit", "unit": "29.99"}
PLATFORM = {**SEATS, "key": "platform", "price": {"model": "flat", "fee": "500"}}
TOKENS = {**SEATS, "key": "tokens", "timing": "arrears", "quantity": {"source": "meter", "meter": "tokens"}}
FRAME = {"currency": "USD", "start": "2026-01-01", "months": 12, "charges": [SEATS, TOKENS, PLATFORM]}
CREDIT = {"kind": "credit", "key": "prepaid", "amount": "100"}
COMMITMENT = {"kind": "commitment", "key": "promise", "amount": "900", "window": "term"}
ALL = {"seats", "platform"}


@pytest.mark.parametrize(
    ("more", "exact", "apart"),
    [
        ({}, True, ALL),
        ({"credits": [CREDIT]}, True, ALL),
        ({"credits": [{**CREDIT, "scope": {"charges": ["seats"]}}]}, True, {"platform"}),
        ({"commitments": [{**COMMITMENT, "scope": {"charges": ["platform", "tokens"]}}]}, True, {"seats"}),
        ({"discounts": [{"key": "off", "percent": "10", "charges": ["seats"]}]}, True, ALL),
        ({"discounts": [{"key": "off", "percent": "10"}]}, True, set()),
        ({"discounts": [{"key": "off", "percent": "10"}]}, False, ALL),
        ({"discounts": [{"key": "off", "amount": "10"}]}, False, set()),
        ({"maximum": {"amount": "9000", "window": "year"}}, False, set()),
        ({"charges": [{**SEATS, "minimum": "400"}, PLATFORM]}, True, {"platform"}),
    ],
)
def test_charges_that_nothing_else_touches_stand_apart(more, exact, apart):
    terms = Terms.parse({**FRAME, **more})
    found = split(terms, exact=exact)
    assert {one.charge.key for one in found.apart} == apart
    assert {one.key for one in found.rest.charges} == {one.key for one in terms.charges} - apart


def test_a_charge_is_rated_once_in_all_terms_that_say_the_same_of_it():
    one = Terms.parse(FRAME)
    two = Terms.parse(
        {**FRAME, "charges": one.charges, "discounts": [{"key": "off", "percent": "10", "charges": ["platform"]}]}
    )
    before, after = (rate(terms, Usage.zero(terms)) for terms in (one, two))
    assert [line.key for line in after.lines] == ["seats", "tokens", "platform"]
    assert after.by_key["seats"] is before.by_key["seats"]
    assert (before.by_key["platform"].term[0], after.by_key["platform"].term[0]) == (6000, 5400)
    assert (before.total, after.total) == (Decimal("9598.80"), Decimal("8998.80"))


def test_a_discount_by_scope_takes_its_percent_of_what_stands_apart():
    off = {"key": "off", "percent": "10", "scope": {"products": ["app"], "where": {"region": ["eu", "us"]}}}
    terms = Terms.parse({**FRAME, "charges": [{**SEATS, "product": "app"}, PLATFORM], "discounts": [off]})
    assert len(split(terms, exact=True).apart) == 2
    assert rate(terms, Usage.zero(terms)).total == Decimal("9598.80")  # no seat is of a region
    named = {**off, "scope": {"products": ["app"]}}
    terms = Terms.parse({**FRAME, "charges": [{**SEATS, "product": "app"}, PLATFORM], "discounts": [named]})
    assert rate(terms, Usage.zero(terms)).total == Decimal("9238.92")


def test_their_lines_are_as_wide_as_the_usage():
    terms = Terms.parse(FRAME)
    used = Usage({Series("tokens"): np.full((5000, 12), 2.0)})
    bill = rate(terms, used)
    assert {line.net.shape for line in bill.lines} == {(5000, 12)}
    assert np.allclose(bill.net, sum(line.net for line in bill.lines))
    assert np.allclose(bill.net, 10 * 29.99 + 2 * 29.99 + 500)


def test_terms_are_equal_by_what_they_say_whatever_was_computed_of_them():
    one, two = Terms.parse(FRAME), Terms.parse(FRAME)
    for terms in (one, two):
        split(terms, exact=True), split(terms, exact=False)
    rate(one, Usage.zero(one))
    assert one == two
    assert one != Terms.parse({**FRAME, "months": 13})
    assert hash(one.charges[0].price) == hash(two.charges[0].price)
