"""Ending a contract in Chargebee: its subscriptions are cancelled on a day, and what was billed ahead is credited."""

from collections.abc import Iterator
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.chargebee import client, readback
from billing.targets.ending import Ending, day, moment, nothing_later, nothing_to_do, whole

Row = dict[str, Any]
HOW = {"cancel_option": "specific_date", "unbilled_charges_option": "invoice"}
"""What was used until then is billed."""

later, go_on = nothing_later, nothing_to_do


def end(connection: Any, ending: Ending) -> Iterator[str]:
    """Nothing is left to a person: Chargebee prorates by itself."""
    held = readback.subscriptions(connection, ending.reference)
    if not held:
        raise Rejected(f"Chargebee has no subscription {ending.reference} to end.")
    for one in held:
        if lasts(one, ending):
            cut = whole(day(readback.started(one)), ending.on, readback.width(one))
            how = {**HOW, "credit_option_for_current_term_charges": "none" if cut else "prorate"}
            with client.spoken_plainly():
                connection.Subscription.cancel_for_items(one["id"], {**how, "cancel_at": moment(ending.on)})
    if left := [one for one in readback.subscriptions(connection, ending.reference) if lasts(one, ending)]:
        raise Unclear(f"Chargebee lets {left[0]['id']} go on after {ending.on}.")
    return iter(())


def lasts(one: Row, ending: Ending) -> bool:
    return ending.lasts(readback.until(one))
