"""Ending a contract in Metronome: it gets an earlier end date, which cuts its terms and what is still to be invoiced.

What was invoiced before is not given back: that is for a person. What is left of its credits goes with it, and after an
amendment is granted once more (`carrying`).
"""

from collections.abc import Iterator
from typing import Any

from billing.targets.base import Rejected, Unclear
from billing.targets.ending import Ending
from billing.targets.metronome import client
from billing.targets.metronome.carrying import go_on, later, named

__all__ = ["end", "go_on", "later"]


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


def until(contract: Any) -> str | None:
    end = contract.current.to_dict(mode="json").get("ending_before")
    return None if end is None else str(end)
