"""What Chargebee holds and what it should hold, in the same words: subscriptions with the prices of their items."""

from collections.abc import Iterable, Mapping
from typing import Any

from billing.targets.base import Held, Step
from billing.targets.chargebee import client
from billing.targets.chargebee.translation import WITH_ITEMS
from billing.targets.ending import day
from pricing.periods import month_after

Row = Mapping[str, Any]
INTERVALS = (1, 3, 12)
ENDING = ("non_renewing", "cancelled")
MONTH = 86400 * 365.2425 / 12


def expected(steps: Iterable[Step]) -> Held:
    bodies: dict[str, list[Row]] = {}
    for step in steps:
        bodies.setdefault(step.call, []).append(step.body)
    return held(bodies[WITH_ITEMS], {one["id"]: one for one in bodies["POST /item_prices"]})


def read(connection: Any, reference: str) -> Held | None:
    """The subscriptions of all intervals are named alike: the contract, and the months of an interval."""
    found = subscriptions(connection, reference)
    if not found:
        return None
    used = dict.fromkeys(item["item_price_id"] for one in found for item in one["subscription_items"])
    ask = client.retrievers(connection)["POST /item_prices"]
    return held(found, {name: client.retrieve(ask, name) or {} for name in used})


def subscriptions(connection: Any, reference: str) -> list[dict[str, Any]]:
    number, ask = reference.rpartition("-")[0], client.retrievers(connection)[WITH_ITEMS]
    found = (client.retrieve(ask, f"{number}-{width}") for width in INTERVALS)
    return [one for one in found if one is not None]


def held(found: Iterable[Row], prices: Mapping[str, Row]) -> Held:
    return {
        one["id"]: {
            "start": started(one),
            "cycles": cycles(one),
            "until": until(one),
            "sha256": (one.get("meta_data") or {}).get("quantile_sha256"),
            "items": {
                item["item_price_id"]: {
                    "quantity": item.get("quantity"),
                    "price": price(prices.get(item["item_price_id"], {})),
                }
                for item in one["subscription_items"]
            },
        }
        for one in found
    }


def cycles(one: Row) -> int | None:
    """Of the whole term. What is held counts down, so those up to the end of the current one are added."""
    none = 0 if one.get("status") in ENDING else None
    left = one.get("remaining_billing_cycles", one.get("billing_cycles", none))
    if left is None or "current_term_end" not in one:
        return left
    months = round((one["current_term_end"] - started(one)) / MONTH)
    return int(left + months // width(one))


def until(one: Row) -> str:
    """The day on which it ends, as far as that is decided; "" for one that goes on."""
    if "cancelled_at" in one:
        return day(one["cancelled_at"]).isoformat()
    n = cycles(one)
    return "" if n is None else month_after(day(started(one)), n * width(one)).isoformat()


def started(one: Row) -> Any:
    """When it starts or has started, in seconds."""
    return one.get("start_date", one.get("started_at"))


def width(one: Row) -> int:
    """The months of its interval."""
    return int(one["id"].rpartition("-")[2])


def price(one: Row) -> dict[str, Any]:
    names = ("currency_code", "pricing_model", "price_in_decimal", "period", "period_unit")
    tiers = [
        {name: tier.get(name) for name in ("starting_unit", "ending_unit", "price_in_decimal")}
        for tier in one.get("tiers") or ()
    ]
    return {**{name: one.get(name) for name in names}, "tiers": tiers}
