"""What is left of credits, when an amendment takes the place of their contract in Metronome.

Credits and commits are cut with their contract. Once its last usage is invoiced, their ledgers say what was left: so
much is granted to the customer once more for the new contract alone, from its first day to the day on which it would
have expired, for the same charges and before all other credits. The new one names the old one, so that a repetition
finds it; its uniqueness key refuses a second one.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from billing.targets import ending as shared
from billing.targets.base import Later, Order, Rejected, Step, Unclear, answer_of
from billing.targets.breakdown import break_down
from billing.targets.ending import AMENDMENT, CARRY, Ending
from billing.targets.metronome import client
from billing.targets.metronome import translation as names

Row = dict[str, Any]
INVOICED = timedelta(days=3)
FIRST, CONFLICT, DAY = 0, 409, 86400
CARRIED = "Carried over from {old}"


def later(order: Order) -> tuple[Step, ...]:
    old = order.replaces
    if old is None or old.kind != AMENDMENT or not old.credits:
        return ()
    products: dict[str, list[Any]] = {}
    for name, charge in {names.product_of(rate): rate.charge.key for rate in break_down(order.parsed).rates}.items():
        products.setdefault(charge, []).append(answer_of(f"create_product:{name}", "id"))
    about = {"contract_id": answer_of(names.CONTRACT, "id"), "products": products}
    return (shared.later(CARRY, order, old.on + INVOICED, **about),)


def go_on(connection: Any, step: Step, key: str) -> Iterator[str]:
    """Each credit of the old contract that would have lasted longer."""
    ending = Ending.of(step.body)
    customer, contract = named(ending)
    found = client.retrieve(connection, customer, contract)
    if found is None:
        raise Rejected(f"Metronome has no contract {ending.reference} whose credits could be carried over.")
    if client.open_usage(connection, customer, contract):
        raise Later(f"Metronome has not finalized the last usage of {ending.contract} yet.", seconds=DAY)
    balances = client.balances(connection, customer)
    # As they were agreed: those of today are cut with the contract.
    agreed = found.initial.to_dict(mode="json")
    for kind in ("credits", "commits"):
        for one in agreed.get(kind) or ():
            if lasts(one, ending):
                yield from carried(connection, one, balances, step, key, ending)
    for one in balances:
        if (one.get("applicable_contract_ids") or []) == [contract] and lasts(one, ending):
            yield from carried(connection, one, balances, step, key, ending)


def named(ending: Ending) -> tuple[str, str]:
    customer, _slash, contract = ending.reference.partition("/")
    return customer, contract


def lasts(one: Row, ending: Ending) -> bool:
    """Whether it has been granted by then and would have lasted longer."""
    spans = (one.get("access_schedule") or {}).get("schedule_items") or ()
    granted = any(span["starting_at"][:10] < ending.on.isoformat() < span["ending_before"][:10] for span in spans)
    return granted and one.get("type") != "POSTPAID"


def carried(connection: Any, one: Row, balances: list[Row], step: Step, key: str, ending: Ending) -> Iterator[str]:
    if successor(balances, one) is not None:
        return
    held = next((each for each in balances if each["id"] == one["id"]), None)
    if held is None or held.get("ledger") is None:
        raise Unclear(f"Metronome does not say what is left of {one['product']['name']}.")
    left = remaining(held)
    products = list(products_for(connection, one, step.body["products"]))
    if left is None or (left and not products):
        yield ending.to_grant(str(one["product"]["name"]))
    elif left:
        grant(connection, one, left, products, step, key, ending)


def successor(balances: list[Row], one: Row) -> Row | None:
    return next((each for each in balances if each.get("description") == CARRIED.format(old=one["id"])), None)


def remaining(held: Row) -> int | float | None:
    """What was granted less what invoices took, in cents; None where more was booked than these, or an expiry differs.

    Metronome does not publish which sign an entry has: the type says which way it goes.
    """
    booked = {"START": 0, "DEDUCTION": 0, "EXPIRATION": 0}
    for entry in held["ledger"]:
        kind = str(entry["type"]).rpartition("_")[2]
        if kind not in booked:
            return None
        booked[kind] += abs(entry["amount"])
    left = booked["START"] - booked["DEDUCTION"]
    return left if booked["EXPIRATION"] in (0, left) else None


def products_for(connection: Any, one: Row, products: dict[str, list[str]]) -> Iterator[str]:
    """The new contract's products of the charges that it paid for; a product's name ends with its charge's key."""
    old = set(one.get("applicable_product_ids") or ())
    told = [product.current.name for product in client.products(connection) if product.id in old]
    keys = {name.rpartition("(")[2].rstrip(")") for name in told}
    for charge, ids in products.items():
        if any(key == charge or key.startswith(f"{charge}.") for key in keys):
            yield from ids


def grant(
    connection: Any, one: Row, left: int | float, products: list[str], step: Step, key: str, ending: Ending
) -> None:
    """A credit, or a commit that is paid for already, at the level of the customer."""
    customer, _contract = named(ending)
    [span] = one["access_schedule"]["schedule_items"][:1]
    body: Row = {
        "customer_id": customer,
        "name": one.get("name") or one["product"]["name"],
        "description": CARRIED.format(old=one["id"]),
        "product_id": one["product"]["id"],
        "access_schedule": {
            "access_type": "SPEND",
            "schedule_items": [{"amount": left, "starting_at": ending.moment, "ending_before": span["ending_before"]}],
        },
        "priority": FIRST,
        "applicable_product_ids": products,
        "applicable_contract_ids": [step.body["contract_id"]],
        "uniqueness_key": f"{key}:{one['id']}"[:128],
    }
    try:
        client.grant(connection, body, paid=one.get("type") == "PREPAID")
    except Rejected as error:
        if error.status != CONFLICT:
            raise
    made = successor(client.balances(connection, customer), one)
    if made is None or made["access_schedule"]["schedule_items"][0]["amount"] != left:
        raise Unclear(f"Metronome does not hold what was left of {one['product']['name']} for the new contract.")
