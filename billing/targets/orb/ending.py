"""Ending a contract in Orb: its subscription is cancelled on a day, once it has begun.

Orb gives back what was billed ahead where the day is over (its description: a balance refund); for days to come it
does not say so. Credits pay for items, and an amendment bills the items of the contract that it amends: what is left of
them goes on paying for the same lines. Where a minimum would come beside them, that is for a person on the day.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from billing.targets import ending as shared
from billing.targets.base import Order, Rejected, Step, Unclear
from billing.targets.ending import CARRY, Ending
from billing.targets.orb import client
from billing.targets.orb.translation import credit_beside_minimum


def end(connection: Any, ending: Ending) -> Iterator[str]:
    found = client.retrieve(connection, ending.reference)
    if found is None:
        raise Rejected(f"Orb has no subscription {ending.reference} to end.")
    if ending.lasts(day(found.end_date)):
        if found.status == "upcoming" and day(found.start_date) < ending.on.isoformat():
            yield _("End it on {on} there, once it has begun: Orb ends what has not begun only at once.").format(
                on=ending.on
            )
            return
        client.cancel(connection, ending.reference, **how(found, ending))
        after = client.retrieve(connection, ending.reference)
        if after is None or ending.lasts(day(after.end_date)):
            raise Unclear(f"Orb lets {ending.reference} go on after {ending.on}.")
    if not ending.reached:
        yield from ending.to_credit()


def later(order: Order) -> tuple[Step, ...]:
    old = order.replaces
    return (shared.later(CARRY, order, old.on),) if old is not None and credit_beside_minimum(order) else ()


def go_on(connection: Any, step: Step, _key: str) -> Iterator[str]:
    """The credits of the contract that would have paid beyond the day."""
    ending = Ending.of(step.body)
    found = client.retrieve(connection, ending.reference)
    if found is None:
        raise Rejected(f"Orb has no subscription {ending.reference} whose credits could be carried over.")
    mark = found.metadata.get("quantile_sha256")
    with client.spoken_plainly():
        for one in client.entries(connection, found.customer.external_customer_id):
            if one.metadata.get("quantile_sha256") == mark and ending.lasts(day(one.credit_block.expiry_date)):
                yield ending.to_grant(str(one.metadata["quantile_credit"]))


def how(found: Any, ending: Ending) -> dict[str, str]:
    if found.status == "upcoming":
        return {"cancel_option": "immediate"}
    return {"cancel_option": "requested_date", "cancellation_date": ending.moment}


def day(moment: Any) -> str:
    return moment.date().isoformat() if moment is not None else ""
