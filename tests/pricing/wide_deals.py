"""Hypothesis strategy: deals that mix every feature of the terms, for what must hold whatever is agreed."""

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from .deals import METERS, PRICES, decimals, tier_list

WINDOWS = st.sampled_from(["month", "quarter", "year", "term"])
SHARES = decimals(1, 2)
UNIT = {"model": "per_unit", "unit": "1.25"}
ALL_UNITS = ("volume", "stairstep", "volume_package")
MONTHS = 14
PER_EVENT = {
    "fee": decimals(3),
    "free_events": st.integers(0, 4),
    "free_amount": decimals(200),
    "minimum": st.just("1"),
    "maximum": st.sampled_from(["1", "9"]),
}
SINGLE = {"model": st.just("percentage"), "rate": decimals(20)}
TIERED = {"model": st.just("graduated_percentage"), "tiers": tier_list({"rate": decimals(20), "flat": decimals(5)})}
BY_EVENT = st.one_of(
    st.fixed_dictionaries(SINGLE, optional=PER_EVENT), st.fixed_dictionaries(TIERED, optional=PER_EVENT)
)


@st.composite
def wide_deals(draw: st.DrawFn) -> dict:
    """Terms as JSON; usage has one series per meter and value of `tier` (low, high)."""
    start = draw(st.dates(date(2024, 1, 1), date(2031, 12, 31)))
    charges = [_charge(draw, n, start) for n in range(draw(st.integers(2, 4)))]
    keys = [charge["key"] for charge in charges]
    metered = [charge for charge in charges if charge["quantity"]["source"] == "meter"]
    terms = {
        "currency": draw(st.sampled_from(["USD", "JPY", "KWD", "XTS"])),
        "start": start.isoformat(),
        "months": MONTHS,
        "charges": charges,
        "free_months": draw(st.integers(0, 3)),
        "credits": [_grant(draw, n, [one["key"] for one in metered]) for n in range(draw(st.integers(0, 3)))],
        "discounts": [_discount(draw, n, keys) for n in range(draw(st.integers(0, 3)))],
        "commitments": [_commitment(draw, n, metered) for n in range(draw(st.integers(0, 2)))],
        "allowances": [_shared(draw, metered)] if metered and draw(st.booleans()) else [],
    }
    terms["phases"] = _phases(draw, terms)
    if draw(st.booleans()):
        terms["anchor_day"] = draw(st.integers(1, 31))
    if draw(st.booleans()):
        terms["escalator"] = {"percent": draw(decimals(10)), "every_months": draw(st.integers(1, 12))}
        terms["escalator"]["charges"] = draw(st.sampled_from([[], keys[:1]]))
    if draw(st.booleans()):
        terms["minimum"] = {"amount": "300", "window": draw(WINDOWS)}
    if draw(st.booleans()):
        terms["maximum"] = {"amount": "900000", "window": "term"}
    if metered and draw(st.booleans()):
        terms["guarantees"] = [_guarantee(draw, keys)]
    # A rate for a product that nothing in the deal is of would be refused.
    products = {charge["product"] for charge in charges}
    for grant in terms["credits"]:
        grant["rates"] = {key: rate for key, rate in grant.get("rates", {}).items() if key in products or key in keys}
    return terms


def usage_values() -> st.SearchStrategy[list[Decimal]]:
    """A quantity for each of enough periods."""
    return st.lists(decimals(400, 3).map(Decimal), min_size=MONTHS + 1, max_size=MONTHS + 1)


def _charge(draw: st.DrawFn, n: int, start: date) -> dict:
    charge = {"kind": "charge", "key": f"c{n}", "product": draw(st.sampled_from(["red", "blue"]))}
    charge["interval"] = draw(st.sampled_from(["month", "month", "quarter", "year"]))
    if draw(st.integers(0, 2)):
        _metered(draw, charge)
    else:
        charge["price"] = draw(PRICES)
        charge["quantity"] = {"source": "fixed", "value": draw(decimals(100))}
        charge["timing"] = draw(st.sampled_from(["advance", "arrears"]))
        charge["interval"] = draw(st.sampled_from(["once", charge["interval"]]))
        if draw(st.booleans()):
            charge["starts"] = (start + timedelta(days=draw(st.integers(0, 150)))).isoformat()
        if draw(st.booleans()):
            charge["ends"] = (start + timedelta(days=draw(st.integers(151, 400)))).isoformat()
    if draw(st.booleans()):
        charge["minimum"], charge["maximum"] = "20", draw(st.sampled_from(["20", "800"]))
    if "starts" in charge or "ends" in charge:
        return charge
    if draw(st.booleans()):
        charge["from_month"] = draw(st.integers(1, 6))
    if draw(st.booleans()):
        charge["to_month"] = draw(st.integers(charge.get("from_month", 1), MONTHS))
    return charge


def _metered(draw: st.DrawFn, charge: dict) -> None:
    charge["quantity"] = {"source": "meter", "meter": draw(st.sampled_from(METERS))}
    by_event = draw(st.integers(0, 3)) == 0
    charge["price"] = draw(BY_EVENT if by_event else PRICES)
    if by_event:
        charge["events"] = {"source": "meter", "meter": draw(st.sampled_from(METERS))}
    elif charge["price"]["model"] in ALL_UNITS and "cap" not in charge["price"]["tiers"][0] and draw(st.booleans()):
        charge["quantity"]["where"] = {"tier": ["low"]}
        charge["tier_quantity"] = {"source": "meter", "meter": charge["quantity"]["meter"]}
    for shape in draw(st.sampled_from([[], [], ["multiplier"], ["matrix"], ["matrix", "multiplier", "multiplier"]])):
        if shape == "multiplier":
            factors = {"high": draw(decimals(2))}
            charge["price"] = {"model": shape, "base": charge["price"], "dimension": "tier", "factors": factors}
        else:
            cells = [{"when": {"tier": "high"}, "price": charge["price"]}]
            default = charge["price"] if "tier_quantity" in charge else draw(PRICES)
            charge["price"] = {"model": shape, "dimensions": ["tier"], "cells": cells, "default": default}
    if not by_event and draw(st.booleans()):
        charge["allowance"] = {"quantity": draw(decimals(300)), "reset": draw(st.sampled_from(["year", "term"]))}
    if draw(st.booleans()):
        charge["conversion"] = {"divide": draw(st.sampled_from(["10", "3"]))}
        charge["conversion"]["rounding"] = draw(st.sampled_from(["up", "down", "none"]))


def _shared(draw: st.DrawFn, metered: list[dict]) -> dict:
    keys = draw(st.lists(st.sampled_from([one["key"] for one in metered]), min_size=1, unique=True))
    return {"key": "shared", "quantity": draw(decimals(300)), "reset": "year", "charges": keys}


def _phases(draw: st.DrawFn, terms: dict) -> list[dict]:
    months = sorted(draw(st.sets(st.integers(2, MONTHS), max_size=3)))
    return [{"from_month": month, "changes": [_change(draw, terms)]} for month in months]


def _change(draw: st.DrawFn, terms: dict) -> dict:
    part = draw(st.sampled_from([*terms["charges"], *terms["credits"], *terms["commitments"]]))
    change: dict = {"key": part["key"]}
    if part["kind"] != "charge":
        measure = "quantity" if "quantity" in part else "amount"
        return change | {measure: str(draw(st.integers(0, 900)))}
    if part["quantity"]["source"] == "fixed":
        change["quantity"] = draw(decimals(100))
        return change | ({"price": UNIT} if draw(st.booleans()) else {})
    price = {"model": "volume", "tiers": [{"up_to": "50", "unit": "2"}, {"unit": "1"}]}
    return change | {"price": price if "tier_quantity" in part else UNIT}


def _grant(draw: st.DrawFn, n: int, metered: list[str]) -> dict:
    made = {
        "kind": "credit",
        "key": f"g{n}",
        "amount": str(draw(st.integers(0, 3000))),
        "priority": draw(st.integers(1, 2)),
    }
    made["every"] = draw(st.sampled_from(["once", "month", "quarter", "year"]))
    made["purchase"] = draw(st.sampled_from(["0", "50"]))
    made["scope"] = draw(SCOPES)
    made["from_month"] = draw(st.integers(1, 3))
    if made["every"] != "once" and draw(st.booleans()):
        made["rollover"] = {"fraction": draw(SHARES), "floor": draw(st.sampled_from(["0", "30"])), "cap": "500"}
    elif draw(st.booleans()):
        made["expires_months"] = draw(st.integers(1, 20))
    if metered and draw(st.booleans()):
        made |= {"unit": "credits", "scope": {}, "rates": {draw(st.sampled_from(metered)): "2", **draw(PRODUCT_RATES)}}
    return made


def _discount(draw: st.DrawFn, n: int, keys: list[str]) -> dict:
    made: dict = {"key": f"d{n}", "from_month": draw(st.integers(1, MONTHS))}
    if draw(st.booleans()):
        made["charges"] = draw(st.lists(st.sampled_from(keys), unique=True, max_size=2))
    elif draw(st.booleans()):
        made["scope"] = draw(SCOPES.filter(bool))
    if draw(st.booleans()):
        made["to_month"] = draw(st.integers(made["from_month"], MONTHS))
    return made | ({"percent": draw(decimals(100))} if draw(st.booleans()) else {"amount": draw(decimals(50, 0))})


def _commitment(draw: st.DrawFn, n: int, metered: list[dict]) -> dict:
    made = {"kind": "commitment", "key": f"m{n}", "window": draw(WINDOWS)}
    made["settle"] = draw(st.sampled_from(["true_up", "prepaid", "none"]))
    made["invoice"] = draw(st.sampled_from(["upfront", "month", "quarter"]))
    made["overage_factor"] = draw(st.sampled_from(["1", "1.5", "0.8"]))
    countable = [one["key"] for one in metered if has_one_price(one["price"])]
    if countable and draw(st.booleans()):
        scope = {"charges": [draw(st.sampled_from(countable))]}
        return made | {"quantity": str(draw(st.integers(0, 900))), "scope": scope}
    return made | {"amount": str(draw(st.integers(0, 5000))), "scope": draw(SCOPES)}


def has_one_price(price: dict) -> bool:
    """Whether units of it can be committed."""
    if price["model"] == "multiplier":
        return has_one_price(price["base"])
    return price["model"] != "matrix" and not set(price) & {"fee", "free_events", "minimum", "maximum"}


PRODUCT_RATES = st.sampled_from([{}, {"red": "3"}])
SCOPES = st.sampled_from([{}, {}, {"products": ["red"]}, {"meters": ["alpha", "beta"]}, {"where": {"tier": ["high"]}}])


def _guarantee(draw: st.DrawFn, keys: list[str]) -> dict:
    sources = {
        name: {"source": "meter", "meter": meter} for name, meter in zip(("outcomes", "attempts"), METERS, strict=False)
    }
    made = {"key": "promise", **sources, "threshold": "0.5", "credit_percent": "20"}
    return made | {"window": draw(WINDOWS), "charges": draw(st.sampled_from([[], keys[:1]]))}
