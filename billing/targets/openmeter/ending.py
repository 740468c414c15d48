"""Ending a contract in OpenMeter: its subscription is cancelled on a day, and at an early end its grants are void.

It is not published what becomes of fees that were billed ahead, so giving them back is for a person. Grants pay for
features that contracts share, so an amendment leaves them as they are.
"""

from collections.abc import Iterator
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.targets.base import Account, Rejected, Unclear
from billing.targets.ending import EARLY, Ending
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
    if ending.kind == EARLY:
        yield from void(account, found, ending)


def held(account: Account, ending: Ending) -> Any | None:
    with client.connected(account) as connection:
        return client.one(connection.subscriptions.get_expanded, ending.reference)


def void(account: Account, found: Any, ending: Ending) -> Iterator[str]:
    """Credit ends with its contract, once the usage of its last period is settled."""
    mark, last = f"{found['name'].rpartition(' ')[2]}_", ending.on + SETTLED
    for one in client.grants(account, found["customerId"]):
        if not (one.get("key") or "").startswith(mark) or one.get("voided_at"):
            continue
        if last <= now().date():
            client.void(account, found["customerId"], one["id"])
        else:
            said = _("Void what is left of the credit grant {name} on {on}.")
            yield said.format(name=one["name"], on=last)
