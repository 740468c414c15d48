"""Every step of a rating as a table worked to the cent. Each case: terms, usage per meter, net per line and month."""

from decimal import Decimal

import numpy as np
import pytest

from pricing import Series, Terms, Usage, rate

JAN = {"currency": "USD", "start": "2027-01-01"}


def fixed(key, price, value="1", **more):
    return {"kind": "charge", "key": key, "price": price, "quantity": {"source": "fixed", "value": value}, **more}


def metered(key, price, meter="units", **more):
    return {"kind": "charge", "key": key, "price": price, "quantity": {"source": "meter", "meter": meter}, **more}


def grant(key, amount, **more):
    return {"kind": "credit", "key": key, "amount": amount, **more}


def promise(key, **more):
    return {"kind": "commitment", "key": key, **more}


def unit(price):
    return {"model": "per_unit", "unit": price}


def flat(fee):
    return {"model": "flat", "fee": fee}


ONE = unit("1")
TAIL = {"unit": "1"}
RATES = {"image": "1", "video": "10"}

CASES = {
    # Intervals. 2028 is a leap year: the last half year has 182 of 366 days.
    "annual fee in advance, the last interval prorated by day": (
        {"months": 18, "charges": [fixed("fee", flat("1200"), interval="year", timing="advance")]},
        {},
        {"fee": ["1200.00", *["0"] * 11, "596.72", *["0"] * 5]},
    ),
    "quarterly fee in arrears": (
        {"months": 4, "charges": [fixed("fee", flat("90"), interval="quarter")]},
        {},
        {"fee": ["0", "0", "90.00", "29.67"]},  # 90 x 30 / 91
    ),
    "stub months at both ends": (
        {"start": "2027-01-15", "anchor_day": 1, "months": 2, "charges": [fixed("fee", flat("310"), timing="advance")]},
        {},
        {"fee": ["170.00", "310.00", "140.00"]},  # 17/31 and 14/31
    ),
    "a charge that starts and ends within the term": (
        {"months": 3, "charges": [fixed("fee", flat("31"), starts="2027-01-11", ends="2027-03-02")]},
        {},
        {"fee": ["21.00", "31.00", "1.00"]},
    ),
    "one-time charges in a month and on a date": (
        {
            "months": 3,
            "charges": [
                fixed("setup", flat("500"), interval="once"),
                fixed("training", flat("250"), interval="once", from_month=2),
                fixed("workshop", flat("99.90"), interval="once", starts="2027-03-09"),
            ],
        },
        {},
        {"setup": ["500.00", "0", "0"], "training": ["0", "250.00", "0"], "workshop": ["0", "0", "99.90"]},
    ),
    "usage of a quarter is rated together": (
        {
            "months": 3,
            "charges": [
                metered(
                    "q",
                    {"model": "volume", "tiers": [{"up_to": "100", "unit": "2"}, {"unit": "1"}]},
                    interval="quarter",
                )
            ],
        },
        {"units": ["50", "50", "1"]},
        {"q": ["0", "0", "101.00"]},
    ),
    # Phases.
    "a ramp of seats and of price": (
        {
            "months": 4,
            "charges": [fixed("seats", unit("30"), "10")],
            "phases": [
                {"from_month": 2, "changes": [{"key": "seats", "quantity": "20"}]},
                {"from_month": 4, "changes": [{"key": "seats", "price": unit("25")}]},
            ],
        },
        {},
        {"seats": ["300.00", "600.00", "600.00", "500.00"]},
    ),
    "seats added within a quarter billed in advance, by day": (
        {
            "months": 3,
            "charges": [fixed("seats", unit("90"), "10", interval="quarter", timing="advance")],
            "phases": [{"from_month": 3, "changes": [{"key": "seats", "quantity": "20"}]}],
        },
        {},
        {"seats": ["1210.00", "0", "0"]},  # 900 x 59/90 + 1800 x 31/90
    ),
    "a price of usage that changes": (
        {
            "months": 3,
            "charges": [metered("u", unit("0.10"))],
            "phases": [{"from_month": 3, "changes": [{"key": "u", "price": unit("0.08")}]}],
        },
        {"units": ["100", "100", "100"]},
        {"u": ["10.00", "10.00", "8.00"]},
    ),
    # Allowances and conversion.
    "included each month": (
        {"months": 3, "charges": [metered("u", ONE, allowance={"quantity": "100"})]},
        {"units": ["60", "100", "130.5"]},
        {"u": ["0", "0", "30.50"]},
    ),
    "included and pooled over a quarter": (
        {"months": 4, "charges": [metered("u", ONE, allowance={"quantity": "100", "reset": "quarter"})]},
        {"units": ["60", "60", "10", "60"]},
        {"u": ["0", "20.00", "10.00", "0"]},
    ),
    "included for several meters together, in the order listed": (
        {
            "months": 2,
            "charges": [metered("a", ONE, "a"), metered("b", unit("2"), "b")],
            "allowances": [{"key": "both", "quantity": "100", "charges": ["b", "a"]}],
        },
        {"a": ["80", "50"], "b": ["70", "120"]},
        {"a": ["50.00", "50.00"], "b": ["0", "40.00"]},
    ),
    "converted to begun thousands": (
        {"months": 2, "charges": [metered("u", unit("10"), conversion={"divide": "1000", "rounding": "up"})]},
        {"units": ["1400", "2000"]},
        {"u": ["20.00", "20.00"]},
    ),
    # Discounts.
    "percents on one charge multiply, the quote's comes after": (
        {
            "months": 1,
            "charges": [fixed("a", flat("100")), fixed("b", flat("50"))],
            "discounts": [
                {"key": "d1", "percent": "20", "charges": ["a"]},
                {"key": "d2", "percent": "10", "charges": ["a"]},
                {"key": "all", "percent": "5"},
            ],
        },
        {},
        {"a": ["68.40"], "b": ["47.50"]},
    ),
    "a whole-quote discount loses no cent": (
        {
            "months": 1,
            "charges": [fixed(key, flat("3.33")) for key in ("a", "b", "c")],
            "discounts": [{"key": "all", "percent": "10"}],
        },
        {},
        {"a": ["2.99"], "b": ["3.00"], "c": ["3.00"]},  # 1.00 off 9.99: 0.34 + 0.33 + 0.33
    ),
    "money off some charges for two months, never below zero": (
        {
            "months": 3,
            "charges": [fixed("a", flat("30")), fixed("b", flat("10")), fixed("c", flat("5"))],
            "discounts": [{"key": "off", "amount": "20", "charges": ["a", "b"], "to_month": 2}],
        },
        {},
        {"a": ["15.00", "15.00", "30.00"], "b": ["5.00", "5.00", "10.00"], "c": ["5.00", "5.00", "5.00"]},
    ),
    "credits bought are not discounted with the quote, but by their key": (
        {
            "months": 1,
            "charges": [metered("u", ONE)],
            "credits": [grant("pool", "1000", purchase="1000"), grant("more", "500", purchase="500")],
            "discounts": [{"key": "all", "percent": "50"}, {"key": "bulk", "percent": "10", "charges": ["more"]}],
        },
        {"units": ["300"]},
        {"u": ["0"], "pool/purchase": ["1000.00"], "more/purchase": ["450.00"]},
    ),
    "free months of what is fixed": (
        {"months": 3, "free_months": 2, "charges": [fixed("fee", flat("99")), metered("u", ONE)]},
        {"units": ["1", "1", "1"]},
        {"fee": ["0", "0", "99.00"], "u": ["1.00", "1.00", "1.00"]},
    ),
    "free months of a quarter billed in advance": (
        {"months": 3, "free_months": 1, "charges": [fixed("fee", flat("90"), interval="quarter", timing="advance")]},
        {},
        {"fee": ["59.00", "0", "0"]},  # 59 of 90 days
    ),
    "an escalator compounds every year": (
        {
            "months": 25,
            "charges": [fixed("fee", flat("100")), fixed("setup", flat("50"), interval="once")],
            "escalator": {"percent": "5"},
        },
        {},
        {"fee": [*["100.00"] * 12, *["105.00"] * 12, "110.25"], "setup": ["50.00", *["0"] * 24]},
    ),
    # Limits.
    "minimum and maximum of a charge": (
        {"months": 3, "charges": [metered("u", ONE, minimum="20", maximum="100")]},
        {"units": ["5", "50", "500"]},
        {"u": ["5.00", "50.00", "100.00"], "u/minimum": ["15.00", "0", "0"]},
    ),
    "minimum and maximum hold to the cent, however lines are rounded": (
        {
            "months": 1,
            "charges": [metered("u", unit("0.675"), minimum="150"), metered("v", unit("0.675"), maximum="0.674")],
        },
        {"units": ["1"]},
        {"u": ["0.68"], "u/minimum": ["149.32"], "v": ["0.67"]},
    ),
    "minimum of a stub is prorated": (
        {"start": "2027-02-04", "anchor_day": 1, "months": 1, "charges": [metered("u", unit("8"), minimum="10")]},
        {"units": ["1", "0"]},
        {"u": ["8.00", "0"], "u/minimum": ["0.93", "0.97"]},  # 10 x 25/28 and 10 x 3/31
    ),
    "least and most of the deal": (
        {
            "months": 3,
            "charges": [metered("u", ONE)],
            "minimum": {"amount": "100"},
            "maximum": {"amount": "450", "window": "quarter"},
        },
        {"units": ["50", "150", "400"]},
        {
            "u": ["50.00", "150.00", "400.00"],
            "deal/minimum": ["50.00", "0", "0"],
            "deal/maximum": ["0", "0", "-200.00"],
        },
    ),
    # Credits.
    "a pool of money, drawn as it lasts": (
        {"months": 3, "charges": [metered("u", ONE)], "credits": [grant("pool", "100", purchase="90")]},
        {"units": ["60", "60", "60"]},
        {"u": ["0", "20.00", "60.00"], "pool/purchase": ["90.00", "0", "0"]},
    ),
    "monthly credits expire": (
        {"months": 3, "charges": [metered("u", ONE)], "credits": [grant("m", "50", every="month", expires_months=1)]},
        {"units": ["20", "60", "50"]},
        {"u": ["0", "10.00", "0"]},
    ),
    "half of what is left rolls over, at most 20": (
        {
            "months": 4,
            "charges": [metered("u", ONE)],
            "credits": [grant("m", "50", every="month", rollover={"fraction": "0.5", "cap": "20"})],
        },
        {"units": ["0", "60", "70", "51.01"]},
        {"u": ["0", "0", "15.00", "1.01"]},  # 50+20 pays 60; 50+5 pays 55 of 70; 50 pays 50 of 51.01
    ),
    "low priority number first, then earliest expiry, then narrow scope, then oldest": (
        {
            "months": 1,
            "charges": [metered("a", ONE, "a"), metered("b", ONE, "b")],
            "credits": [
                grant("late", "10", priority=2),
                grant("narrow", "10", scope={"charges": ["a"]}, priority=1),
                grant("wide", "10", priority=1),
            ],
        },
        {"a": ["10"], "b": ["15"]},
        {"a": ["0"], "b": ["0"]},
    ),
    "credits in a unit of their own, burned at a rate per product": (
        {
            "months": 2,
            "charges": [metered("image", unit("0.50"), "images"), metered("video", unit("6"), "videos")],
            "credits": [grant("gen", "100", unit="credits", every="month", expires_months=1, rates=RATES)],
        },
        {"images": ["80", "30"], "videos": ["5", "8"]},
        {"image": ["0", "0"], "video": ["18.00", "6.00"]},  # 20 credits cover 2 videos; 70 cover 7
    ),
    # Commitments.
    "true-up at the end of each quarter, discounts count, promotional credits do not": (
        {
            "months": 6,
            "charges": [metered("u", ONE), fixed("fee", flat("500"))],
            "credits": [grant("gift", "30")],
            "discounts": [{"key": "d", "percent": "10", "charges": ["u"]}],
            "commitments": [promise("min", amount="300", window="quarter")],
        },
        {"units": ["100", "100", "100", "200", "100", "100"]},
        {
            "u": ["60.00", "90.00", "90.00", "180.00", "90.00", "90.00"],
            "fee": ["500.00"] * 6,
            "min/true-up": ["0", "0", "60.00", "0", "0", "0"],
        },
    ),
    "bought credits count towards a commitment": (
        {
            "months": 1,
            "charges": [metered("u", ONE)],
            "credits": [grant("pool", "100", purchase="100")],
            "commitments": [promise("min", amount="120", window="month")],
        },
        {"units": ["90"]},
        {"u": ["0"], "pool/purchase": ["100.00"], "min/true-up": ["30.00"]},
    ),
    "prepaid, invoiced monthly, beyond it a factor": (
        {
            "months": 3,
            "charges": [metered("u", ONE)],
            "commitments": [
                promise("pre", amount="100", window="quarter", settle="prepaid", invoice="month", overage_factor="1.5")
            ],
        },
        {"units": ["30", "50", "40"]},
        {"u": ["0", "0", "20.00"], "pre/purchase": ["33.34", "33.33", "33.33"], "pre/overage": ["0", "0", "10.00"]},
    ),
    "committed units are worth their price": (
        {
            "months": 3,
            "charges": [metered("u", unit("2"))],
            "commitments": [
                promise("units", quantity="100", window="month", overage_factor="1.5", scope={"charges": ["u"]})
            ],
        },
        {"units": ["60", "100", "130"]},
        {
            "u": ["120.00", "200.00", "260.00"],
            "units/true-up": ["80.00", "0", "0"],
            "units/overage": ["0", "0", "30.00"],
        },
    ),
    "a commitment ramps, and a cut window is prorated": (
        {
            "months": 18,
            "charges": [metered("u", ONE)],
            "commitments": [promise("min", amount="1000", window="year")],
            "phases": [{"from_month": 13, "changes": [{"key": "min", "amount": "2000"}]}],
        },
        {"units": ["0"] * 18},
        {"u": ["0"] * 18, "min/true-up": [*["0"] * 11, "1000.00", *["0"] * 5, "994.54"]},  # 2000 x 182/366
    ),
    # Guarantees.
    "a share is returned in months below the promised rate": (
        {
            "months": 3,
            "charges": [metered("resolved", unit("0.99"), "resolved")],
            "guarantees": [
                {
                    "key": "rate",
                    "outcomes": {"source": "meter", "meter": "resolved"},
                    "attempts": {"source": "meter", "meter": "conversations"},
                    "threshold": "0.5",
                    "credit_percent": "20",
                }
            ],
        },
        {"resolved": ["49", "50", "0"], "conversations": ["100", "100", "0"]},
        {"resolved": ["48.51", "49.50", "0"], "rate/returned": ["-9.70", "0", "0"]},
    ),
    # Prices that look at more than one quantity.
    "the tier is found by all usage, the price applied to what matches": (
        {
            "months": 1,
            "charges": [
                metered(
                    "u",
                    {"model": "volume", "tiers": [{"up_to": "99", "unit": "1"}, {"unit": "0.80"}]},
                    tier_quantity={"source": "meter", "meter": "all"},
                )
            ],
        },
        {"units": ["75"], "all": ["150"]},
        {"u": ["60.00"]},
    ),
    "a percentage with a fee per event and some free": (
        {
            "months": 2,
            "charges": [
                metered(
                    "pay",
                    {"model": "percentage", "rate": "2.9", "fee": "0.30", "free_events": 10},
                    "volume",
                    events={"source": "meter", "meter": "payments"},
                )
            ],
        },
        {"volume": ["1000", "500"], "payments": ["20", "5"]},
        {"pay": ["17.50", "0"]},  # 10 paid events: 500 x 2.9 % + 10 x 0.30
    ),
    # Currencies of 0 and 3 decimals.
    "yen have no cents": (
        {
            "currency": "JPY",
            "months": 1,
            "charges": [fixed(key, flat("333.5")) for key in ("a", "b", "c")],
            "discounts": [{"key": "all", "percent": "10"}],
        },
        {},
        {"a": ["300"], "b": ["301"], "c": ["301"]},  # 334 each; 100 off: 34 + 33 + 33
    ),
    "dinars have thousandths": (
        {
            "currency": "KWD",
            "months": 1,
            "charges": [metered("u", unit("0.0015"))],
            "commitments": [promise("min", amount="2.345", window="month")],
        },
        {"units": ["333"]},
        {"u": ["0.500"], "min/true-up": ["1.845"]},  # 0.4995 rounds up
    ),
}


def terms_of(case):
    return Terms.parse({**JAN, **case})


def usage_of(terms, quantities):
    listed = {Series(meter): values for meter, values in quantities.items()}
    return Usage.exactly(listed) if listed else Usage.zero(terms)


@pytest.mark.parametrize("name", CASES)
def test_case(name):
    case, quantities, expected = CASES[name]
    terms = terms_of(case)
    bill = rate(terms, usage_of(terms, quantities))
    expected = {key: [Decimal(amount) for amount in amounts] for key, amounts in expected.items()}
    nothing = [Decimal(0)] * len(terms.periods)
    found = {line.key: list(line.net[0]) for line in bill.lines}
    assert {key: net for key, net in found.items() if net != nothing} == {
        key: net for key, net in expected.items() if net != nothing
    }
    assert set(expected) <= set(found)
    assert bill.total == sum(sum(net) for net in expected.values())


@pytest.mark.parametrize("name", CASES)
def test_case_simulated(name):
    case, quantities, _ = CASES[name]
    terms = terms_of(case)
    exact = usage_of(terms, quantities)
    paths = {key: np.repeat(values.astype(float), 3, axis=0) for key, values in exact.series.items()}
    simulated = rate(terms, Usage(paths, shape=(3, len(terms.periods))))
    assert simulated.net.shape == (3, len(terms.periods))
    cent = 0.6 if terms.currency == "JPY" else 0.02
    expected = np.repeat(rate(terms, exact).net.astype(float), 3, axis=0)
    np.testing.assert_allclose(simulated.net, expected, atol=cent * len(terms.charges))
