"""The one adapter from published worked examples (rating_vectors.json) to our terms.

Each vector is `{id, source, model, config, quantity, expected_amount}`; what it says is turned into `Terms` and
`Usage` and rated by the kernel. Nothing is computed here but the sum over independent buckets.
"""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from pricing import InvalidTerms, Series, Terms, Usage, rate

METER = Series("units")
ALL = Series("all-units")
START = date(2027, 1, 1)


class Unsupported(Exception):
    """A vector that asks for something the kernel does not do, with the reason."""


def amount_of(vector: dict[str, Any]) -> Decimal:
    """Return what our kernel bills for a vector; raise `Unsupported` where it cannot say."""
    expected = vector.get("expected_amount")
    if isinstance(expected, (dict, list)):
        raise Unsupported("expects balances or several amounts, not one amount of money")
    if vector["model"] not in ADAPTERS:
        raise Unsupported(f"the kernel has no model {vector['model']}")
    known(vector["config"], CONFIG)
    try:
        return ADAPTERS[vector["model"]](vector)
    except InvalidTerms as refused:
        raise Unsupported(f"the kernel refuses it: {refused}") from None
    except KeyError as missing:
        raise Unsupported(f"does not say {missing}") from None


def known(config: dict[str, Any], names: set[str]) -> None:
    """Refuse a config that says something we would overlook."""
    if unknown := sorted(set(config) - names):
        raise Unsupported(f"does not know {', '.join(unknown)}")


def single(vector: dict[str, Any]) -> Decimal:
    """One quantity at one price."""
    config, quantity = vector["config"], vector["quantity"]
    return billed(config, price_of(vector["model"], config), [quantity])


def by_bucket(vector: dict[str, Any]) -> Decimal:
    """Each bucket on its own: one month for each."""
    model = vector["model"].removesuffix("_by_bucket")
    return billed(vector["config"], price_of(model, vector["config"]), vector["quantity"])


def by_group(vector: dict[str, Any]) -> Decimal:
    """Each group on its own: one cell of a matrix for each."""
    key, groups = vector["config"].get("group_key", "group"), vector["quantity"]
    price = price_of(vector["model"].removesuffix("_by_group"), vector["config"])
    cells = [{"when": {key: group}, "price": price} for group in groups]
    usage = {Series.of("units", **{key: group}): [quantity] for group, quantity in groups.items()}
    made = {"model": "matrix", "dimensions": [key], "cells": cells}
    return total(charge(made, **options(vector["config"])), usage, **terms_options(vector["config"]))


def events(vector: dict[str, Any]) -> Decimal:
    """A percentage of single events, given as a list or as running totals of those that may be free."""
    config = dict(vector["config"])
    listed = [Decimal(amount) for amount in vector.get("events") or []]
    if not listed and "aggregate" in vector:
        listed, may_be_free = events_of(vector["aggregate"])
        if not may_be_free:
            config["free_events"] = config["free_amount"] = None
        elif config.get("free_events") or config.get("free_amount"):
            config["free_events"] = min(config.get("free_events") or may_be_free, may_be_free)
    price = {
        "model": "percentage",
        "rate": config["rate_percent"],
        "fee": config.get("fixed_amount_per_event") or "0",
        "free_events": config.get("free_events"),
        "free_amount": config.get("free_amount"),
        "minimum": config.get("per_event_minimum"),
        "maximum": config.get("per_event_maximum"),
    }
    terms = terms_of([charge(price, events={"source": "meter", "meter": "events"})])
    usage = Usage.exactly({METER: [sum(listed, Decimal(0))]})
    return rate(terms, Usage(usage.series, events={METER: [listed]})).total


def events_of(aggregate: dict[str, Any]) -> tuple[list[Decimal], int]:
    """Rebuild events from running totals: those listed may be free, the others share what is left."""
    whole, count = Decimal(aggregate["total"]), int(aggregate["event_count"])
    if not whole:
        return [], 0
    totals = [Decimal(running) for running in aggregate["running_total"]]
    listed = [after - before for before, after in zip([Decimal(0), *totals], totals, strict=False)]
    rest = count - len(listed)
    left = whole - sum(listed)
    return listed + ([left / rest] * rest if rest else []), len(listed)


def prorated_tiers(vector: dict[str, Any]) -> Decimal:
    """The tier is found by the full units, the price applied to the prorated ones."""
    return tier_by(vector, "_prorated", vector["config"]["tier_quantity"], vector["quantity"])


def filtered_tiers(vector: dict[str, Any]) -> Decimal:
    """The tier is found by the total, only matching units are charged."""
    return tier_by(vector, "_filtered", vector["quantity"]["total"], vector["quantity"]["matching"])


def tier_by(vector: dict[str, Any], suffix: str, tier_quantity: str, quantity: str) -> Decimal:
    """A price whose tier another meter decides, if it has tiers."""
    config = vector["config"]
    made = charge(price_of(vector["model"].removesuffix(suffix), config), **options(config))
    if "tiers" in config:
        made["tier_quantity"] = {"source": "meter", "meter": ALL.meter}
    return total(made, {METER: [quantity], ALL: [tier_quantity]}, **terms_options(config))


def committed(vector: dict[str, Any]) -> Decimal:
    """A committed amount or quantity, in one window or in several."""
    quantity = vector["quantity"]
    return commitment(vector["config"], quantity if isinstance(quantity, list) else [quantity])


def by_time_of_day(vector: dict[str, Any]) -> Decimal:
    """Each hour is a window of the bucket it lies in, or of the default."""
    config = vector["config"]
    windows: dict[int, list[str]] = {}
    for hour, quantity in vector["quantity"].items():
        found = (n for n, bucket in enumerate(config["buckets"]) if in_bucket(hour, bucket["from"], bucket["to"]))
        windows.setdefault(next(found, -1), []).extend(quantity if isinstance(quantity, list) else [quantity])
    return sum(commitment(config["buckets"][n] if n >= 0 else config["default"], q) for n, q in windows.items())


def in_bucket(hour: str, opens: str, closes: str) -> bool:
    """Tell whether a time lies in a bucket, which may run past midnight."""
    return opens <= hour < closes if opens < closes else hour >= opens or hour < closes


def commitment(config: dict[str, Any], quantities: Sequence[str]) -> Decimal:
    """Rate a per-unit charge with a monthly commitment, one month per window."""
    promised = {}
    if "commitment_value" in config:
        measure = "amount" if config["commitment_type"] == "amount" else "quantity"
        promised = {
            "kind": "commitment",
            "key": "promised",
            measure: config["commitment_value"],
            "window": "month",
            "settle": "true_up" if config.get("true_up") else "none",
            "overage_factor": config.get("overage_factor") or "1",
            "scope": {"charges": ["charge"]},
        }
    price = price_of(config.get("model") or ("graduated" if "tiers" in config else "per_unit"), config)
    made = charge(price, **options(config))
    return total(made, {METER: quantities}, **terms_options(config), commitments=[promised] if promised else [])


def with_credits(vector: dict[str, Any]) -> Decimal:
    """A price paid by credits: an amount, or grants with priorities."""
    model, given = vector["model"].removesuffix("_with_credits"), vector["config"]["credits"]
    grants = [
        {"kind": "credit", "key": f"grant-{n}", "priority": 50, **(one if isinstance(one, dict) else {"amount": one})}
        for n, one in enumerate(given if isinstance(given, list) else [given])
    ]
    for grant in grants:
        known(grant, {"kind", "key", "priority", "amount"})
    return billed(vector["config"], price_of(model, vector["config"]), [vector["quantity"]], credits=grants)


def metered_cost(vector: dict[str, Any]) -> Decimal:
    """A price that every event carries: the metered cost, passed through."""
    cost = Decimal(vector["config"]["precise_total_amount_cents"]) / 100
    return total(charge({"model": "cost_plus", "markup": "0"}), {METER: [str(cost)]})


def billed(config: dict[str, Any], price: dict[str, Any], quantities: Sequence[str], **terms: Any) -> Decimal:
    """Rate quantities, one month each, with the limits, discounts and conversion of a config."""
    part = charge(price, **options(config))
    terms |= terms_options(config)
    proration = config.get("proration")
    if proration and proration["days"] != proration["of"]:
        return first_stub(part, quantities[0], proration, **terms)
    return total(part, {METER: quantities}, **terms)


def options(config: dict[str, Any]) -> dict[str, Any]:
    """Return the limits, allowance and conversion of a config as those of a charge."""
    found: dict[str, Any] = {
        "minimum": config.get("minimum_amount"),
        "maximum": config.get("maximum_amount"),
        "conversion": conversion(config.get("unit_conversion")),
    }
    if config.get("rounding") in UNROUNDED and config.get("package_size"):
        found["conversion"] = {"divide": config["package_size"], "rounding": "none"}
    if config.get("usage_discount"):
        found["allowance"] = {"quantity": config["usage_discount"]}
    return found


def terms_options(config: dict[str, Any]) -> dict[str, Any]:
    """Return the discount and the rounding of a config as those of terms."""
    found: dict[str, Any] = {}
    if config.get("percentage_discount"):
        found["discounts"] = [{"key": "off", "percent": config["percentage_discount"], "charges": ["charge"]}]
    rounding = config.get("rounding")
    if rounding == "half_up_cents":
        found["currency"] = "USD"
    elif config.get("round_to"):
        unit = Decimal(config["round_to"])
        if unit not in ROUND_TO:
            raise Unsupported(f"no currency has a minor unit of {unit}")
        found["currency"] = ROUND_TO[unit]
    elif rounding not in {None, *ROUNDING, *UNROUNDED}:
        raise Unsupported(f"does not round {rounding}")
    return found


def first_stub(part: dict[str, Any], quantity: str, proration: dict[str, int], **terms: Any) -> Decimal:
    """Rate a term whose first period is the last `days` of a month of `of` days; return that period's amount."""
    days, whole = proration["days"], proration["of"]
    months = {28: date(2027, 2, 1), 29: date(2028, 2, 1), 30: date(2027, 4, 1), 31: date(2027, 1, 1)}
    if whole not in months or not 0 < days < whole:
        raise Unsupported(f"no month has {whole} days")
    start = months[whole].replace(day=whole - days + 1)
    made = terms_of([part], start=start.isoformat(), anchor_day=1, **terms)
    return Decimal(rate(made, Usage.exactly({METER: [quantity, 0]})).net[0, 0])


def conversion(config: dict[str, Any] | None) -> dict[str, Any] | None:
    """Units are divided by a factor, and rounded or not."""
    if config is None:
        return None
    if config["operation"] not in ("divide", "multiply"):
        raise Unsupported(f"no unit conversion {config['operation']}")
    factor = Decimal(config["factor"])
    divide = factor if config["operation"] == "divide" else 1 / factor
    rounding = config.get("rounding")
    return {"divide": str(divide), "rounding": "none" if rounding in (None, *UNROUNDED) else ROUNDING[rounding]}


def package(config: dict[str, Any]) -> dict[str, Any]:
    """Whole packages begun or filled; or, unrounded, parts of packages: units are converted into packages."""
    if config.get("rounding") in UNROUNDED:
        if Decimal(config.get("free_units") or 0):
            raise Unsupported("parts of packages after free units")
        return {"model": "per_unit", "unit": config["package_amount"]}
    return {
        "model": "package",
        "size": config["package_size"],
        "price": config["package_amount"],
        "free": config.get("free_units") or "0",
        "rounding": ROUNDING.get(config.get("rounding") or "up", "up"),
    }


def charge(price: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A monthly charge of the meter at a price."""
    quantity = {"source": "meter", "meter": METER.meter}
    return {"kind": "charge", "key": "charge", "price": price, "quantity": quantity, **options}


def terms_of(charges: list[dict[str, Any]], **terms: Any) -> Terms:
    """Terms of one month unless told otherwise; XTS keeps every decimal."""
    return Terms.parse({"currency": "XTS", "start": START.isoformat(), "months": 1, "charges": charges, **terms})


def total(part: dict[str, Any], usage: dict[Series, Sequence[str]], **terms: Any) -> Decimal:
    """Rate one charge, with one month for each quantity."""
    months = max(len(quantities) for quantities in usage.values())
    return rate(terms_of([part], months=months, **terms), Usage.exactly(usage)).total


def price_of(model: str, config: dict[str, Any]) -> dict[str, Any]:
    """Return our price model for a vector's model and config."""
    zero = "tiers" in config and config.get("zero_quantity_bills_first_flat")
    return {**PRICES[model](config), **({"bill_zero": True} if zero else {})}


def tiers(config: dict[str, Any], names: dict[str, str]) -> list[dict[str, Any]]:
    """Rename the fields of tiers; the last is open-ended."""
    for tier in config["tiers"]:
        known(tier, {"up_to", *names.values()})
    found = [
        {ours: tier[theirs] for ours, theirs in names.items() if tier.get(theirs) is not None}
        for tier in config["tiers"]
    ]
    for ours, theirs in zip(found[:-1], config["tiers"], strict=False):
        ours["up_to"] = theirs["up_to"]
    return found


def stairs(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Tiers with an amount each."""
    return tiers(config, {"amount": "flat_amount" if "flat_amount" in config["tiers"][0] else "amount"})


def blocks(config: dict[str, Any]) -> list[dict[str, Any]]:
    """Tiers given as a number of blocks: each reaches that many blocks further than the one before."""
    found, reached = [], Decimal(0)
    for tier in config["tiers"]:
        known(tier, {"max_blocks", "block_size", "block_price"})
        made: dict[str, Any] = {"size": tier["block_size"], "price": tier["block_price"]}
        if tier is not config["tiers"][-1]:
            reached += Decimal(tier["max_blocks"]) * Decimal(tier["block_size"])
            made["up_to"] = str(reached)
        found.append(made)
    return found


CONFIG = {
    *("amount", "unit_amount", "multiplier", "package_amount", "package_size", "free_units", "rounding", "tiers"),
    *("minimum_amount", "maximum_amount", "percentage_discount", "usage_discount", "unit_conversion", "proration"),
    *("rate_percent", "fixed_amount_per_event", "free_events", "free_amount"),
    *("per_event_minimum", "per_event_maximum", "zero_quantity_bills_first_flat", "group_key", "tier_quantity"),
    *("commitment_type", "commitment_value", "overage_factor", "true_up", "buckets", "default", "credits"),
    *("precise_total_amount_cents", "round_to", "model"),
}
ROUNDING = {"ceiling": "up", "ceil": "up", "up": "up", "floor": "down", "down": "down"}
UNROUNDED = ("none", "exact")
ROUND_TO = {Decimal("1"): "JPY", Decimal("0.01"): "USD", Decimal("0.001"): "KWD"}
UNITS = {"unit": "unit_amount", "flat": "flat_amount", "cap": "flat_cap"}
RATES = {"rate": "rate_percent", "flat": "flat_amount"}

PRICES: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "flat": lambda config: {"model": "flat", "fee": config["amount"]},
    "per_unit": lambda config: {"model": "per_unit", "unit": config["unit_amount"]},
    "dynamic": lambda config: {"model": "cost_plus", "markup": str((Decimal(config.get("multiplier") or 1) - 1) * 100)},
    "package": package,
    "graduated": lambda config: {"model": "graduated", "tiers": tiers(config, UNITS)},
    "volume": lambda config: {"model": "volume", "tiers": tiers(config, UNITS)},
    "stairstep": lambda config: {"model": "stairstep", "tiers": stairs(config)},
    "graduated_percentage": lambda config: {"model": "graduated_percentage", "tiers": tiers(config, RATES)},
    "graduated_blocks": lambda config: {"model": "graduated_package", "tiers": blocks(config)},
    "volume_blocks": lambda config: {"model": "volume_package", "tiers": blocks(config)},
}

ADAPTERS: dict[str, Callable[[dict[str, Any]], Decimal]] = {
    **dict.fromkeys(PRICES, single),
    **{f"{model}_by_bucket": by_bucket for model in PRICES},
    **{f"{model}_by_group": by_group for model in PRICES},
    **{f"{model}_with_credits": with_credits for model in PRICES},
    "percentage": events,
    "percentage_per_event": events,
    **{f"{model}_prorated": prorated_tiers for model in PRICES},
    **{f"{model}_filtered": filtered_tiers for model in PRICES},
    "commitment": committed,
    "commitment_windowed": committed,
    "commitment_time_of_day": by_time_of_day,
    "dynamic_precise_total": metered_cost,
}
