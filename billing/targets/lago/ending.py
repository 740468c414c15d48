"""Ending a contract in Lago: its subscriptions get an earlier last day, those that would begin later are cancelled.

Wallets pay for metrics that contracts share: an amendment leaves them, an early end lets them expire. Fixed charges
that were billed ahead are given back afterwards (`giving_back`).
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import EARLY, Ending
from billing.targets.lago import client
from billing.targets.lago.giving_back import go_on, later
from billing.targets.lago.translation import FINALIZED

__all__ = ["end", "go_on", "later"]


def end(connection: Any, ending: Ending) -> Iterator[str]:
    first = client.found_or_none(connection.subscriptions, ending.reference)
    if first is None:
        raise Rejected(f"Lago has no subscription {ending.reference} to end.")
    late = lasting(connection, first, ending)
    for one in late:
        cut(connection, one, ending)
    if left := lasting(connection, first, ending):
        raise Unclear(f"Lago lets {left[0].external_id} go on after {ending.on}.")
    if ending.kind == EARLY:
        expire(connection, first, ending)
    return iter(())


def cut(connection: Any, one: Any, ending: Ending) -> None:
    subscriptions, model = client.resources(connection)["POST /subscriptions"]
    pending = one.status == "pending"
    with client.spoken_plainly():
        if pending and begin(one) >= ending.on:
            subscriptions.destroy(one.external_id, options={"status": "pending"})
        else:
            # The client has no place for the status, which the address of one that has not begun must name.
            name = f"{one.external_id}?status=pending" if pending else one.external_id
            subscriptions.update(model(ending_at=ending.moment), name)


def expire(connection: Any, first: Any, ending: Ending) -> None:
    """Wallets of the contract last until the usage of its last period is invoiced."""
    last = (ending.on + FINALIZED).isoformat()
    wallets, model = client.resources(connection)["POST /wallets"]
    for one in late_wallets(connection, first, last):
        with client.spoken_plainly():
            wallets.update(model(expiration_at=f"{last}T00:00:00Z"), one.lago_id)
    if left := late_wallets(connection, first, last):
        raise Unclear(f"Lago lets the wallet {left[0].code} go on after {last}.")


def late_wallets(connection: Any, first: Any, last: str) -> list[Any]:
    mark = f"{first.plan_code.rpartition('_')[0]}_"
    found = client.wallets(connection, first.external_customer_id)
    return [
        one
        for one in found
        if (one.code or "").startswith(mark) and one.status == "active" and str(one.expiration_at)[:10] > last
    ]


def lasting(connection: Any, first: Any, ending: Ending) -> list[Any]:
    """The subscriptions of the contract that do not end by then."""
    found = ours(connection, first, ending)
    return [one for one in found if ending.lasts(str(one.ending_at or ""))]


def ours(connection: Any, first: Any, ending: Ending) -> Iterable[Any]:
    """The subscriptions of the contract that are or will be billed."""
    number = ending.reference.partition(".")[0]
    found = client.subscriptions(connection, first.external_customer_id)
    return [one for one in found if one.external_id.partition(".")[0] == number and one.status in ("pending", "active")]


def begin(one: Any) -> date:
    return date.fromisoformat(str(one.subscription_at)[:10])
