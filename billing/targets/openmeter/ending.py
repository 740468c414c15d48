"""Ending a contract in OpenMeter: its subscription is cancelled on a day; after an early end its grants are void.

It is not published what becomes of fees that were billed ahead, so giving them back is for a person. Grants pay for
features that contracts share, so an amendment leaves them as they are.
"""

from collections.abc import Iterator
from typing import Any

from billing.targets import ending as shared
from billing.targets.base import Account, Order, Rejected, Step, Unclear
from billing.targets.ending import EARLY, VOID, Ending
from billing.targets.openmeter import client
from billing.targets.openmeter.translation import CANCEL, SETTLED


def end(account: Account, ending: Ending) -> Iterator[str]:
    found = held(account, ending)
    if found is None:
        raise Rejected(f"OpenMeter has no subscription {ending.reference} to end.")
    if ending.lasts(found.get("activeTo")):
        with client.connected(account) as connection, client.spoken_plainly():
            client.creators(connection)[CANCEL]({"subscription": ending.reference, "timing": ending.moment})
        if ending.lasts((held(account, ending) or {}).get("activeTo")):
            raise Unclear(f"OpenMeter lets {ending.reference} go on after {ending.on}.")
    yield from ending.to_credit()


def later(order: Order) -> tuple[Step, ...]:
    """Credit ends with a contract that ends early, once the usage of its last period is settled."""
    old = order.replaces
    ends = old is not None and old.kind == EARLY and old.credits
    return (shared.later(VOID, order, old.on + SETTLED),) if old is not None and ends else ()


def go_on(account: Account, step: Step, _key: str) -> Iterator[str]:
    ending = Ending.of(step.body)
    found = held(account, ending)
    if found is None:
        raise Rejected(f"OpenMeter has no subscription {ending.reference} whose grants could be void.")
    voided = {one["id"] for one in valid(account, found) if client.void(account, found["customerId"], one["id"])}
    if left := [one for one in valid(account, found) if one["id"] in voided]:
        raise Unclear(f"OpenMeter lets the credit grant {left[0]['name']} go on after {ending.on}.")
    return iter(())


def held(account: Account, ending: Ending) -> Any | None:
    with client.connected(account) as connection:
        return client.one(connection.subscriptions.get_expanded, ending.reference)


def valid(account: Account, found: Any) -> list[Any]:
    """The grants of the contract that are not void."""
    mark = f"{found['name'].rpartition(' ')[2]}_"
    given = client.grants(account, found["customerId"])
    return [one for one in given if (one.get("key") or "").startswith(mark) and not one.get("voided_at")]
