"""What changed between two deals, in words."""

import pytest

from pricing import Series, Terms, Usage, diff, rate

from .test_rating import JAN, fixed, metered, unit

BEFORE = Terms.parse({**JAN, "months": 12, "charges": [fixed("seats", unit("30"), "25"), metered("u", unit("0.1"))]})
AFTER = Terms.parse(
    {
        **JAN,
        "months": 12,
        "charges": [fixed("seats", unit("28"), "50"), metered("api", unit("0.2"), name="API calls")],
        "discounts": [{"key": "launch", "name": "Launch", "percent": "10"}],
    }
)


def test_terms():
    assert [str(one) for one in diff(BEFORE, AFTER)] == [
        "charges[seats].price.unit: 30 -> 28",
        "charges[seats].quantity.value: 25 -> 50",
        "charges[u]: removed, was u",
        "charges[api]: added, API calls",
        "discounts[launch]: added, Launch",
    ]


def test_bills():
    usage = Usage.exactly({Series("units"): ["100"] * 12})
    assert [str(one) for one in diff(rate(BEFORE, usage), rate(AFTER, usage))] == [
        "seats: USD 9,000.00 -> USD 15,120.00",
        "u: removed, was USD 120.00",
        "api: added, USD 216.00",
        "total: USD 9,120.00 -> USD 15,336.00",
    ]


def test_order_of_charges_is_no_difference():
    turned = BEFORE.model_copy(update={"charges": BEFORE.charges[::-1]})
    assert diff(BEFORE, turned) == []


def test_nothing_else_can_be_compared():
    with pytest.raises(TypeError, match="two Terms or two Bills"):
        diff(BEFORE, "terms")
