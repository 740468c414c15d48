"""What is left of credits, when an amendment takes the place of their contract in Stripe.

Grants pay for prices, and those are a contract's own. Once the last usage of the old contract is invoiced, its grants
cannot be drawn any more: what each has left is granted once more for the new prices of the same lines, with the same
expiry and before all other credits, and then the old one expires. The new grant names the old one, so that a repetition
finds it.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import now

from billing.targets import ending as shared
from billing.targets.base import Later, Order, Rejected, Step, Unclear, answer_of
from billing.targets.ending import AMENDMENT, CARRY, Ending, moment
from billing.targets.stripe import client
from billing.targets.stripe.translation import FINALIZED, prices_of_lines

Row = dict[str, Any]
FROM, CARRIED = "quantile_from", "quantile_carried"
FIRST, MOST_PRICES, DAY = 0, 20, 86400


def later(order: Order) -> tuple[Step, ...]:
    old = order.replaces
    if old is None or old.kind != AMENDMENT or not old.credits:
        return ()
    about = {
        "customer": answer_of("create_customer", "id"),
        "prices": prices_of_lines(order),
        "metadata": {"quantile_contract": order.number, CARRIED: order.sha256},
    }
    return (shared.later(CARRY, order, old.on + FINALIZED, **about),)


def go_on(connection: Any, step: Step, key: str) -> Iterator[str]:
    """Each grant of the old contract that would have lasted longer."""
    ending = Ending.of(step.body)
    first = client.retrieve_schedule(connection, ending.reference)
    if first is None:
        raise Rejected(f"Stripe has no subscription schedule {ending.reference} whose credits could be carried over.")
    at = moment(ending.on)
    for one in granted(connection, first):
        if one["effective_at"] < at:
            yield from carried(connection, one, step, key, ending)


def granted(connection: Any, first: Row) -> list[Row]:
    """What was granted with a contract, and what was carried over to it."""
    mark = first["metadata"].get("quantile_sha256")
    found = client.grants(connection, first["customer"])
    return [one for one in found if mark in (one["metadata"].get("quantile_sha256"), one["metadata"].get(CARRIED))]


def carried(connection: Any, one: Row, step: Step, key: str, ending: Ending) -> Iterator[str]:
    if successor(connection, one) is None:
        left = balance(connection, one)
        if not left:
            return
        prices = list(prices_for(connection, one, step.body["prices"]))
        if not 0 < len(prices) <= MOST_PRICES:
            yield ending.to_grant(f"{one['name']} ({one['id']})")
            return
        with client.spoken_plainly():
            body = once_more(one, left, prices, step.body)
            connection.v1.billing.credit_grants.create(params=body, options={"idempotency_key": f"{key}:{one['id']}"})
        made = successor(connection, one)
        if made is None or made["amount"]["monetary"]["value"] != left:
            raise Unclear(f"Stripe does not hold what was left of {one['id']} under another grant.")
    if over(connection, one):
        raise Unclear(f"Stripe lets the credit grant {one['id']} go on after {ending.on}.")


def successor(connection: Any, one: Row) -> Row | None:
    found = client.grants(connection, one["customer"])
    return next((each for each in found if each["metadata"].get(FROM) == one["id"]), None)


def balance(connection: Any, one: Row) -> int:
    """What is left, in cents, once no invoice is open that would still draw it."""
    asked = {"customer": one["customer"], "filter": {"type": "credit_grant", "credit_grant": one["id"]}}
    with client.spoken_plainly():
        told = connection.v1.billing.credit_balance_summary.retrieve(asked).to_dict()
    left, booked = (
        sum(part[name]["monetary"]["value"] for part in told["balances"])
        for name in ("available_balance", "ledger_balance")
    )
    if left != booked:
        raise Later(f"Stripe still draws on the credit grant {one['id']}.", seconds=DAY)
    return int(left)


def prices_for(connection: Any, one: Row, prices: dict[str, list[str]]) -> Iterator[str]:
    """The new prices of the lines that the grant paid for."""
    old = (price["id"] for price in one["applicability_config"]["scope"]["prices"])
    keys = dict.fromkeys(line_of(client.retrieve_price(connection, price)) for price in old)
    return (price for key in keys for price in prices.get(key, ()))


def line_of(price: Row) -> str:
    """From its lookup key, which is the contract, the line and the month from which it holds."""
    return str(price["lookup_key"]).partition(".")[2].rpartition(".")[0]


def once_more(one: Row, left: int, prices: list[str], body: Any) -> Row:
    named = {"quantile_credit": one["metadata"]["quantile_credit"], FROM: one["id"]}
    return {
        "customer": body["customer"],
        "name": one["name"],
        "category": one["category"],
        "amount": {"type": "monetary", "monetary": {**one["amount"]["monetary"], "value": left}},
        "applicability_config": {"scope": {"prices": [{"id": price} for price in prices]}},
        **({"expires_at": one["expires_at"]} if one["expires_at"] else {}),
        "priority": FIRST,
        "metadata": {**body["metadata"], **named},
    }


def over(connection: Any, one: Row) -> bool:
    """Let the old grant expire now; whether it still lasts."""
    grants, moment_now = connection.v1.billing.credit_grants, now().timestamp()
    if one["expires_at"] and one["expires_at"] <= moment_now:
        return False
    with client.spoken_plainly():
        until = grants.expire(one["id"]).to_dict()["expires_at"]
    return until is None or until > now().timestamp()
