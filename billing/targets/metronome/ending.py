"""Ending a contract in Metronome: it gets an earlier end date, which cuts its terms and what is still to be invoiced.

What was invoiced before is not given back, and what is left of its credits goes with it: that is for a person.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import AMENDMENT, Ending
from billing.targets.metronome import client


def end(connection: Any, ending: Ending) -> Iterator[str]:
    found = current(connection, ending)
    if found is None:
        raise Rejected(f"Metronome has no contract {ending.reference} to end.")
    if ending.lasts(found.get("ending_before")):
        client.update_end(connection, *named(ending), at=ending.moment)
        after = current(connection, ending)
        if after is None or ending.lasts(after.get("ending_before")):
            raise Unclear(f"Metronome lets {ending.reference} go on after {ending.on}.")
    yield from ending.to_credit()
    if ending.kind == AMENDMENT:
        granted = [*(found.get("credits") or ()), *(found.get("commits") or ())]
        yield from (ending.to_grant(str(one["product"]["name"])) for one in granted if prepaid(one, ending))


def current(connection: Any, ending: Ending) -> Mapping[str, Any] | None:
    found = client.retrieve(connection, *named(ending))
    return None if found is None else dict(found.current.to_dict(mode="json"))


def named(ending: Ending) -> tuple[str, str]:
    customer, _slash, contract = ending.reference.partition("/")
    return customer, contract


def prepaid(one: Mapping[str, Any], ending: Ending) -> bool:
    """Whether it has been granted by then and would have lasted longer."""
    spans = one["access_schedule"]["schedule_items"]
    granted = any(span["starting_at"][:10] < ending.on.isoformat() < span["ending_before"][:10] for span in spans)
    return granted and one.get("type") != "POSTPAID"
