"""Ending a contract in Stripe: its subscription schedules lose what lies after a day.

Where a quarter or year was billed ahead beyond the day, the subscription is released from its schedule and cancelled on
the day with prorations, which Stripe publishes to credit what is left. Where the schedule changes prices before, which
would be lost with it, the schedule is cut and a negative item on the next invoice gives back what was billed.

Grants pay for the contract's own prices only: at an early end they expire with it; after an amendment, what is left of
them is granted once more (`carrying`).
"""

from collections.abc import Iterable, Iterator
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import EARLY, GIVE_BACK, Ahead, Ending, day, moment, whole
from billing.targets.stripe import client
from billing.targets.stripe.carrying import go_on, granted, later
from billing.targets.stripe.readback import ours
from billing.targets.stripe.translation import FINALIZED

__all__ = ["end", "go_on", "later"]
OPEN = ("not_started", "active")
ENDS = "quantile_ends"
Row = dict[str, Any]


def end(connection: Any, ending: Ending) -> Iterator[str]:
    first = client.retrieve_schedule(connection, ending.reference)
    if first is None:
        raise Rejected(f"Stripe has no subscription schedule {ending.reference} to end.")
    at = moment(ending.on)
    for one in lasting(connection, first, at):
        if one["status"] == "released":
            cancel(connection, one["released_subscription"], at)
        elif not in_whole(one, ending) and in_present_phase(one, at):
            release(connection, one)
            cancel(connection, one["subscription"], at)
        else:
            cut(connection, one, at)
    if left := lasting(connection, first, at):
        raise Unclear(f"Stripe lets {left[0]['id']} go on after {ending.on}.")
    for width in cut_inside(connection, first, ending):
        give_back(connection, first["customer"], [line for line in ending.ahead if line.months == width], ending)
    if ending.kind == EARLY:
        expire(connection, first, at, ending)
    return iter(())


def cut_inside(connection: Any, first: Row, ending: Ending) -> set[int]:
    """The intervals of schedules that lost a part of a period, which Stripe does not prorate by itself."""
    kept = (one for one in ours_of(connection, first) if one["status"] != "released")
    return {int(one["metadata"]["quantile_interval"]) for one in kept if not in_whole(one, ending)}


def give_back(connection: Any, customer: str, lines: list[Ahead], ending: Ending) -> None:
    """A negative item on the next invoice for each line, once: it names the line and the contract that ended it."""
    for line in lines:
        mark = {"quantile_contract": ending.by, ENDS: ending.sha256, "quantile_key": line.key}
        cents = -int(line.amount * 100)
        if credited(connection, customer, mark) is None:
            body = {"customer": customer, "currency": ending.currency.lower(), "amount": cents, "metadata": mark}
            body["description"] = f"{line.name}, from {ending.on} on"
            key = {"idempotency_key": f"{GIVE_BACK}:{ending.sha256}:{line.key}"[:255]}
            with client.spoken_plainly():
                connection.v1.invoice_items.create(params=body, options=key)
        if credited(connection, customer, mark) != cents:
            raise Unclear(f"Stripe does not hold the credit for {line.name}.")


def credited(connection: Any, customer: str, mark: dict[str, str]) -> int | None:
    found = client.pages(connection.v1.invoice_items.list, {"customer": customer, "limit": 100})
    return next((int(one["amount"]) for one in found if one["metadata"] == mark), None)


def lasting(connection: Any, first: Row, at: int) -> list[Row]:
    """The schedules of the contract, or the subscriptions released from them, that do not end by then."""
    return [one for one in ours_of(connection, first) if lasts(connection, one, at)]


def ours_of(connection: Any, first: Row) -> list[Row]:
    return ours(client.schedules(connection, first["customer"]), first["metadata"].get("quantile_sha256"))


def in_whole(one: Row, ending: Ending) -> bool:
    """Whether nothing of it was billed ahead beyond the day."""
    start, end = day(begin(one)), min(day(one["phases"][-1]["end_date"]), ending.on)
    return start >= end or whole(start, end, int(one["metadata"]["quantile_interval"]))


def in_present_phase(one: Row, at: int) -> bool:
    """Whether no change of prices would be lost with the schedule."""
    return bool(one["status"] == "active" and at <= (one.get("current_phase") or {}).get("end_date", 0))


def lasts(connection: Any, one: Row, at: int) -> bool:
    if one["status"] == "released":
        until = client.retrieve_subscription(connection, one["released_subscription"])["cancel_at"]
        return until is None or until > at
    return one["status"] in OPEN and one["phases"][-1]["end_date"] > at


def begin(one: Row) -> int:
    return int(one["phases"][0]["start_date"])


def cut(connection: Any, one: Row, at: int) -> None:
    """A schedule that would only begin then is cancelled, others keep what lies before."""
    schedules = connection.v1.subscription_schedules
    with client.spoken_plainly():
        if begin(one) >= at:
            schedules.cancel(one["id"])
        else:
            schedules.update(one["id"], params=shortened(one, at))


def release(connection: Any, one: Row) -> None:
    """The subscription goes on by itself; a schedule would not let it be cancelled with prorations."""
    with client.spoken_plainly():
        connection.v1.subscription_schedules.release(one["id"])


def cancel(connection: Any, subscription: str, at: int) -> None:
    how = {"cancel_at": at, "proration_behavior": "create_prorations"}
    with client.spoken_plainly():
        connection.v1.subscriptions.update(subscription, params=how)


def expire(connection: Any, first: Row, at: int, ending: Ending) -> None:
    """Grants expire with the contract, once its last usage is invoiced."""
    last = at + int(FINALIZED.total_seconds())
    for one in late(granted(connection, first), last):
        with client.spoken_plainly():
            connection.v1.billing.credit_grants.update(one["id"], params={"expires_at": last})
    if left := late(granted(connection, first), last):
        raise Unclear(f"Stripe lets the credit grant {left[0]['id']} go on after {ending.on}.")


def late(grants: Iterable[Row], last: int) -> list[Row]:
    return [one for one in grants if one["expires_at"] is None or one["expires_at"] > last]


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
