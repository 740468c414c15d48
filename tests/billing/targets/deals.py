"""Hypothesis strategies: deals that hold only what a target can express, and usage for them."""

import hashlib
from collections.abc import Set
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from billing.targets.base import Order
from pricing import Series, Terms, Usage, rate

MONTHS = 12
PLACES = (("region", ("eu", "us")),)


def order_of(terms: dict | Terms) -> Order:
    parsed = terms if isinstance(terms, Terms) else Terms.parse(terms)
    return Order(
        number="C-2027-0007",
        customer="hartmann-logistics",
        customer_name="Hartmann Logistics GmbH",
        quote="Q-2026-0042",
        version=3,
        start=parsed.start,
        currency=parsed.currency,
        terms=parsed.canonical_json(),
        terms_sha256=parsed.sha256,
        sha256=hashlib.sha256(b"the snapshot").hexdigest(),
        months=parsed.months,
        customer_email="cleo@hartmann.example",
        customer_country="DE",
    )


def money(high: int, places: int = 2) -> st.SearchStrategy[str]:
    return st.integers(1, high * 10**places).map(lambda n: str(Decimal(n).scaleb(-places)))


@st.composite
def deals(draw: st.DrawFn, can: Set[str]) -> dict[str, Any]:
    """A deal of some fees and some usage; `can` names the features it may have."""
    fees = [_fee(draw, f"fee{n}", can) for n in range(draw(st.integers(0, 2)))]
    usage = [_usage(draw, f"use{n}", can) for n in range(draw(st.integers(1, 3)))]
    terms: dict[str, Any] = {
        "currency": "USD",
        "start": draw(st.sampled_from(["2027-01-01", "2027-02-15", "2028-01-31"])),
        "months": MONTHS,
        "charges": fees + usage,
    }
    if "ramp" in can:
        terms["phases"] = _phases(draw, fees, usage)
        terms["free_months"] = draw(st.sampled_from([0, 0, 3])) if fees else 0
        if draw(st.booleans()):
            terms["escalator"] = {"percent": "4", "every_months": 6}
    if "discount" in can:
        terms["discounts"] = [_discount(draw, n, fees + usage, can) for n in range(draw(st.integers(0, 2)))]
    if "credit" in can:
        terms["credits"] = [_credit(draw, n, can) for n in range(draw(st.integers(0, 2)))]
    promises = [one for one in ("prepaid", "true_up", "true_up_month", "true_up_one") if one in can]
    if promises and draw(st.booleans()):
        terms["commitments"] = [_commitment(draw, draw(st.sampled_from(promises)), can)]
    bought = any(one.get("purchase", "0") != "0" for one in terms.get("credits", []))
    if bought and any(one["settle"] == "true_up" for one in terms.get("commitments", [])):
        terms["commitments"] = []
    return terms


@st.composite
def usages(draw: st.DrawFn, terms: Terms) -> dict[Series, list[Decimal]]:
    """Whole units of every meter and place in every month."""
    meters = sorted({charge.quantity.meter for charge in terms.charges if charge.metered})
    column = st.lists(st.integers(0, 3000).map(Decimal), min_size=len(terms.periods), max_size=len(terms.periods))
    return {Series.of(meter, region=region): draw(column) for meter in meters for region in ("eu", "us")}


def billed(terms: Terms, usage: dict[Series, list[Decimal]]) -> list[Decimal]:
    """What we quote for each month."""
    return list(rate(terms, Usage.exactly(usage)).net[0])


def _fee(draw: st.DrawFn, key: str, can: Set[str]) -> dict[str, Any]:
    interval = draw(st.sampled_from(["month", *(one for one in ("quarter", "year", "once") if one in can)]))
    price = draw(st.sampled_from([{"model": "flat", "fee": "99.50"}, {"model": "per_unit", "unit": "12.25"}]))
    made = {
        "kind": "charge",
        "key": key,
        "name": f"Fee {key}",
        "price": price,
        "quantity": {"source": "fixed", "value": str(draw(st.integers(1, 40)))},
        "interval": interval,
        "timing": "advance",
    }
    if interval == "month" and "ramp" in can and draw(st.integers(0, 3)) == 0:
        made["from_month"], made["to_month"] = 3, 10
    if "arrears" in can and interval != "once" and draw(st.booleans()):
        made["timing"] = "arrears"
    return made


def _usage(draw: st.DrawFn, key: str, can: Set[str]) -> dict[str, Any]:
    price = _price(draw, can)
    made: dict[str, Any] = {
        "kind": "charge",
        "key": key,
        "name": f"Use {key}",
        "price": price,
        "quantity": {"source": "meter", "meter": f"meter-{key}"},
    }
    intervals = ["month", *(one for one in ("quarter", "year") if f"usage_{one}" in can)]
    made["interval"] = draw(st.sampled_from(intervals))
    if "matrix" in can and draw(st.integers(0, 2)) == 0:
        cells = [{"when": {"region": region}, "price": _price(draw, can)} for region in ("eu", "us")]
        made["price"] = {"model": "matrix", "dimensions": ["region"], "cells": cells}
    elif "filter" in can and draw(st.integers(0, 2)) == 0:
        made["quantity"]["where"] = {"region": ["eu"]}
    elif "allowance" in can and price["model"] in ("per_unit", "graduated") and draw(st.booleans()):
        made["allowance"] = {"quantity": str(draw(st.integers(1, 900))), "reset": made["interval"]}
    for limit, amount in (("minimum", "150"), ("maximum", "4000")):
        if f"usage_{limit}" in can and made["price"]["model"] != "matrix" and draw(st.integers(0, 2)) == 0:
            made[limit] = amount
    return made


def _price(draw: st.DrawFn, can: Set[str]) -> dict[str, Any]:
    model = draw(st.sampled_from(sorted(can & MAKERS.keys())))
    return MAKERS[model](draw)


def _per_unit(draw: st.DrawFn) -> dict[str, Any]:
    return {"model": "per_unit", "unit": draw(money(2, 6))}


def _ends(draw: st.DrawFn) -> list[str]:
    return [str(100 * end) for end in sorted(draw(st.sets(st.integers(1, 25), min_size=1, max_size=3)))]


def _tiers(draw: st.DrawFn, **fields: st.SearchStrategy[str]) -> list[dict[str, str]]:
    ups = [{"up_to": end} for end in _ends(draw)] + [{}]
    return [{**up, **{name: draw(value) for name, value in fields.items()}} for up in ups]


def _graduated(draw: st.DrawFn) -> dict[str, Any]:
    """Closed tiers of hundreds of units at whole hundredths of a cent: they come to whole cents."""
    return {"model": "graduated", "tiers": _tiers(draw, unit=money(1, 4))}


def _graduated_flat(draw: st.DrawFn) -> dict[str, Any]:
    tiers = _tiers(draw, unit=money(1, 4), flat=st.sampled_from(["0", "25"]))
    return {"model": "graduated", "tiers": tiers, "bill_zero": True}


def _volume(draw: st.DrawFn) -> dict[str, Any]:
    return {"model": "volume", "tiers": _tiers(draw, unit=money(1, 4))}


def _stairstep(draw: st.DrawFn) -> dict[str, Any]:
    return {"model": "stairstep", "tiers": _tiers(draw, amount=money(300)), "bill_zero": True}


def _package(draw: st.DrawFn) -> dict[str, Any]:
    rounding = draw(st.sampled_from(["up", "down"]))
    return {"model": "package", "size": draw(st.sampled_from(["10", "250"])), "price": "4.99", "rounding": rounding}


def _package_up(draw: st.DrawFn) -> dict[str, Any]:
    return {**_package(draw), "rounding": "up"}


def _package_free(draw: st.DrawFn) -> dict[str, Any]:
    return {**_package_up(draw), "free": draw(st.sampled_from(["0", "300"]))}


def _percentage(draw: st.DrawFn) -> dict[str, Any]:
    return {"model": "percentage", "rate": draw(money(30))}


MAKERS = {
    "percentage": _percentage,
    "per_unit": _per_unit,
    "graduated": _graduated,
    "graduated_flat": _graduated_flat,
    "volume": _volume,
    "stairstep": _stairstep,
    "package": _package,
    "package_up": _package_up,
    "package_free": _package_free,
}


def _phases(draw: st.DrawFn, fees: list[dict], usage: list[dict]) -> list[dict[str, Any]]:
    phases = []
    for month in sorted(draw(st.sets(st.sampled_from([4, 7, 10]), max_size=2))):
        monthly = [one for one in fees if one["interval"] in ("month", "quarter")]
        if monthly and draw(st.booleans()):
            changes = [{"key": monthly[0]["key"], "quantity": str(draw(st.integers(41, 90)))}]
        elif usage[0]["price"]["model"] != "matrix" and usage[0]["interval"] != "year":
            changes = [{"key": usage[0]["key"], "price": {"model": "per_unit", "unit": draw(money(2, 4))}}]
        else:
            continue
        phases.append({"from_month": month, "changes": changes})
    return phases


def _discount(draw: st.DrawFn, n: int, charges: list[dict], can: Set[str]) -> dict[str, Any]:
    keys = [one["key"] for one in charges if one["interval"] == "month"] or [charges[0]["key"]]
    made: dict[str, Any] = {"key": f"off{n}", "percent": draw(st.sampled_from(["10", "25", "50"]))}
    made["charges"] = [draw(st.sampled_from(keys))]
    if "ramp" in can and any(one["interval"] == "month" for one in charges) and draw(st.booleans()):
        made["from_month"], made["to_month"] = 4, 9
    return made


def _credit(draw: st.DrawFn, n: int, can: Set[str]) -> dict[str, Any]:
    every = draw(st.sampled_from(["once", "once", "month", "quarter"])) if "recurring" in can else "once"
    made = {"kind": "credit", "key": f"credit{n}", "amount": str(draw(st.integers(1, 900))), "every": every}
    made["purchase"] = draw(st.sampled_from(["0", "80"])) if "bought" in can else "0"
    made["priority"] = draw(st.integers(1, 3)) if "priority" in can else 50
    if "expiry" in can and draw(st.booleans()):
        made["expires_months"] = draw(st.integers(1, 8))
    return made


def _commitment(draw: st.DrawFn, settle: str, can: Set[str]) -> dict[str, Any]:
    made = {"kind": "commitment", "key": "promise", "amount": str(draw(st.integers(1, 4000)))}
    monthly = settle in ("true_up_month", "true_up_one")
    made["settle"] = "true_up" if monthly else settle
    made["window"] = "month" if monthly else draw(st.sampled_from(["quarter", "year"]))
    if settle == "true_up_one":
        made["scope"] = {"charges": ["use0"]}
    if "whole_term" in can and settle == "prepaid":
        made["window"] = "term"
    if settle == "prepaid":
        made["invoice"] = draw(st.sampled_from(["upfront", "quarter"]))
    return made
