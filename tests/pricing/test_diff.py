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
        "Unit price of price of seats changes from 30 to 28",
        "Quantity of seats changes from 25 to 50",
        "Charge u is removed",
        "Charge API calls is added",
        "Discount Launch is added",
    ]


def test_paths_are_those_of_the_json():
    assert [one.path for one in diff(BEFORE, AFTER)][:3] == [
        "charges[seats].price.unit",
        "charges[seats].quantity.value",
        "charges[u]",
    ]


def test_what_lies_deep_inside_is_named_from_the_inside_out():
    def with_tier(up_to: str, **more: object) -> Terms:
        price = {"model": "graduated", "tiers": [{"up_to": up_to, "unit": "2"}, {"unit": "1"}]}
        return Terms.parse({**JAN, "months": 6, "charges": [metered("u", price, name="Tokens")], **more})

    assert [str(one) for one in diff(with_tier("100"), with_tier("200", months=12, free_months=1))] == [
        "Term in months changes from 6 to 12",
        "Upper end of tier 1 of price of Tokens changes from 100 to 200",
        "Number of free months changes from 0 to 1",
    ]


def test_bills():
    usage = Usage.exactly({Series("units"): ["100"] * 12})
    assert [str(one) for one in diff(rate(BEFORE, usage), rate(AFTER, usage))] == [
        "seats changes from USD 9,000.00 to USD 15,120.00",
        "u is removed: was USD 120.00",
        "API calls is added: USD 216.00",
        "The total changes from USD 9,120.00 to USD 15,336.00",
    ]


def test_order_of_charges_is_no_difference():
    turned = BEFORE.model_copy(update={"charges": BEFORE.charges[::-1]})
    assert diff(BEFORE, turned) == []


def test_nothing_else_can_be_compared():
    with pytest.raises(TypeError, match="two Terms or two Bills"):
        diff(BEFORE, "terms")
