"""Ending a contract in Chargebee: its subscriptions are cancelled on a day."""

from datetime import date
from typing import Any

from billing.targets.base import Account, Answer, Rejected, Unclear
from billing.targets.chargebee import client, readback
from billing.targets.ending import day, moment, whole
from pricing.periods import month_after

Row = dict[str, Any]
AS_BILLED = {
    "cancel_option": "specific_date",
    "credit_option_for_current_term_charges": "none",
    "unbilled_charges_option": "invoice",
}
"""What was used until then is billed, and nothing is credited: intervals end whole."""


def end(account: Account, reference: str, *, on: date) -> Answer | None:
    """Let every subscription of the contract end on a day; None where one was billed ahead beyond it."""
    connection = client.connect(account)
    held = readback.subscriptions(connection, reference)
    if not held:
        raise Rejected(f"Chargebee has no subscription {reference} to end.")
    late = [one for one in held if lasts(one, on)]
    if not all(whole(begin(one), on, readback.width(one)) for one in late):
        return None
    for one in late:
        with client.spoken_plainly():
            connection.Subscription.cancel_for_items(one["id"], {**AS_BILLED, "cancel_at": moment(on)})
    if left := [one for one in readback.subscriptions(connection, reference) if lasts(one, on)]:
        raise Unclear(f"Chargebee lets {left[0]['id']} go on after {on}.")
    return {"id": reference}


def lasts(one: Row, on: date) -> bool:
    """Whether it goes on after that day, as far as it is decided."""
    if "cancelled_at" in one:
        return bool(one["cancelled_at"] > moment(on))
    cycles = readback.cycles(one)
    return cycles is None or month_after(begin(one), cycles * readback.width(one)) > on


def begin(one: Row) -> date:
    return day(readback.started(one))
