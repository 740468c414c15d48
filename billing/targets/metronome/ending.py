"""Ending a contract in Metronome: it gets an earlier end date, which cuts its terms and what is still to be invoiced.

What was invoiced before is not given back, and what is left of its credits goes with it: that is for a person.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import AMENDMENT, Ending
from billing.targets.metronome import client


def end(connection: Any, ending: Ending) -> Iterator[str]:
    found = client.retrieve(connection, *named(ending))
    if found is None:
        raise Rejected(f"Metronome has no contract {ending.reference} to end.")
    if ending.lasts(until(found)):
        client.update_end(connection, *named(ending), at=ending.moment)
        after = client.retrieve(connection, *named(ending))
        if after is None or ending.lasts(until(after)):
            raise Unclear(f"Metronome lets {ending.reference} go on after {ending.on}.")
    yield from ending.to_credit()
    if ending.kind == AMENDMENT:
        # As they were agreed: those of today are cut already where this is done again.
        agreed = found.initial.to_dict(mode="json")
        granted = [*(agreed.get("credits") or ()), *(agreed.get("commits") or ())]
        yield from (ending.to_grant(str(one["product"]["name"])) for one in granted if prepaid(one, ending))


def until(contract: Any) -> str | None:
    end = contract.current.to_dict(mode="json").get("ending_before")
    return None if end is None else str(end)


def named(ending: Ending) -> tuple[str, str]:
    customer, _slash, contract = ending.reference.partition("/")
    return customer, contract


def prepaid(one: Mapping[str, Any], ending: Ending) -> bool:
    """Whether it has been granted by then and would have lasted longer."""
    spans = one["access_schedule"]["schedule_items"]
    granted = any(span["starting_at"][:10] < ending.on.isoformat() < span["ending_before"][:10] for span in spans)
    return granted and one.get("type") != "POSTPAID"
