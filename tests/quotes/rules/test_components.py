"""What a seller sees of a component and may change in it; every change leaves the original alone."""

from copy import deepcopy
from decimal import Decimal

import pytest

from catalog.rules.points import Point, price_points
from pricing import parse_component
from quotes.rules.components import (
    allowance_of,
    at_quantity_of,
    fixed_quantity,
    is_overridden,
    renamed,
    with_allowance,
    with_price,
    with_quantity,
)

SEATS = {
    "kind": "charge",
    "key": "seats",
    "price": {"model": "per_unit", "unit": "29"},
    "quantity": {"source": "fixed", "value": "25"},
}
FLAT = {**SEATS, "key": "flat", "price": {"model": "flat", "fee": "500"}}
TIERED = {
    "kind": "charge",
    "key": "requests",
    "price": {
        "model": "graduated",
        "tiers": [{"up_to": "1000", "unit": "2", "flat": "0"}, {"unit": "1.5", "flat": "10"}],
    },
    "quantity": {"source": "meter", "meter": "requests"},
    "allowance": {"quantity": "100", "reset": "term"},
}
MATRIX = {
    "kind": "charge",
    "key": "tokens",
    "price": {
        "model": "multiplier",
        "dimension": "processing",
        "factors": {"batch": "0.5"},
        "base": {
            "model": "matrix",
            "dimensions": ["direction"],
            "cells": [
                {"when": {"direction": "input"}, "price": {"model": "per_unit", "unit": "0.000003"}},
                {"when": {"direction": "output"}, "price": {"model": "package", "size": "1000", "price": "0.015"}},
            ],
            "default": {"model": "per_unit", "unit": "0.00001"},
        },
    },
    "quantity": {"source": "meter", "meter": "tokens"},
}
CREDIT = {
    "kind": "credit",
    "key": "prepaid",
    "amount": "10500",
    "purchase": "10000",
    "scope": {"charges": ["tokens", "other"]},
}
FREE = {"kind": "credit", "key": "free", "amount": "500", "purchase": "0"}
ALL = [SEATS, FLAT, TIERED, MATRIX, CREDIT, FREE]


@pytest.mark.parametrize(
    ("component", "points"),
    [
        (SEATS, [Point("unit", "", Decimal(29), True)]),
        (FLAT, [Point("fee", "fee", Decimal(500), False)]),
        (
            TIERED,
            [
                Point("tiers/0/unit", "up to 1,000", Decimal(2), True),
                Point("tiers/1/unit", "above 1,000", Decimal("1.5"), True),
                Point("tiers/1/flat", "above 1,000, flat fee", Decimal(10), False),
            ],
        ),
        (
            MATRIX,
            [
                Point("base/cells/0/price/unit", "input", Decimal("0.000003"), True),
                Point("base/cells/1/price/price", "output, per block", Decimal("0.015"), False),
                Point("base/default/unit", "other", Decimal("0.00001"), True),
            ],
        ),
        (CREDIT, [Point("purchase", "paid for the credits", Decimal(10000), False)]),
        (FREE, []),
    ],
)
def test_price_points(component, points):
    assert list(price_points(component)) == points


@pytest.mark.parametrize("component", ALL)
def test_every_point_can_be_written_and_is_then_an_override(component):
    for point in price_points(component):
        before = deepcopy(component)
        changed = with_price(component, point.path, Decimal(7))
        assert component == before
        assert {p.path: p.amount for p in price_points(changed)}[point.path] == 7
        assert is_overridden(changed, component)
        assert not is_overridden(component, component)
        parse_component(changed)


@pytest.mark.parametrize("path", ["", "quantity", "model", "tiers/9/unit", "../key", "base"])
def test_nothing_but_prices_can_be_written(path):
    for component in ALL:
        with pytest.raises(KeyError):
            with_price(component, path, Decimal(1))


def test_quantities():
    assert [fixed_quantity(component) for component in ALL] == [25, 25, None, None, 10500, 500]
    assert with_quantity(SEATS, Decimal("30.50"))["quantity"] == {"source": "fixed", "value": "30.5"}
    assert with_quantity(CREDIT, Decimal(1050))["purchase"] == "1000"
    assert with_quantity(FREE, Decimal(1000))["purchase"] == "0"
    assert not is_overridden(with_quantity(CREDIT, Decimal(333)), CREDIT)


def test_allowances():
    assert [allowance_of(component) for component in ALL] == [None, None, 100, None, None, None]
    assert with_allowance(TIERED, Decimal(200))["allowance"] == {"quantity": "200", "reset": "term"}
    assert with_allowance(MATRIX, Decimal(5))["allowance"] == {"quantity": "5", "reset": "month"}
    assert "allowance" not in with_allowance(TIERED, Decimal(0))
    assert is_overridden(with_allowance(TIERED, Decimal(200)), TIERED)


def test_at_list_with_the_quantity_that_is_sold():
    sold = with_price(with_quantity(SEATS, Decimal(40)), "unit", Decimal(20))
    assert at_quantity_of(sold, SEATS) == with_quantity(SEATS, Decimal(40))
    assert at_quantity_of(MATRIX, MATRIX) == MATRIX


def test_new_names_and_what_refers_to_them():
    components = renamed([MATRIX, CREDIT], {"tokens", "tokens-2"})
    assert [component["key"] for component in components] == ["tokens-3", "prepaid"]
    assert components[1]["scope"]["charges"] == ["tokens-3", "other"]
    assert CREDIT["scope"]["charges"] == ["tokens", "other"]
