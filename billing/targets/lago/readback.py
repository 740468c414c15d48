"""What Lago holds and what it should hold, in the same words: subscriptions with their plans, and wallets."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from billing.targets.base import Held, Step
from billing.targets.lago import client

Row = Mapping[str, Any]
NAMES = ("graduated_ranges", "volume_ranges")


def expected(steps: Iterable[Step]) -> Held:
    bodies: dict[str, list[Row]] = {}
    codes = {}
    for step in steps:
        bodies.setdefault(step.call, []).append(step.body)
        codes[step.name] = step.body.get("code")
    plans = {one["code"]: one for one in bodies.get("POST /plans", [])}

    def metric(charge: Row) -> str:
        return str(codes[charge["billable_metric_id"]["$answer_of"][0]])

    return held(bodies.get("POST /subscriptions", []), plans, bodies.get("POST /wallets", []), metric)


def read(connection: Any, reference: str) -> Held | None:
    """Everything of the customer that is named after the contract."""
    first = client.found_or_none(connection.subscriptions, reference)
    if first is None:
        return None
    customer, number = first.external_customer_id, reference.partition(".")[0]
    listed = [one.dict() for one in client.subscriptions(connection, customer)]
    ours = [one for one in listed if one["external_id"].partition(".")[0] == number]
    codes = dict.fromkeys(one["plan_code"] for one in ours)
    plans = {code: found.dict() for code in codes if (found := client.found_or_none(connection.plans, code))}
    mark = first.plan_code.rpartition("_")[0] if first.plan_code else ""
    wallets = [one.dict() for one in client.wallets(connection, customer) if (one.code or "").startswith(f"{mark}_")]
    return held(ours, plans, wallets, lambda charge: str(charge["billable_metric_code"]))


def held(
    subscriptions: Iterable[Row], plans: Mapping[str, Row], wallets: Iterable[Row], metric: Callable[[Row], str]
) -> Held:
    return {
        "subscriptions": {
            one["external_id"]: {
                "from": str(one["subscription_at"])[:10],
                "until": str(one["ending_at"])[:10],
                "billing_time": one["billing_time"],
                "plan": plan(plans.get(one["plan_code"], {}), metric),
            }
            for one in subscriptions
        },
        "wallets": {one["code"]: wallet(one) for one in wallets},
    }


def plan(one: Row, metric: Callable[[Row], str]) -> dict[str, Any]:
    minimum = one.get("minimum_commitment") or {}
    return {
        "currency": one.get("amount_currency"),
        "interval": one.get("interval"),
        "amount_cents": one.get("amount_cents"),
        "minimum_cents": minimum.get("amount_cents") or None,
        "charges": {charge["code"]: usage(charge, metric) for charge in rows(one.get("charges"))},
        "fixed": {charge["code"]: fixed(charge) for charge in rows(one.get("fixed_charges"))},
    }


def usage(one: Row, metric: Callable[[Row], str]) -> dict[str, Any]:
    filters = rows(one.get("filters"))
    return {
        "metric": metric(one),
        "model": one["charge_model"],
        "properties": known(one["properties"]),
        "minimum_cents": one.get("min_amount_cents") or None,  # none was pushed
        "filters": {str(sorted(part["values"].items())): known(part["properties"]) for part in filters},
    }


def fixed(one: Row) -> dict[str, Any]:
    told = {name: one.get(name) for name in ("charge_model", "units", "pay_in_advance", "prorated")}
    return {**told, "amount": (one.get("properties") or {}).get("amount")}


def wallet(one: Row) -> dict[str, Any]:
    applies = one.get("applies_to") or {}
    return {
        "priority": one.get("priority"),
        "until": str(one["expiration_at"])[:10],
        "currency": one["currency"],
        "metrics": sorted(applies.get("billable_metric_codes") or []),
    }


def known(properties: Row) -> dict[str, Any]:
    """What a price is made of; Lago may add empty fields of its own."""
    told = ("amount", "rate", "free_units", "package_size", *NAMES)
    return {name: properties[name] for name in told if properties.get(name) not in (None, [])}


def rows(part: Any) -> list[Row]:
    """A list, also where the client wraps it."""
    found = part.get("__root__", []) if isinstance(part, Mapping) else part
    return list(found or [])
