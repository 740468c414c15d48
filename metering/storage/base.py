"""What every storage of usage events offers; each gives the same totals for the same events.

`record` is idempotent by (source, id), in any order and any split into batches, and durable when its transaction is.
A storage that is asked for totals it has not yet added up does so first.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Protocol

from metering.rules.events import Event, Void


class Status(StrEnum):
    """What became of an event that was fit to be recorded."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"


class Total(NamedTuple):
    """One day of one series; the day is one of the meter's zone."""

    customer: str
    meter: str
    dimensions: dict[str, str]
    day: date
    value: Decimal
    events: int


class Days(NamedTuple):
    """From the first to the last day, both included; None is open."""

    first: date | None = None
    last: date | None = None


ALL_DAYS = Days()


class Storage(Protocol):
    name: str

    def record(self, events: Sequence[Event | Void], *, at: datetime) -> list[Status]:
        """Store what is new and bring the touched days up to date; an answer for each event, in order.

        Of two deliveries with the same (source, id) the first counts, whatever the second one says.
        """

    def daily_totals(self, *, customer: str = "", meter: str = "", days: Days = ALL_DAYS) -> Iterator[Total]:
        """Totals by customer, meter, dimensions (as JSON text) and day, in that order, by code point."""

    def rebuild(self, days: Days = ALL_DAYS) -> int:
        """Add up these days again from the events alone; the number of totals."""


def totals_hash(totals: Iterable[Total]) -> str:
    """SHA-256 over all totals in order: equal exactly where customer, meter, dimensions, day, value and count are."""
    digest = hashlib.sha256()
    for total in totals:
        line = [*total[:2], json_key(total.dimensions), total.day.isoformat(), f"{total.value:.6f}", total.events]
        digest.update(json.dumps(line, ensure_ascii=False).encode() + b"\n")
    return digest.hexdigest()


def json_key(dimensions: dict[str, str]) -> str:
    """Dimensions as text: one form for one set."""
    return json_of(tuple(dimensions.items()))


# Many events have the same few sets.
@lru_cache(maxsize=10_000)
def json_of(dimensions: tuple[tuple[str, str], ...]) -> str:
    return json.dumps(dict(dimensions), sort_keys=True, ensure_ascii=False)
