"""The whole printed matrix: what a billing system cannot bill has an alternative that it can, or a reason in words.

Each construct is used in small deals. Where one is refused, the offered alternative is put in its place as a click
does it, until nothing is refused any more.
"""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np
import pytest

from billing.queries.checking import found
from billing.targets import TARGETS
from billing.targets.capability import C, Construct, No
from pricing import Series, Terms, Usage
from quotes.rules.billable import substituted
from quotes.rules.terms import Deal, Line, sold

MONTHS = 24
CLICKS = 6
VENDORS = [name for name in TARGETS if name not in ("ledger", "webhook")]


def metered(price: dict[str, Any], **more: Any) -> dict[str, Any]:
    quantity = {"source": "meter", "meter": more.pop("meter", "tokens"), **more.pop("counts", {})}
    return {"kind": "charge", "key": "use", "name": "Use", "price": price, "quantity": quantity, **more}


def fixed(price: dict[str, Any], **more: Any) -> dict[str, Any]:
    quantity = {"source": "fixed", "value": more.pop("value", "20")}
    return {
        "kind": "charge",
        "key": "fee",
        "name": "Fee",
        "price": price,
        "quantity": quantity,
        "timing": "advance",
        **more,
    }


def credit(**more: Any) -> dict[str, Any]:
    return {"kind": "credit", "key": "credit", "name": "Credit", "amount": "2400", **more}


def commitment(**more: Any) -> dict[str, Any]:
    return {"kind": "commitment", "key": "commit", "name": "Commitment", "amount": "12000", **more}


def tiered(model: str, *tiers: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"model": model, "tiers": list(tiers), **more}


EACH = {"model": "per_unit", "unit": "0.02"}
SEAT = {"model": "per_unit", "unit": "30"}
SHARE = {"model": "percentage", "rate": "2.9"}
STEPS = ({"up_to": "10000", "unit": "0.03"}, {"up_to": "50000", "unit": "0.02"}, {"unit": "0.01"})
CELLS = [
    {"when": {"region": name}, "price": {"model": "per_unit", "unit": u}} for name, u in (("eu", "1"), ("us", "2"))
]
FACTORS = {"model": "multiplier", "base": EACH, "dimension": "region", "factors": {"eu": "1.5", "us": "0.5"}}

USAGE_LINES: dict[Construct, list[dict[str, Any]]] = {
    C.VOLUME: [metered(tiered("volume", *STEPS)), metered(tiered("volume", *STEPS), allowance={"quantity": "5000"})],
    C.STAIRSTEP: [metered(tiered("stairstep", {"up_to": "30000", "amount": "400"}, {"amount": "900"}))],
    C.PACKAGE: [metered({"model": "package", "size": "1000", "price": "12"})],
    C.GRADUATED_PACKAGE: [
        metered(
            tiered("graduated_package", {"up_to": "10000", "size": "1000", "price": "9"}, {"size": "100", "price": "1"})
        )
    ],
    C.VOLUME_PACKAGE: [
        metered(
            tiered("volume_package", {"up_to": "10000", "size": "1000", "price": "9"}, {"size": "100", "price": "1"})
        )
    ],
    C.PERCENTAGE: [metered(SHARE, meter="money")],
    C.GRADUATED_PERCENTAGE: [
        metered(tiered("graduated_percentage", {"up_to": "10000", "rate": "3"}, {"rate": "2"}), meter="money"),
        metered(
            tiered("graduated_percentage", {"up_to": "10000", "rate": "3", "flat": "7"}, {"rate": "2"}), meter="money"
        ),
    ],
    C.COST_PLUS: [metered({"model": "cost_plus", "markup": "18"}, meter="money")],
    C.MULTIPLIER: [
        metered(FACTORS),
        metered({**FACTORS, "base": tiered("graduated", *STEPS)}),
        metered({**FACTORS, "dimension": "tier", "base": FACTORS, "factors": {"batch": "0.5"}}),
        metered({**FACTORS, "base": {"model": "matrix", "dimensions": ["region"], "cells": CELLS}}),
        metered(FACTORS, allowance={"quantity": "5000"}),
    ],
    C.EVENT_FEES: [
        metered({**SHARE, "fee": "0.3"}, meter="money", events={"source": "meter", "meter": "payments"}),
        metered({**SHARE, "free_amount": "1000"}, meter="money"),
    ],
    C.TIER_FLAT: [metered(tiered("graduated", {**STEPS[0], "flat": "50"}, {"unit": "0.02"}, bill_zero=True))],
    C.TIER_CAP: [metered(tiered("graduated", {**STEPS[0], "cap": "200"}, {"unit": "0.02"}))],
    C.TIER_BY_OTHER: [
        metered(
            tiered("volume", *STEPS),
            counts={"where": {"region": ["eu"]}},
            tier_quantity={"source": "meter", "meter": "tokens"},
        )
    ],
    C.METERED_LONGER: [metered(EACH, interval="quarter")],
    C.CONVERSION: [
        metered({"model": "per_unit", "unit": "20"}, conversion={"divide": "1000"}),
        metered({"model": "per_unit", "unit": "20"}, conversion={"divide": "1000", "rounding": "up"}),
        metered(tiered("graduated", {"up_to": "7", "unit": "9"}, {"unit": "8"}), conversion={"divide": "7000"}),
        metered(EACH, conversion={"divide": "3"}, allowance={"quantity": "100"}),
    ],
    C.ALLOWANCE_LONGER: [metered(EACH, allowance={"quantity": "120000", "reset": "year"})],
    C.CHARGE_MINIMUM: [metered(EACH, minimum="500")],
    C.CHARGE_MAXIMUM: [metered(EACH, maximum="1500")],
}

OTHER_LINES: dict[Construct, list[list[dict[str, Any]]]] = {
    C.FIXED_ARREARS: [[fixed(SEAT, timing="arrears")]],
    C.MONTH_RANGE: [
        [fixed(SEAT, from_month=4), metered(EACH)],
        [fixed(SEAT), metered(EACH, from_month=3, to_month=9)],
        [metered(tiered("graduated", *STEPS), from_month=7)],
        [metered(EACH), commitment(settle="prepaid", window="month", amount="300", from_month=7)],
        [metered(EACH), credit(every="year", from_month=13)],
    ],
    C.DAY_RANGE: [[fixed(SEAT, starts="2027-02-10"), metered(EACH)]],
    C.CREDIT: [[metered(EACH), credit()]],
    C.CREDIT_BOUGHT: [[metered(EACH), credit(purchase="2000")], [metered(EACH), credit(purchase="2400")]],
    C.CREDIT_RECURRING: [[metered(EACH), credit(amount="100", every="month", expires_months=1)]],
    C.CREDIT_UNITS: [[metered(EACH), credit(amount="100000", unit="tokens", rates={"use": "1"})]],
    C.CREDIT_SCOPE: [[metered(EACH), credit(scope={"charges": ["use"]})]],
    C.CREDIT_EXPIRY: [[metered(EACH), credit(expires_months=6)]],
    C.ROLLOVER: [[metered(EACH), credit(amount="100", every="month", rollover={"fraction": "0.5"})]],
    C.TRUE_UP_MONTH: [[metered(EACH), commitment(amount="1000", window="month")]],
    C.TRUE_UP_LONGER: [[metered(EACH), commitment(window=window)] for window in ("quarter", "year", "term")],
    C.PREPAID: [[metered(EACH), commitment(settle="prepaid")]],
    C.COMMITTED_UNITS: [
        [metered(EACH), {**commitment(quantity="400000", scope={"charges": ["use"]}), "amount": None}],
    ],
    C.OVERAGE_FACTOR: [
        [metered(EACH), commitment(overage_factor="0.8", settle="prepaid")],
        [metered(EACH), commitment(overage_factor="0.8", settle="none")],
    ],
    C.COMMITMENT_SCOPE: [[metered(EACH), commitment(scope={"charges": ["use"]}, settle="prepaid")]],
}

WHOLE_DEALS: dict[Construct, list[dict[str, Any]]] = {
    C.QUOTE_DISCOUNT: [{"discount_percent": Decimal(10)}],
    C.DISCOUNT_RANGE: [{"line": {"discount_percent": Decimal(20), "discount_to": 12}}],
    C.RAMP_QUANTITY: [{"line": {"years": {"2": {"quantity": "31"}}}}],
    C.RAMP_PRICE: [{"line": {"years": {"2": {"prices": {"unit": "27"}}}}}],
    C.ESCALATOR: [{"escalator_percent": Decimal(4)}],
    C.FREE_MONTHS: [{"free_months": 3}],
}

WITHOUT_A_DRAFT: dict[Construct, dict[str, Any]] = {
    C.AMOUNT_DISCOUNT: {"discounts": [{"key": "off", "amount": "100", "charges": ["use"]}]},
    C.SHARED_ALLOWANCE: {"allowances": [{"key": "shared", "quantity": "1000", "charges": ["use"]}]},
    C.GUARANTEE: {
        "guarantees": [
            {
                "key": "outcome",
                "charges": ["use"],
                "attempts": {"source": "meter", "meter": "tickets"},
                "outcomes": {"source": "meter", "meter": "resolved"},
                "threshold": "0.9",
                "credit_percent": "10",
            }
        ]
    },
    C.DEAL_MINIMUM: {"minimum": {"amount": "1000", "window": "month"}},
    C.DEAL_MAXIMUM: {"maximum": {"amount": "9000", "window": "month"}},
    C.ANCHOR_DAY: {"anchor_day": 15},
}
"""What terms can say and no draft can: nothing could be clicked."""


def deal(*components: dict[str, Any], line: dict[str, Any] | None = None, **fields: Any) -> Deal:
    """A deal of these lines; `line` is said of the first one."""
    none = {"discount_percent": Decimal(0)}
    said = [{**none, **(line or {})}, *[none] * len(components)]
    lines = tuple(Line(one, one, **more) for one, more in zip(components, said, strict=False))
    return Deal(currency="USD", start=date(2027, 1, 1), months=MONTHS, lines=lines, **{**none, **fields})


def samples() -> dict[Construct, list[Deal]]:
    found = {construct: [deal(fixed(SEAT), one) for one in lines] for construct, lines in USAGE_LINES.items()}
    found |= {construct: [deal(*lines) for lines in many] for construct, many in OTHER_LINES.items()}
    found |= {
        construct: [deal(fixed(SEAT), metered(EACH), **fields) for fields in many]
        for construct, many in WHOLE_DEALS.items()
    }
    ramped = [
        (commitment(amount="1000", window="month", settle="prepaid"), {"2": {"quantity": "1500"}}),
        (credit(amount="100", every="year"), {"2": {"quantity": "200"}}),
    ]
    found[C.RAMP_COMMITMENT] = []
    for part, years in ramped:
        whole = deal(fixed(SEAT), metered(EACH), part)
        found[C.RAMP_COMMITMENT].append(replace(whole, lines=(*whole.lines[:2], replace(whole.lines[2], years=years))))
    return found


SAMPLES = samples()
REFUSED = [
    (name, construct)
    for name in VENDORS
    for construct, ability in TARGETS[name].can.items()
    if isinstance(ability, No) and construct not in WITHOUT_A_DRAFT
]


@pytest.fixture(scope="module")
def usage() -> Usage:
    drawn = np.random.default_rng(9)

    def paths(mean: float) -> np.ndarray:
        return np.round(mean * drawn.lognormal(0, 0.3, size=(60, MONTHS)))

    series = {
        Series.of("tokens", region=region, tier=tier): paths(15000)
        for region in ("eu", "us")
        for tier in ("a", "batch")
    }
    return Usage({**series, Series.of("money", region="eu"): paths(40000), Series.of("payments"): paths(400)})


def test_every_refusal_of_the_matrix_is_walked():
    assert {construct for _name, construct in REFUSED} <= set(SAMPLES)


@pytest.mark.parametrize(("name", "construct"), REFUSED)
def test_what_is_refused_has_an_alternative_that_is_billed(name, construct, usage):
    target = TARGETS[name]
    for sample in SAMPLES[construct]:
        here, refused = sample, found(target, sample, usage)
        assert construct.value in [one.construct for one in refused]
        for _click in range(CLICKS):
            if not refused:
                break
            one = next((one for one in refused if one.construct == construct.value), refused[0])
            assert one.instead is not None, (one, sold(here).charges)
            assert one.instead.costs.count("USD ") == 2
            here = substituted(here, one.instead)
            left = found(target, here, usage)
            assert one.place not in [other.place for other in left if other.line == one.line] or len(left) < len(
                refused
            )
            refused = left
        assert refused == []


@pytest.mark.parametrize("name", VENDORS)
@pytest.mark.parametrize("construct", WITHOUT_A_DRAFT)
def test_what_nothing_comes_near_says_why(name, construct):
    content = {"currency": "USD", "start": "2027-01-01", "months": 12, "charges": [metered(EACH)]}
    terms = Terms.parse({**content, **WITHOUT_A_DRAFT[construct]})
    [problem] = [one for one in TARGETS[name].problems(terms) if one.construct == construct]
    assert problem.alternative is None
    assert problem.otherwise.endswith(".")


@pytest.mark.parametrize("name", VENDORS)
def test_each_refusal_names_a_way_or_a_reason(name):
    for construct, ability in TARGETS[name].can.items():
        if isinstance(ability, No):
            assert ability.nearest is not None or construct in WITHOUT_A_DRAFT
            assert str(ability.otherwise)


@pytest.mark.parametrize("name", ["stripe", "metronome", "chargebee", "orb", "openmeter"])
def test_a_table_of_parts_of_a_cent_is_rounded_by_a_click(name, usage):
    """Billing rounds tier by tier: a full one must come to whole cents."""
    table = tiered("graduated", {"up_to": "1000", "unit": "0.01234567"}, {"unit": "0.00987654321"})
    whole = deal(fixed(SEAT), metered(table))
    [one] = found(TARGETS[name], whole, usage)
    assert one.why == "A full tier of Use comes to parts of a cent, and billing rounds each tier."
    first, last = substituted(whole, one.instead).lines[1].component["price"]["tiers"]
    assert (first["unit"], last["unit"]) == ("0.01235", "0.00987654321")
    assert found(TARGETS[name], substituted(whole, one.instead), usage) == []
