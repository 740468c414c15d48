"""Ending a contract in Orb: its subscription is cancelled on a day, or at once if it has not begun.

Orb gives back what was billed ahead where the day is over (its description: a balance refund); for days to come it
does not say so. Credits pay for items of their own contract, so what is left of them is for a person.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import AMENDMENT, Ending
from billing.targets.orb import client


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
    if ending.kind == AMENDMENT:
        yield from (ending.to_grant(name) for name in lasting(connection, found, ending))


def how(found: Any, ending: Ending) -> dict[str, str]:
    if found.status == "upcoming":
        return {"cancel_option": "immediate"}
    return {"cancel_option": "requested_date", "cancellation_date": ending.moment}


def lasting(connection: Any, found: Any, ending: Ending) -> Iterator[str]:
    """The credits of the contract that pay beyond the day."""
    mark = found.metadata.get("quantile_sha256")
    with client.spoken_plainly():
        for one in client.entries(connection, found.customer.external_customer_id):
            if one.metadata.get("quantile_sha256") == mark and ending.lasts(day(one.credit_block.expiry_date)):
                yield str(one.metadata["quantile_credit"])


def day(moment: Any) -> str:
    return moment.date().isoformat() if moment is not None else ""
