from decimal import Decimal

import pytest

from catalog.rules.words import Display, series_label, words
from pricing import parse_component

TOKENS = {"tokens": Display(Decimal(1_000_000), "M tokens")}
METER = {"source": "meter", "meter": "tokens"}
SEAT = {"source": "fixed", "value": "5"}


def said(price, quantity=METER, unit="token", **fields):
    charge = {"kind": "charge", "key": "k", "unit": unit, "price": price, "quantity": quantity, **fields}
    got = words(parse_component(charge), "USD", TOKENS)
    return got.headline, [f"{row.what}|{row.up_to}|{row.price}" for row in got.rows], got.notes


@pytest.mark.parametrize(
    ("price", "headline"),
    [
        ({"model": "per_unit", "unit": "0.000003"}, "USD 3.00 per 1M tokens"),
        ({"model": "per_unit", "unit": "0.0000000375"}, "USD 0.0375 per 1M tokens"),
        ({"model": "flat", "fee": "500"}, "USD 500.00 per month"),
        ({"model": "package", "size": "1000000", "price": "2"}, "USD 2.00 per 1 M tokens"),
        ({"model": "cost_plus", "markup": "20"}, "cost plus 20 %"),
    ],
)
def test_a_price_in_a_line(price, headline):
    events = {"events": METER} if price["model"] == "percentage" else {}
    assert said(price, **events)[0] == headline


def test_a_share_of_money_with_a_fee_per_event():
    price = {"model": "percentage", "rate": "1.5", "fee": "0.3"}
    assert said(price, events=METER)[0] == "1.5 % + USD 0.30 per event"


def test_seats_say_the_month():
    headline, rows, notes = said({"model": "per_unit", "unit": "29"}, SEAT, "seat", timing="advance")
    assert (headline, rows, notes) == ("USD 29.00 per seat and month", [], ["Billed in advance"])


def test_tiers_are_rows():
    price = {"model": "graduated", "tiers": [{"up_to": "5000000", "unit": "0.000003"}, {"unit": "0.000002"}]}
    assert said(price)[:2] == (
        "Each unit at its tier's price, from USD 3.00 per 1M tokens",
        ["|up to 5 M tokens|USD 3.00 per 1M tokens", "|above|USD 2.00 per 1M tokens"],
    )


def test_a_matrix_is_rows_and_a_multiplier_a_note():
    matrix = {
        "model": "matrix",
        "dimensions": ["model", "direction"],
        "cells": [
            {"when": {"direction": "input", "model": "sonnet"}, "price": {"model": "per_unit", "unit": "0.000003"}}
        ],
        "default": {"model": "per_unit", "unit": "0.000001"},
    }
    price = {"model": "multiplier", "dimension": "processing", "factors": {"batch": "0.5"}, "base": matrix}
    assert said(price, allowance={"quantity": "2000000"}) == (
        "By model and direction",
        ["Sonnet · input||USD 3.00 per 1M tokens", "Everything else||USD 1.00 per 1M tokens"],
        ["2 M tokens included per month", "Processing: batch at 50 % of the price"],
    )


@pytest.mark.parametrize(
    ("credit", "headline"),
    [
        ({"amount": "52500", "purchase": "50000"}, "USD 52,500.00 of credit for USD 50,000.00"),
        ({"amount": "1500", "unit": "credit", "every": "month"}, "1,500 credits each month, included"),
    ],
)
def test_credits(credit, headline):
    assert words(parse_component({"kind": "credit", "key": "c", **credit}), "USD", {}).headline == headline


def test_a_commitment():
    commitment = parse_component({"kind": "commitment", "key": "c", "amount": "120000"})
    assert words(commitment, "USD", {}).headline == "USD 120,000.00 committed per year"


def test_series_leave_out_what_is_the_rule():
    order = {"model": [], "direction": [], "processing": []}
    dimensions = {"direction": "input", "model": "sonnet", "processing": "standard", "extra": "x"}
    assert series_label(dimensions, order, {"processing": "standard"}) == "Sonnet · input · x"
    assert series_label({}, order, {}) == ""
