"""What Stripe holds and what it should hold, in the same few words: prices, phases and grants."""

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from billing.targets.base import Held, Step
from billing.targets.stripe import client
from pricing.values import plain

Named = Callable[[Any], str]


def expected(steps: Iterable[Step]) -> Held:
    """From the requests. Where they point at a step's answer, the step stands for it."""
    bodies: dict[str, list[Mapping[str, Any]]] = {}
    for step in steps:
        bodies.setdefault(step.call, []).append(step.body)
    names = {step.name: str(step.body["lookup_key"]) for step in steps if step.call == "POST /v1/prices"}
    return held(
        bodies.get("POST /v1/prices", []),
        bodies.get("POST /v1/subscription_schedules", []),
        bodies.get("POST /v1/billing/credit_grants", []),
        named=lambda marker: names[marker["$answer_of"][0]],
    )


def read(connection: Any, reference: str) -> Held | None:
    """From what is there: everything of the customer that carries the hash of this contract."""
    first = client.retrieve_schedule(connection, reference)
    if first is None:
        return None
    mark, customer = first["metadata"].get("quantile_sha256"), first["customer"]
    schedules = [as_it_ends(connection, one) for one in ours(client.schedules(connection, customer), mark)]
    grants = ours(client.grants(connection, customer), mark)
    phases = [phase for one in schedules for phase in one["phases"]]
    used = {item["price"] for phase in phases for item in (*phase["items"], *phase["add_invoice_items"])}
    prices = [client.retrieve_price(connection, one) for one in sorted(used)]
    names = {one["id"]: one["lookup_key"] or one["id"] for one in prices}
    return held(prices, schedules, grants, named=lambda price: names.get(price, str(price)))


def as_it_ends(connection: Any, one: dict[str, Any]) -> dict[str, Any]:
    """A schedule whose subscription was released from it ends when that does."""
    if one["status"] != "released":
        return one
    at = client.retrieve_subscription(connection, one["released_subscription"])["cancel_at"]
    return {**one, "phases": [*one["phases"][:-1], {**one["phases"][-1], "end_date": at}]}


def ours(found: Iterable[dict[str, Any]], mark: str | None) -> list[dict[str, Any]]:
    return [one for one in found if one["metadata"].get("quantile_sha256") == mark]


def held(
    prices: Iterable[Mapping[str, Any]],
    schedules: Iterable[Mapping[str, Any]],
    grants: Iterable[Mapping[str, Any]],
    *,
    named: Named,
) -> Held:
    return {
        "prices": {str(one["lookup_key"]): price(one) for one in prices},
        "schedules": {one["metadata"]["quantile_interval"]: schedule(one, named) for one in schedules},
        "grants": {one["metadata"]["quantile_credit"]: grant(one, named) for one in grants},
    }


def price(one: Mapping[str, Any]) -> dict[str, Any]:
    recurring = one.get("recurring") or {}
    return {
        "currency": one["currency"],
        "every": " ".join(str(recurring[name]) for name in ("interval_count", "interval") if name in recurring),
        "usage": recurring.get("usage_type"),
        "scheme": one["billing_scheme"],
        "mode": one.get("tiers_mode"),
        "unit": number(one.get("unit_amount_decimal")),
        "blocks": one.get("transform_quantity"),
        "tiers": [
            {
                "up_to": end(tier["up_to"]),
                "unit": number(tier.get("unit_amount_decimal") or 0),
                "flat": number(tier.get("flat_amount_decimal") or 0),
            }
            for tier in one.get("tiers") or ()
        ],
    }


def schedule(one: Mapping[str, Any], named: Named) -> list[dict[str, Any]]:
    return [
        {
            "until": phase["end_date"],
            "items": {named(item["price"]): item.get("quantity") for item in phase["items"]},
            "once": {named(item["price"]): item.get("quantity") for item in phase.get("add_invoice_items") or ()},
        }
        for phase in one["phases"]
    ]


def grant(one: Mapping[str, Any], named: Named) -> dict[str, Any]:
    return {
        "amount": one["amount"]["monetary"]["value"],
        "from": one["effective_at"],
        "until": one["expires_at"],
        "priority": one["priority"],
        "prices": sorted(named(price["id"]) for price in one["applicability_config"]["scope"]["prices"]),
    }


def end(up_to: Any) -> str:
    return "inf" if up_to in (None, "inf") else str(up_to)


def number(value: Any) -> str | None:
    return None if value is None else plain(Decimal(str(value)))
