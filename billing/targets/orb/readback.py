"""What Orb holds and what it should hold, in the same words: price and adjustment intervals, and credit blocks."""

from collections.abc import Iterable, Mapping
from typing import Any

from billing.targets.base import Held, Step
from billing.targets.orb import client
from billing.targets.orb.translation import SUBSCRIPTION

Row = Mapping[str, Any]
CONFIGS = ("unit_config", "tiered_config", "bulk_config", "package_config")


def expected(steps: Iterable[Step]) -> Held:
    bodies = {step.name: step.body for step in steps}
    subscription = bodies[SUBSCRIPTION]
    credits = [step for step in bodies.values() if step.get("entry_type") == "increment"]
    return held(subscription, subscription["add_prices"], subscription.get("add_adjustments", ()), credits)


def read(connection: Any, reference: str) -> Held | None:
    found = client.retrieve(connection, reference)
    if found is None:
        return None
    told = found.to_dict(mode="json")
    mark = told["metadata"].get("quantile_sha256")
    with client.spoken_plainly():
        entries = [one.to_dict(mode="json") for one in client.entries(connection, found.customer.external_customer_id)]
    ours = [one for one in entries if one["metadata"].get("quantile_sha256") == mark]
    return held(told, told["price_intervals"], told["adjustment_intervals"], ours)


def held(subscription: Row, prices: Iterable[Row], adjustments: Iterable[Row], credits: Iterable[Row]) -> Held:
    return {
        "from": day(subscription["start_date"]),
        "until": day(subscription["end_date"]),
        "net_terms": subscription["net_terms"],
        "sha256": subscription["metadata"].get("quantile_sha256"),
        "prices": dict(sorted((one["price"]["external_price_id"], price(one)) for one in prices)),
        "minimums": dict(sorted((day(one["start_date"]), minimum(one)) for one in adjustments)),
        "credits": dict(sorted((one["metadata"]["quantile_credit"], credit(one)) for one in credits)),
    }


def price(interval: Row) -> dict[str, Any]:
    one = interval["price"]
    return {
        "from": day(interval["start_date"]),
        "until": day(interval["end_date"]),
        "model": one["model_type"],
        "config": next(told(one[name]) for name in CONFIGS if one.get(name)),
        "cadence": one["cadence"],
        "quantity": one.get("fixed_price_quantity"),
    }


def told(config: Row) -> dict[str, Any]:
    """The numbers of a price; what Orb adds by itself is no difference."""
    if "tiers" in config:
        return {"tiers": [{name: tier[name] for name in sorted(tier)} for tier in config["tiers"]]}
    return {name: value for name, value in config.items() if name in ("unit_amount", "package_amount", "package_size")}


def minimum(interval: Row) -> dict[str, Any]:
    return {"until": day(interval["end_date"]), "amount": interval["adjustment"]["minimum_amount"]}


def credit(entry: Row) -> dict[str, Any]:
    block = entry.get("credit_block") or entry
    return {"amount": entry["amount"], "until": day(block["expiry_date"])}


def day(moment: str | None) -> str:
    return (moment or "")[:10]
