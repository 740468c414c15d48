"""Ending a contract in Stripe: its subscription schedules lose what lies after a day."""

from datetime import date
from typing import Any

from billing.targets.base import Account, Answer, Rejected, Unclear
from billing.targets.ending import day, moment, whole
from billing.targets.stripe import client
from billing.targets.stripe.readback import ours

OPEN = ("not_started", "active")
Row = dict[str, Any]


def end(account: Account, reference: str, *, on: date) -> Answer | None:
    """Let every schedule of the contract end on a day. None where one was billed ahead beyond it, or where credits
    are left, which pay for the contract's own prices only: there a person decides."""
    connection, at = client.connect(account), moment(on)
    first = client.retrieve_schedule(connection, reference)
    if first is None:
        raise Rejected(f"Stripe has no subscription schedule {reference} to end.")
    customer, mark = first["customer"], first["metadata"].get("quantile_sha256")
    late = lasting(connection, customer, mark, at)
    if late and not all(whole(day(begin(one)), on, int(one["metadata"]["quantile_interval"])) for one in late):
        return None
    if late and any(one["expires_at"] > at for one in ours(client.grants(connection, customer), mark)):
        return None
    for one in late:
        with client.spoken_plainly():
            connection.v1.subscription_schedules.update(one["id"], params=shortened(one, at))
    if left := lasting(connection, customer, mark, at):
        raise Unclear(f"Stripe lets {left[0]['id']} go on after {on}.")
    return {"id": reference}


def lasting(connection: Any, customer: str, mark: str | None, at: int) -> list[Row]:
    """The schedules of the contract that do not end by then."""
    found = ours(client.schedules(connection, customer), mark)
    return [one for one in found if one["status"] in OPEN and one["phases"][-1]["end_date"] > at]


def begin(one: Row) -> int:
    return int(one["phases"][0]["start_date"])


def shortened(one: Row, at: int) -> Row:
    """The phases that begin before then, from the present one on: Stripe keeps those that are over by itself."""
    present = (one.get("current_phase") or {}).get("start_date", 0)
    kept = [phase for phase in one["phases"] if present <= phase["start_date"] < at]
    return {"end_behavior": "cancel", "proration_behavior": "none", "phases": [told(phase, at) for phase in kept]}


def told(phase: Row, at: int) -> Row:
    """A phase as it is given, which knows fewer fields than one that is answered."""
    once = [priced(item) for item in phase.get("add_invoice_items") or ()]
    return {
        "items": [priced(item) for item in phase["items"]],
        "start_date": phase["start_date"],
        "end_date": min(phase["end_date"], at),
        "proration_behavior": "none",
        **({"add_invoice_items": once} if once else {}),
    }


def priced(item: Row) -> Row:
    return {name: item[name] for name in ("price", "quantity") if item.get(name) is not None}
