"""What Metronome holds and what it should hold, in the same words: rates, overrides, charges, credits and commits."""

from collections.abc import Iterable, Mapping
from typing import Any

from billing.targets.base import Held, Step, with_answers
from billing.targets.metronome import client
from billing.targets.metronome import translation as names


def expected(steps: Iterable[Step]) -> Held:
    """From the requests, where the name of a product stands for its id."""
    listed = list(steps)
    done = {step.name: {"id": step.body["name"]} for step in listed if "name" in step.body}
    bodies = {step.name: with_answers(step.body, done) for step in listed}
    rates = bodies.get(names.RATES, {}).get("rates", [])
    return held(bodies[names.CONTRACT], rates, {})


def read(connection: Any, reference: str) -> Held | None:
    customer, _slash, contract = reference.partition("/")
    found = client.retrieve(connection, customer, contract)
    if found is None:
        return None
    body = found.current.to_dict(mode="json")
    body["uniqueness_key"] = found.uniqueness_key
    rates = client.rate_schedule(connection, body["rate_card_id"], body["starting_at"], body["ending_before"])
    listed = [{**one.to_dict(mode="json"), **one.rate.to_dict(mode="json")} for one in rates]
    return held(body, listed, {one.product_id: one.product_name for one in rates})


def held(contract: Mapping[str, Any], rates: Iterable[Mapping[str, Any]], products: Mapping[str, str]) -> Held:
    """`products` gives names where ids are answered."""

    def name(part: Mapping[str, Any]) -> str:
        known = part["product"]["name"] if "product" in part else part["product_id"]
        return str(products.get(known, known))

    return {
        "contract": {key: contract.get(key) for key in ("uniqueness_key", "net_payment_terms_days")},
        "from": day(contract["starting_at"]),
        "until": day(contract["ending_before"]),
        "rates": keyed((f"{name(one)} {values(one)} {day(one['starting_at'])}", priced(one)) for one in rates),
        "overrides": keyed(map(override(name), contract.get("overrides") or ())),
        "charges": keyed((name(one), items(one["schedule"])) for one in contract.get("scheduled_charges") or ()),
        "credits": keyed(map(balance(name, products), contract.get("credits") or ())),
        "commits": keyed(map(balance(name, products), contract.get("commits") or ())),
    }


def override(name: Any) -> Any:
    def of(one: Mapping[str, Any]) -> tuple[str, Any]:
        specified = (one.get("override_specifiers") or [one])[0]
        about = name(specified if "product_id" in specified else one)
        key = f"{about} {values(specified)} {day(one['starting_at'])}"
        return key, {**priced(one.get("overwrite_rate") or one), "until": day(one["ending_before"])}

    return of


def balance(name: Any, products: Mapping[str, str]) -> Any:
    def of(one: Mapping[str, Any]) -> tuple[str, Any]:
        access = one["access_schedule"]["schedule_items"][0]
        applicable = sorted(products.get(product, str(product)) for product in one["applicable_product_ids"])
        return f"{name(one)} {day(access['starting_at'])}", {
            "type": one.get("type", "CREDIT"),
            "amount": access["amount"],
            "until": day(access["ending_before"]),
            "priority": one["priority"],
            "products": applicable,
            "invoices": items(one.get("invoice_schedule") or {}),
        }

    return of


def priced(rate: Mapping[str, Any]) -> dict[str, Any]:
    tiers = [{"size": tier.get("size"), "price": tier["price"]} for tier in rate.get("tiers") or ()]
    return {"rate_type": rate["rate_type"], "price": None if tiers else rate.get("price"), "tiers": tiers}


def values(rate: Mapping[str, Any]) -> str:
    return ",".join(f"{name}={value}" for name, value in sorted((rate.get("pricing_group_values") or {}).items()))


def items(schedule: Mapping[str, Any]) -> list[dict[str, Any]]:
    listed = schedule.get("schedule_items") or ()
    return [{"on": day(one["timestamp"]), "amount": one["amount"]} for one in listed]


def keyed(pairs: Iterable[tuple[str, Any]]) -> dict[str, Any]:
    """By name, so that another order is no difference."""
    return dict(sorted(pairs))


def day(moment: str) -> str:
    return moment[:10]
