"""Rounding and splitting, worked to the cent in currencies of 0, 2 and 3 decimals."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.money import allocate, minor_digits, minor_unit, rounded

D = Decimal


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [
        ("0.005", "USD", "0.01"),
        ("0.0049999", "USD", "0.00"),
        ("1.005", "USD", "1.01"),
        ("-1.005", "USD", "-1.01"),
        ("2.675", "EUR", "2.68"),
        ("1234.5", "JPY", "1235"),
        ("1234.4999", "JPY", "1234"),
        ("0.5", "KRW", "1"),
        ("0.0005", "KWD", "0.001"),
        ("1.2344", "KWD", "1.234"),
        ("1.23456", "BHD", "1.235"),
    ],
)
def test_half_is_rounded_up_to_the_minor_unit(amount, currency, expected):
    assert str(rounded(D(amount), currency)) == expected


@pytest.mark.parametrize(
    ("currency", "digits"), [("USD", 2), ("JPY", 0), ("KWD", 3), ("EUR", 2), ("VND", 0), ("TND", 3)]
)
def test_minor_digits(currency, digits):
    assert minor_digits(currency) == digits


@pytest.mark.parametrize(
    ("total", "weights", "currency", "parts"),
    [
        ("10.00", ["1", "1", "1"], "USD", ["3.34", "3.33", "3.33"]),
        ("0.01", ["50", "50"], "USD", ["0.01", "0.00"]),
        ("100", ["1", "1", "1"], "JPY", ["34", "33", "33"]),
        ("1.000", ["1", "1", "1"], "KWD", ["0.334", "0.333", "0.333"]),
        ("7.77", ["10.00", "0.00", "90.00"], "USD", ["0.78", "0.00", "6.99"]),
        ("5.00", ["0", "0"], "USD", ["5.00", "0"]),
        ("-10.00", ["1", "1", "1"], "USD", ["-3.34", "-3.33", "-3.33"]),
        ("3.00", [], "USD", []),
    ],
)
def test_split_by_largest_remainder(total, weights, currency, parts):
    assert allocate(D(total), [D(weight) for weight in weights], minor_unit(currency)) == [D(part) for part in parts]


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**7), min_size=1, max_size=40))
def test_no_cent_is_lost_and_each_part_is_within_one(total, weights):
    parts = allocate(D(total), [D(weight) for weight in weights], D(1))
    assert sum(parts) == total
    if sum(weights):
        assert all(
            abs(part - D(total) * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True)
        )


@given(st.integers(0, 10**9), st.lists(st.integers(1, 10**7), min_size=1, max_size=20, unique=True))
def test_order_of_unequal_weights_decides_nothing(total, weights):
    def split(listed):
        return dict(zip(listed, allocate(D(total), [D(weight) for weight in listed], D(1)), strict=True))

    there, back = split(weights), split(weights[::-1])
    assert sum(there.values()) == sum(back.values()) == total
    assert all(abs(there[weight] - back[weight]) <= 1 for weight in weights)
