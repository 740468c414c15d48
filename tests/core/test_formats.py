from decimal import Decimal

import pytest

from core import formats


@pytest.mark.parametrize(
    ("amount", "currency", "text"),
    [
        ("12345.6", "USD", "USD 12,345.60"),
        ("0.005", "USD", "USD 0.01"),
        ("-3.5", "USD", "−USD 3.50"),
        ("1234.5", "JPY", "JPY 1,235"),
        ("1.0005", "KWD", "KWD 1.001"),
        (None, "USD", ""),
    ],
)
def test_money_is_rounded_half_up_to_the_minor_unit(amount, currency, text):
    assert formats.money(amount, currency) == text


@pytest.mark.parametrize(
    ("amount", "text"),
    [("0.000003", "USD 0.000003"), ("3E-12", "USD 0.000000000003"), ("12.5", "USD 12.50"), ("38.500", "USD 38.50")],
)
def test_unit_prices_are_never_rounded(amount, text):
    assert formats.unit_price(Decimal(amount), "USD") == text


@pytest.mark.parametrize(("value", "text"), [("1250000.000", "1,250,000"), ("0.50", "0.5"), ("1E+6", "1,000,000")])
def test_quantities_have_no_trailing_zeros(value, text):
    assert formats.quantity(value) == text
