"""What OpenMeter holds and what it should hold, in the same words: the phases of a subscription, and grants."""

from collections.abc import Iterable, Mapping
from typing import Any

from billing.targets.base import Account, Held, Step
from billing.targets.openmeter import client
from billing.targets.openmeter.translation import END, GRANT, SUBSCRIPTION

Row = Mapping[str, Any]


def expected(steps: Iterable[Step]) -> Held:
    listed = list(steps)
    bodies = {step.name: step.body for step in listed}
    asked, until = bodies[SUBSCRIPTION], bodies[END]["timing"]
    phases = {phase["key"]: {card["key"]: told(card) for card in phase["rateCards"]} for phase in plan(asked)["phases"]}
    granted = [step.body for step in listed if step.call == GRANT]
    return held(plan(asked)["name"], plan(asked)["currency"], (asked["timing"], until), phases, granted)


def plan(asked: Row) -> Row:
    return dict(asked["customPlan"])


def read(account: Account, reference: str) -> Held | None:
    with client.connected(account) as connection:
        found = client.one(connection.subscriptions.get_expanded, reference)
    if found is None:
        return None
    mark = f"{found['name'].rpartition(' ')[2]}_"
    granted = [one for one in client.grants(account, found["customerId"]) if (one.get("key") or "").startswith(mark)]
    phases = {phase["key"]: cards(phase) for phase in found["phases"]}
    return held(found["name"], found["currency"], (found["activeFrom"], found.get("activeTo") or ""), phases, granted)


def cards(phase: Row) -> dict[str, Any]:
    """Each item of a phase holds the rate card it was made of."""
    return {item["key"]: told(item) for items in phase["itemsByKey"].values() for item in items[:1]}


def held(name: str, currency: str, days: tuple[str, str], phases: Row, grants: Iterable[Row]) -> Held:
    return {
        "name": name,
        "currency": currency,
        "from": days[0][:10],
        "until": days[1][:10],
        "phases": phases,
        "grants": {one["key"]: grant(one) for one in grants},
    }


def told(card: Row) -> dict[str, Any]:
    names = ("billingCadence", "featureKey", "price")
    return {**{name: card.get(name) for name in names}, "included": included(card)}


def included(card: Row) -> Any:
    return ((card.get("discounts") or {}).get("usage") or {}).get("quantity")


def grant(one: Row) -> dict[str, Any]:
    features = sorted((one.get("filters") or {}).get("features") or [])
    return {"amount": one["amount"], "currency": one["currency"], "priority": one["priority"], "features": features}
