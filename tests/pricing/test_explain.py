"""Any amount of a bill can be opened, in words and to the cent."""

import numpy as np
import pytest

from pricing import Series, Terms, Usage, as_text, explain, rate

from .test_rating import JAN, fixed, flat, grant, metered, promise, unit

TERMS = Terms.parse(
    {
        **JAN,
        "months": 3,
        "charges": [
            fixed("seats", unit("90"), "10", interval="quarter", timing="advance", unit="seats"),
            metered(
                "tokens",
                {"model": "graduated", "tiers": [{"up_to": "1000", "unit": "0.02", "flat": "5"}, {"unit": "0.01"}]},
                allowance={"quantity": "500"},
                unit="tokens",
            ),
        ],
        "phases": [{"from_month": 3, "changes": [{"key": "seats", "quantity": "20"}]}],
        "discounts": [{"key": "early", "name": "Early bird", "percent": "10", "charges": ["tokens"]}],
        "credits": [grant("gift", "8", name="Welcome credit")],
        "commitments": [promise("min", amount="60", window="quarter")],
    }
)
BILL = rate(TERMS, Usage.exactly({Series("units"): ["2100", "0", "100"]}))


def test_usage_tier_by_tier():
    assert as_text(explain(BILL, "tokens", 0)) == (
        "Measured tokens: 2,100\n"
        "Included: -500\n"
        "Priced tokens: 1,600\n"
        "Tier 1: 1,000 x 0.02: 20\n"
        "Fee of tier 1: 5\n"
        "Tier 2: 600 x 0.01: 6\n"
        "List amount: 31.00\n"
        "Early bird 10 %: -3.10\n"
        "Paid by Welcome credit: -8\n"
        "To pay: 19.90"
    )


def test_keys_of_steps_are_stable():
    assert [step.key for step in explain(BILL, "tokens", 0)][3:6] == [
        "tokens/tier-1",
        "tokens/tier-1-fee",
        "tokens/tier-2",
    ]


def test_a_quantity_that_changes_within_the_interval():
    assert as_text(explain(BILL, "seats", 0)) == (
        "Agreed seats: 10\n"
        "10 x 90: 900\n"
        "Prorated: 59 of 90 days: -310\n"
        "Agreed seats: 20\n"
        "20 x 90: 1,800\n"
        "Prorated: 31 of 90 days: -1,180\n"
        "List amount: 1,210.00\n"
        "To pay: 1,210.00"
    )


def test_a_period_without_a_bill():
    assert as_text(explain(BILL, "seats", 1)) == "Nothing is billed in this period\nList amount: 0.00\nTo pay: 0.00"


def test_a_true_up():
    assert as_text(explain(BILL, "min/true-up", 2)) == (
        "Committed: 60.00\nCounted towards it: 19.90\nAmount: 40.10\nTo pay: 40.10"
    )


def test_what_cannot_be_explained():
    with pytest.raises(KeyError):
        explain(BILL, "nothing", 0)
    with pytest.raises(IndexError):
        explain(BILL, "seats", 3)
    simulated = rate(TERMS, Usage({Series("units"): np.ones((2, 3))}))
    with pytest.raises(ValueError, match="bands"):
        explain(simulated, "seats", 0)


def test_an_empty_charge_explains_itself():
    terms = Terms.parse({**JAN, "months": 1, "charges": [metered("u", flat("5"))]})
    assert as_text(explain(rate(terms, Usage.zero(terms)), "u", 0)).endswith("To pay: 5.00")


def test_the_waterfall_of_the_whole_bill():
    assert as_text(explain(BILL)) == (
        "List amount of all charges: 1,241.00\n"
        "Early bird 10 %: -3.10\n"
        "Paid by Welcome credit: -8\n"
        "min · true-up: 40.10\n"
        "To pay: 1,270.00"
    )


def test_the_waterfall_of_one_period_adds_up():
    steps = explain(BILL, period=0)
    assert [step.key for step in steps] == ["bill/list", "bill/discount-1", "bill/credit-1", "bill/net"]
    assert sum(step.amount for step in steps[:-1]) == steps[-1].amount == BILL.net[0, 0]


def test_nested_factors_and_events_are_told():
    price = {
        **{"model": "multiplier", "dimension": "hours", "factors": {"off-peak": "0.7"}},
        "base": {"model": "multiplier", "dimension": "processing", "factors": {"batch": "0.5"}, "base": unit("1")},
    }
    terms = Terms.parse({**JAN, "months": 1, "charges": [metered("u", price)]})
    usage = {Series.of("units", hours="off-peak", processing="batch"): ["100"]}
    assert as_text(explain(rate(terms, Usage.exactly(usage)), "u", 0)).splitlines()[1:3] == [
        "100 x 1: 100",
        "x 0.35, the average factor by hours and processing: -65",
    ]


BATCH = {"model": "multiplier", "dimension": "processing", "factors": {"batch": "0.5"}, "base": unit("0.003")}


@pytest.mark.parametrize(
    ("used", "told"),
    [
        ({"standard": "20002"}, []),  # 60.006, rounded to 60.01: no factor made that
        ({"batch": "20002"}, ["x 0.5, the average factor by processing: -30.003"]),
        ({"batch": "1000", "standard": "3000"}, ["x 0.875, the average factor by processing: -1.50"]),
    ],
)
def test_rounding_is_no_factor(used, told):
    terms = Terms.parse({**JAN, "months": 1, "charges": [metered("u", BATCH)]})
    usage = {Series.of("units", processing=name): [quantity] for name, quantity in used.items()}
    lines = as_text(explain(rate(terms, Usage.exactly(usage)), "u", 0)).splitlines()
    assert [line for line in lines if line.startswith("x ")] == told


def test_changes_of_the_waterfall_stand_in_the_order_in_which_they_were_made():
    terms = Terms.parse(
        {
            **JAN,
            "months": 2,
            "free_months": 1,
            "charges": [fixed("a", flat("100"), "1"), fixed("b", flat("100"), "1")],
            "discounts": [
                {"key": "all", "percent": "5"},
                {"key": "own", "name": "Own", "percent": "10", "charges": ["b"]},
            ],
        }
    )
    assert as_text(explain(rate(terms, Usage.zero(terms)))).splitlines() == [
        "List amount of all charges: 400.00",
        "First month free: -200",
        "Own 10 %: -10",
        "Discount 5 %: -9.50",
        "To pay: 180.50",
    ]


def test_whatever_lowers_the_priced_quantity_is_told_by_itself():
    charge = metered(
        "u", unit("1"), conversion={"divide": "1000", "rounding": "up"}, allowance={"quantity": "4"}, unit="k calls"
    )
    credits = [grant("pool", "9", unit="token", rates={"u": "3"}, name="Pool"), grant("rest", "1", unit="call")]
    terms = Terms.parse({**JAN, "months": 1, "charges": [charge], "credits": credits})
    assert as_text(explain(rate(terms, Usage.exactly({Series("units"): ["9500"]})), "u", 0)).splitlines()[:6] == [
        "Measured k calls: 9,500",
        "Divided by 1,000, rounded up: 10",
        "Included: -4",
        "Covered by Pool: -3",
        "Covered by rest: -1",
        "Priced k calls: 2",
    ]


def test_the_waterfall_stands_in_the_order_in_which_a_bill_is_rated():
    terms = Terms.parse(
        {
            **JAN,
            "months": 1,
            "charges": [
                fixed("seats", unit("90"), "10"),
                metered("calls", unit("1"), minimum="150", name="Calls"),
                metered("tokens", unit("1"), maximum="50"),
            ],
            "discounts": [
                {"key": "own", "name": "Own", "percent": "12.345", "charges": ["seats"]},
                {"key": "all", "name": "Whole quote", "percent": "10"},
            ],
            "guarantees": [
                {
                    "key": "sla",
                    "name": "Outcomes",
                    "outcomes": {"source": "meter", "meter": "good"},
                    "attempts": {"source": "meter", "meter": "units"},
                    "threshold": "0.9",
                    "credit_percent": "25",
                    "charges": ["tokens"],
                }
            ],
            "credits": [grant("pool", "20", purchase="18", name="Pool")],
            "commitments": [promise("most", amount="300", window="month", name="Commitment")],
            "minimum": {"amount": "2000", "window": "month"},
        }
    )
    usage = {Series("units"): ["100"], Series("good"): ["80"]}
    assert as_text(explain(rate(terms, Usage.exactly(usage)))).splitlines() == [
        "List amount of all charges: 1,100.00",
        "Own 12.345 %: -111.105",
        "Rounded half up: 0.005",
        "Maximum of 50: -50",
        "Calls · minimum: 50",
        "Whole quote 10 %: -98.89",
        "Outcomes · 25 % returned below 90 %: -11.25",
        "Pool: 18",
        "Paid by Pool: -20",
        "Commitment · true-up: 120",
        "Minimum per month: 1,003.24",
        "To pay: 2,000.00",
    ]


def test_a_minimum_says_of_what_it_is_the_rest():
    terms = Terms.parse({**JAN, "months": 2, "charges": [metered("u", unit("1"), minimum="5")]})
    bill = rate(terms, Usage.exactly({Series("units"): ["2", "7"]}))
    assert as_text(explain(bill, "u/minimum", 0)) == (
        "Least to be billed: 5.00\nBilled without it: 2.00\nAmount: 3.00\nTo pay: 3.00"
    )
    assert as_text(explain(bill, "u/minimum", 1)) == "Amount: 0\nTo pay: 0"
