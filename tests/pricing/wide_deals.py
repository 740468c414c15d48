"""Hypothesis strategy: deals that mix every feature of the terms, for what must hold whatever is agreed."""

from decimal import Decimal

from hypothesis import strategies as st

from .deals import METERS, PRICES, decimals

WINDOWS = st.sampled_from(["month", "quarter", "year", "term"])
SHARES = decimals(1, 2)
UNIT = {"model": "per_unit", "unit": "1.25"}
MONTHS = 14


@st.composite
def wide_deals(draw: st.DrawFn) -> dict:
    """Terms as JSON; usage has one series per meter and value of `tier` (low, high)."""
    charges = [_charge(draw, n) for n in range(draw(st.integers(2, 4)))]
    keys = [charge["key"] for charge in charges]
    metered = [charge["key"] for charge in charges if charge["quantity"]["source"] == "meter"]
    terms = {
        "currency": draw(st.sampled_from(["USD", "JPY", "KWD"])),
        "start": draw(st.dates().map(lambda day: day.replace(year=2024 + day.year % 8).isoformat()).filter(_exists)),
        "months": MONTHS,
        "charges": charges,
        "phases": _phases(draw, charges),
        "free_months": draw(st.integers(0, 3)),
        "credits": [_grant(draw, n, metered) for n in range(draw(st.integers(0, 3)))],
        "discounts": [_discount(draw, n, keys) for n in range(draw(st.integers(0, 3)))],
        "commitments": [_commitment(draw, n) for n in range(draw(st.integers(0, 2)))],
    }
    if draw(st.booleans()):
        terms["anchor_day"] = draw(st.integers(1, 31))
    if draw(st.booleans()):
        terms["escalator"] = {"percent": draw(decimals(10)), "every_months": draw(st.integers(1, 12))}
    if draw(st.booleans()):
        terms["minimum"] = {"amount": "300", "window": draw(WINDOWS)}
    if draw(st.booleans()):
        terms["maximum"] = {"amount": "900000", "window": "term"}
    if metered and draw(st.booleans()):
        terms["guarantees"] = [_guarantee(draw)]
    return terms


def usage_values() -> st.SearchStrategy[list[Decimal]]:
    """A quantity for each of enough periods."""
    return st.lists(decimals(400, 3).map(Decimal), min_size=MONTHS + 1, max_size=MONTHS + 1)


def _exists(day: str) -> bool:
    return not day.endswith("02-29")


def _charge(draw: st.DrawFn, n: int) -> dict:
    charge = {
        "kind": "charge",
        "key": f"c{n}",
        "product": draw(st.sampled_from(["red", "blue"])),
        "price": draw(PRICES),
    }
    charge["interval"] = draw(st.sampled_from(["month", "month", "quarter", "year"]))
    if draw(st.integers(0, 2)):
        charge["quantity"] = {"source": "meter", "meter": draw(st.sampled_from(METERS))}
        shape = draw(st.sampled_from(["plain", "multiplier", "matrix"]))
        if shape == "multiplier":
            factors = {"high": draw(decimals(2))}
            charge["price"] = {"model": "multiplier", "base": charge["price"], "dimension": "tier", "factors": factors}
        if shape == "matrix":
            cells = [{"when": {"tier": "high"}, "price": charge["price"]}]
            charge["price"] = {"model": "matrix", "dimensions": ["tier"], "cells": cells, "default": draw(PRICES)}
        if draw(st.booleans()):
            charge["allowance"] = {"quantity": draw(decimals(300)), "reset": draw(st.sampled_from(["year", "term"]))}
        if draw(st.booleans()):
            charge["conversion"] = {"divide": "10", "rounding": draw(st.sampled_from(["up", "down", "none"]))}
    else:
        charge["quantity"] = {"source": "fixed", "value": draw(decimals(100))}
        charge["timing"] = draw(st.sampled_from(["advance", "arrears"]))
        charge["interval"] = draw(st.sampled_from(["once", charge["interval"]]))
    if draw(st.booleans()):
        charge["minimum"], charge["maximum"] = "20", draw(st.sampled_from(["20", "800"]))
    if draw(st.booleans()):
        charge["from_month"] = draw(st.integers(1, 6))
    return charge


def _phases(draw: st.DrawFn, charges: list[dict]) -> list[dict]:
    months = sorted(draw(st.sets(st.integers(2, MONTHS), max_size=3)))
    phases = []
    for month in months:
        charge = draw(st.sampled_from(charges))
        fixed = charge["quantity"]["source"] == "fixed"
        change = {"quantity": draw(decimals(100))} if fixed else {"price": UNIT}
        phases.append({"from_month": month, "changes": [{"key": charge["key"], **change}]})
    return phases


def _grant(draw: st.DrawFn, n: int, metered: list[str]) -> dict:
    made = {
        "kind": "credit",
        "key": f"g{n}",
        "amount": str(draw(st.integers(0, 3000))),
        "priority": draw(st.integers(1, 2)),
    }
    made["every"] = draw(st.sampled_from(["once", "month", "quarter", "year"]))
    made["purchase"] = draw(st.sampled_from(["0", "50"]))
    made["scope"] = {"products": draw(st.sampled_from([[], ["red"]]))}
    if made["every"] != "once" and draw(st.booleans()):
        made["rollover"] = {"fraction": draw(SHARES), "cap": "500"}
    elif draw(st.booleans()):
        made["expires_months"] = draw(st.integers(1, 20))
    if metered and draw(st.booleans()):
        made |= {"unit": "credits", "scope": {}, "rates": {draw(st.sampled_from(metered)): "2"}}
    return made


def _discount(draw: st.DrawFn, n: int, keys: list[str]) -> dict:
    made = {"key": f"d{n}", "charges": draw(st.lists(st.sampled_from(keys), unique=True, max_size=2))}
    made["from_month"] = draw(st.integers(1, MONTHS))
    return made | ({"percent": draw(decimals(100))} if draw(st.booleans()) else {"amount": draw(decimals(50, 0))})


def _commitment(draw: st.DrawFn, n: int) -> dict:
    made = {"kind": "commitment", "key": f"m{n}", "amount": str(draw(st.integers(0, 5000))), "window": draw(WINDOWS)}
    made["settle"] = draw(st.sampled_from(["true_up", "prepaid", "none"]))
    made["invoice"] = draw(st.sampled_from(["upfront", "month", "quarter"]))
    made["overage_factor"] = draw(st.sampled_from(["1", "1.5", "0.8"]))
    return made


def _guarantee(draw: st.DrawFn) -> dict:
    sources = {
        name: {"source": "meter", "meter": meter} for name, meter in zip(("outcomes", "attempts"), METERS, strict=False)
    }
    made = {"key": "promise", **sources, "threshold": "0.5", "credit_percent": "20"}
    return made | {"window": draw(WINDOWS)}
