"""Prices in words and in tables: all digits, nothing rounded."""

from decimal import Decimal

import pytest

from quotes.rules.price_text import Scale, TierRow, included_text, price_text, tier_rows
from tests.quotes.rules.test_components import CREDIT, FLAT, FREE, MATRIX, SEATS, TIERED

MILLION = Scale(Decimal(1_000_000), "M tokens")


@pytest.mark.parametrize(
    ("component", "scale", "text"),
    [
        ({**SEATS, "unit": "seat"}, Scale(), "USD 29.00 per seat and month"),
        ({**SEATS, "unit": "seat", "interval": "year"}, Scale(), "USD 29.00 per seat and year"),
        ({**SEATS, "unit": "day", "interval": "once"}, Scale(), "USD 29.00 per day once"),
        (FLAT, Scale(), "USD 500.00 per month"),
        ({**FLAT, "interval": "once"}, Scale(), "USD 500.00 once"),
        ({**TIERED, "unit": "request"}, Scale(), "USD 1.50 to 2.00 per request + USD 10.00 per month"),
        ({**MATRIX, "price": MATRIX["price"]["base"]["cells"][0]["price"]}, MILLION, "USD 3.00 per M tokens"),
        (
            {**MATRIX, "unit": "token", "price": {"model": "package", "size": "1000", "price": "0.0155"}},
            Scale(),
            "USD 0.0155 per 1,000 tokens",
        ),
        (CREDIT, Scale(), "USD 10,000.00 once"),
        ({**CREDIT, "every": "month"}, Scale(), "USD 10,000.00 every month"),
        (FREE, Scale(), "free, once"),
        ({"kind": "commitment", "amount": "50000", "window": "year"}, Scale(), "USD 50,000.00 per year"),
        ({"kind": "commitment", "quantity": "1000", "window": "term"}, Scale(), "1,000 per term"),
        ({**FLAT, "price": {"model": "flat", "fee": "0"}}, Scale(), "USD 0.00"),
        ({**MATRIX, "unit": "USD", "price": {"model": "cost_plus", "markup": "8"}}, Scale(), "cost plus 8 %"),
    ],
)
def test_price_text(component, scale, text):
    assert price_text(component, "USD", scale) == text


def test_tiers_follow_each_other():
    assert list(tier_rows(TIERED["price"])) == [
        TierRow("", Decimal(0), Decimal(1000), Decimal(2), None),
        TierRow("", Decimal(1000), None, Decimal("1.5"), Decimal(10)),
    ]


def test_cells_times_factors():
    rows = [(row.dims, row.unit_price) for row in tier_rows(MATRIX["price"])]
    assert rows == [
        ("input", Decimal("0.000003")),
        ("output, each block of 1,000", Decimal("0.015")),
        ("everything else", Decimal("0.00001")),
        ("input · batch", Decimal("0.0000015")),
        ("output, each block of 1,000 · batch", Decimal("0.0075")),
        ("everything else · batch", Decimal("0.000005")),
    ]


@pytest.mark.parametrize(
    ("component", "scale", "text"),
    [
        (SEATS, Scale(), ""),
        ({**TIERED, "unit": "request"}, Scale(), "100 requests per term"),
        ({**MATRIX, "allowance": {"quantity": "250000000"}}, MILLION, "250 M tokens per month"),
    ],
)
def test_included_text(component, scale, text):
    assert included_text(component, scale) == text
