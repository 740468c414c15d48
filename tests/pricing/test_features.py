"""Worked to the cent: prices by event and tier, factors of factors, scopes, units paid ahead, what cannot be."""

from decimal import Decimal

import numpy as np
import pytest

from pricing import InvalidTerms, Series, Terms, Usage, rate

from .test_rating import JAN, fixed, flat, grant, metered, promise, unit

ONE = unit("1")
BY_MODEL = {
    "model": "matrix",
    "dimensions": ["model"],
    "cells": [{"when": {"model": name}, "price": ONE} for name in ("small", "large")],
}
PAYMENTS = {"source": "meter", "meter": "payments"}


def terms_of(charges, months=1, **more):
    return Terms.parse({**JAN, "months": months, "charges": charges, **more})


def nets(terms, usage):
    return {line.key: [str(one) for one in line.net[0]] for line in rate(terms, usage).lines if any(line.net[0])}


def test_each_event_pays_the_rates_of_the_tiers_its_money_falls_in():
    tiers = [{"up_to": "100", "rate": "10", "flat": "2"}, {"rate": "5", "flat": "1"}]
    price = {"model": "graduated_percentage", "tiers": tiers, "fee": "0.50", "free_events": 1, "maximum": "8"}
    terms = terms_of([metered("pay", price, "volume", events=PAYMENTS)])
    volume = Series("volume")
    usage = Usage(Usage.exactly({volume: ["270"]}).series, events={volume: [[Decimal(n) for n in (40, 30, 120, 80)]]})
    # free; 3.00 + 0.50; 7.00 + 2.50 + 0.50 cut to 8.00; 4.00 + 0.50; flats 2 + 1
    assert nets(terms, usage) == {"pay": ["19.00"]}
    assert rate(terms, usage.simulated()).net[0, 0] == pytest.approx(19)


def test_from_aggregates_every_event_is_an_average_one():
    tiers = [{"up_to": "100", "rate": "10"}, {"rate": "5"}]
    price = {"model": "graduated_percentage", "tiers": tiers, "fee": "0.50"}
    terms = terms_of([metered("pay", price, "volume", events=PAYMENTS)])
    usage = {Series("volume"): ["300"], Series("payments"): ["6"]}
    assert nets(terms, Usage.exactly(usage)) == {"pay": ["23.00"]}  # 10 + 10 + 6 x 0.50


def test_factors_of_two_dimensions_multiply_part_by_part():
    batch = {"model": "multiplier", "dimension": "processing", "factors": {"batch": "0.5"}, "base": ONE}
    price = {"model": "multiplier", "dimension": "hours", "factors": {"off-peak": "0.7"}, "base": batch}
    usage = {
        Series.of("units", processing="batch", hours="off-peak"): ["100"],
        Series.of("units", processing="batch", hours="peak"): ["100"],
        Series.of("units", processing="standard", hours="off-peak"): ["100"],
    }
    # 35 + 50 + 70: not the product of two averages, 300 x 0.8 x 0.6667
    assert nets(terms_of([metered("u", price)]), Usage.exactly(usage)) == {"u": ["155.00"]}


def test_a_discount_on_some_cells_of_a_matrix():
    off = {"key": "d", "percent": "10", "scope": {"meters": ["t"], "where": {"model": ["large"]}}}
    usage = {Series.of("t", model=name): ["100"] for name in ("small", "large")}
    terms = terms_of([metered("t", BY_MODEL, "t")], discounts=[off])
    assert nets(terms, Usage.exactly(usage)) == {"t/small": ["100.00"], "t/large": ["90.00"]}


def test_a_conversion_of_credits_per_product():
    charges = [
        metered("image", ONE, "images", product="media"),
        metered("video", ONE, "videos", product="media"),
        metered("text", ONE, "words"),
    ]
    pool = grant("pool", "100", unit="credits", rates={"media": "5", "video": "20"})
    usage = {Series("images"): ["10"], Series("videos"): ["4"], Series("words"): ["7"]}
    # 10 images burn 50, the other 50 cover 2.5 videos; text has no rate
    assert nets(terms_of(charges, credits=[pool]), Usage.exactly(usage)) == {"video": ["1.50"], "text": ["7.00"]}


def test_prepaid_units_cost_what_they_are_worth_and_cover_usage():
    ahead = promise("pre", quantity="100", window="month", settle="prepaid", overage_factor="1.5")
    terms = terms_of(
        [metered("u", unit("2"))],
        months=2,
        commitments=[ahead | {"scope": {"charges": ["u"]}}],
        discounts=[{"key": "d", "percent": "10", "charges": ["u"]}],
    )
    assert nets(terms, Usage.exactly({Series("units"): ["60", "130"]})) == {
        "u": ["0.00", "54.00"],
        "pre/purchase": ["180.00", "180.00"],
        "pre/overage": ["0.00", "27.00"],
    }


def test_committed_units_are_those_of_the_price_after_conversion():
    charge = metered("u", unit("10"), conversion={"divide": "1000"})
    wanted = promise("m", quantity="5", window="month", scope={"charges": ["u"]})
    usage = Usage.exactly({Series("units"): ["3000"]})
    assert nets(terms_of([charge], commitments=[wanted]), usage) == {"u": ["30.00"], "m/true-up": ["20.00"]}


def test_free_months_are_free_of_the_escalator_too():
    terms = terms_of(
        [fixed("fee", flat("100"))], months=3, free_months=2, escalator={"percent": "5", "every_months": 1}
    )
    assert nets(terms, Usage.zero(terms)) == {"fee": ["0.00", "0.00", "110.25"]}


def test_what_is_covered_to_the_last_unit_enters_no_tier():
    """A third of a unit has no last decimal; what is left of it must not bill the fee of a tier."""
    price = {"model": "graduated", "tiers": [{"unit": "1", "flat": "5"}]}
    charge = metered("u", price, conversion={"divide": "3"})
    terms = terms_of([charge], months=3, credits=[grant("g", "1000", unit="credits", rates={"u": "7"})])
    assert nets(terms, Usage.exactly({Series("units"): ["100", "10", "1"]})) == {}


def test_no_event_is_billed_of_what_is_covered_whole_in_floats():
    """0.1 + 0.2 - 0.1 is more than 0.2: the last bit too much must not become a number of events below none."""
    price = {"model": "percentage", "rate": "1", "fee": "1", "free_amount": "100"}
    terms = terms_of(
        [metered("pay", price, "volume", events=PAYMENTS)], months=2, credits=[grant("g", "1000", unit="credits")]
    )
    usage = Usage.exactly({Series("volume"): ["0.1", "0.2"], Series("payments"): ["400", "400"]})
    assert rate(terms, usage).total == 0
    assert list(rate(terms, usage.simulated()).net[0]) == [0, 0]


@pytest.mark.parametrize(
    ("more", "path"),
    [
        ({"starts": "2027-01-05", "from_month": 2}, "charges[0].from_month"),
        ({"price": {"model": "multiplier", "dimension": "d", "factors": {"a": "1"}, "base": ONE}}, "charges[0].price"),
        ({"price": {"model": "percentage", "rate": "1", "fee": "1"}}, "charges[0].price"),
    ],
)
def test_what_a_fixed_quantity_cannot_have(more, path):
    with pytest.raises(InvalidTerms) as caught:
        terms_of([fixed("fee", flat("1")) | more], months=3)
    assert [where for where, _ in caught.value.problems] == [path]


def test_single_events_are_of_one_row():
    with pytest.raises(ValueError, match="one row only"):
        Usage({Series("u"): np.ones((2, 1))}, events={Series("u"): [[Decimal(1)]]})
