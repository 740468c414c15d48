"""Ending a contract in Lago: its subscriptions get an earlier last day."""

from datetime import date
from typing import Any

from billing.targets.base import Account, Answer, Rejected, Unclear
from billing.targets.ending import whole
from billing.targets.lago import client
from billing.targets.lago.translation import INTERVALS

WIDTHS = {interval: months for months, interval in INTERVALS.items()}


def end(account: Account, reference: str, *, on: date) -> Answer | None:
    """Let every subscription of the contract end on a day. None where one was billed ahead beyond it, or has not begun,
    which Lago's client cannot change: there a person decides."""
    connection = client.connect(account)
    first = client.found_or_none(connection.subscriptions, reference)
    if first is None:
        raise Rejected(f"Lago has no subscription {reference} to end.")
    customer, number = first.external_customer_id, reference.partition(".")[0]
    late = lasting(connection, customer, number, on)
    if not all(one.status == "active" and whole(begin(one), on, width(one)) for one in late):
        return None
    subscriptions, model = client.resources(connection)["POST /subscriptions"]
    for one in late:
        with client.spoken_plainly():
            subscriptions.update(model(ending_at=f"{on.isoformat()}T00:00:00Z"), one.external_id)
    if left := lasting(connection, customer, number, on):
        raise Unclear(f"Lago lets {left[0].external_id} go on after {on}.")
    return {"id": reference}


def lasting(connection: Any, customer: str, number: str, on: date) -> list[Any]:
    """The subscriptions of the contract that do not end by then."""
    found = client.subscriptions(connection, customer)
    return [
        one
        for one in found
        if one.external_id.partition(".")[0] == number
        and one.status != "terminated"
        and (one.ending_at is None or str(one.ending_at)[:10] > on.isoformat())
    ]


def begin(one: Any) -> date:
    return date.fromisoformat(str(one.subscription_at)[:10])


def width(one: Any) -> int:
    """The months of its interval, which its name ends with; what is due once has a month."""
    return WIDTHS.get(one.external_id.rpartition(".")[2], 1)
