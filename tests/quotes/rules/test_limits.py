"""Every field names its limit and the fix."""

from datetime import date
from decimal import Decimal

import pytest

from quotes.rules.limits import wrong_fields

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({}, {}),
        ({"months": 1, "title": "A", "discount_percent": Decimal(100), "valid_until": TODAY, "start": TODAY}, {}),
        ({"months": 0}, {"months": "The term is 1 to 120 months; you gave 0."}),
        ({"months": 121}, {"months": "The term is 1 to 120 months; you gave 121."}),
        ({"title": "  "}, {"title": "Give a title of 1 to 120 characters."}),
        ({"discount_percent": Decimal("100.01")}, {"discount_percent": "A discount is between 0 and 100 %."}),
        ({"discount_percent": Decimal("NaN")}, {"discount_percent": "A discount is between 0 and 100 %."}),
        ({"discount_percent": Decimal("1.00001")}, {"discount_percent": "A discount has at most 4 decimals."}),
        (
            {"valid_until": date(2026, 11, 23)},
            {"valid_until": "The last valid day is over; choose 2026-11-24 or later."},
        ),
        (
            {"valid_until": date(2028, 1, 1)},
            {"valid_until": "A quote is valid for a year at most; choose 2027-11-25 or earlier."},
        ),
        ({"start": date(2024, 1, 1)}, {"start": "The start may be at most a year ago; choose a later day."}),
        ({"payment_days": 181}, {"payment_days": "Payment is due within 0 to 180 days; you gave 181."}),
        ({"assumptions": {"tokens|": {"low": "1", "base": "2", "high": "3"}}}, {}),
        (
            {"assumptions": {"tokens|": {"low": "3", "base": "2", "high": "1"}}},
            {"assumptions": "tokens|: low, base and high must be in this order and not negative."},
        ),
        (
            {"assumptions": {"tokens|": {"low": "many"}}},
            {"assumptions": "tokens|: give low, base and high as numbers."},
        ),
        (
            {"months": 0, "payment_days": -1},
            {
                "months": "The term is 1 to 120 months; you gave 0.",
                "payment_days": "Payment is due within 0 to 180 days; you gave -1.",
            },
        ),
    ],
)
def test_wrong_fields(changes, errors):
    assert wrong_fields(changes, today=TODAY) == errors
