"""Examples and curves of a price are what the one engine bills."""

from decimal import Decimal

from catalog.rules.compare import effects
from catalog.rules.examples import amounts, cells_of, examples, line_of
from catalog.rules.words import Display
from pricing import parse_component
from pricing.explain import amount_of


def charge(price, **more):
    metered = {"source": "meter", "meter": "gpu"}
    return parse_component(
        {"kind": "charge", "key": "gpu", "unit": "GPU hour", "price": price, "quantity": metered, **more}
    )


def volume(first="2.99", **more):
    tiers = [{"up_to": "1000", "unit": first}, {"unit": "2.89"}]
    return charge({"model": "volume", "tiers": tiers}, **more)


def test_examples_stand_on_both_sides_of_an_edge_and_open_the_amount():
    told = examples(volume(), cells_of(volume())[0], Display(), "USD")
    assert [(one.quantity, one.amount) for one in told] == [
        ("1,000 GPU hours", "USD 2,990.00"),
        ("1,001 GPU hours", "USD 2,892.89"),
        ("1,600 GPU hours", "USD 4,624.00"),
    ]
    assert told[1].steps == ("All in tier 2: 1,001 × 2.89 = 2,892.89",)


def test_what_is_included_moves_the_edges():
    told = examples(volume(allowance={"quantity": "500"}), cells_of(volume())[0], Display(), "USD")
    assert [one.quantity for one in told] == [
        "500 GPU hours",
        "501 GPU hours",
        "1,500 GPU hours",
        "1,501 GPU hours",
        "2,400 GPU hours",
    ]
    assert told[0].steps == ("500 included",)


def test_a_line_has_both_sides_of_the_cliff():
    line = line_of(volume(), cells_of(volume())[0], Display(), "USD")
    found = dict(line.points)
    assert (found[Decimal(1000)], found[Decimal("1000.000001")]) == (2990, 2890)
    assert len(line.samples) == 49
    assert line.samples[0] == (0, 0)


def test_amounts_are_those_of_the_price_model():
    quantities = [Decimal(number) for number in (0, 1, 999, 1000, 1001, 123456)]
    expected = [round(amount_of(volume().price, one), 2) for one in quantities]
    assert amounts(volume(), cells_of(volume())[0], quantities, "USD") == expected


def test_a_matrix_is_told_cell_by_cell_in_the_order_of_its_dimensions():
    price = {
        "model": "matrix",
        "dimensions": ["model", "direction"],
        "cells": [
            {"when": {"direction": "input", "model": "sonnet"}, "price": {"model": "per_unit", "unit": "3"}},
            {"when": {"model": "flash"}, "price": {"model": "per_unit", "unit": "1"}},
        ],
        "default": {"model": "per_unit", "unit": "9"},
    }
    cells = cells_of(charge(price))
    assert [cell.name for cell in cells] == ["sonnet · input", "flash", "everything else"]
    assert [amounts(charge(price), cell, [Decimal(2)], "USD") for cell in cells] == [[6], [2], [18]]


def test_an_agreed_quantity_is_its_own_example():
    seats = parse_component(
        {
            "kind": "charge",
            "key": "s",
            "unit": "seat",
            "price": {"model": "per_unit", "unit": "29"},
            "interval": "year",
            "quantity": {"source": "fixed", "value": "40"},
        }
    )
    [told] = examples(seats, cells_of(seats)[0], Display(), "USD")
    assert (told.quantity, told.amount, told.average) == ("40 seats", "USD 1,160.00", "USD 29.00 per seat")


def test_a_comparison_shows_what_costs_another_amount():
    found = effects(volume(), volume("3.29"), {}, "USD")
    assert [(one.what, one.before, one.after, one.percent) for one in found] == [
        ("1,000 GPU hours", "USD 2,990.00", "USD 3,290.00", Decimal("10.0"))
    ]
