"""Looking into a file: its first rows as the events they would become."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from catalog.models import Meter
from metering.rules.events import Event, Void, read_event
from metering.rules.files import Reading, Row
from metering.rules.mapping import ColumnMap, guess
from metering.rules.values import Rejected, is_text
from metering.sources.files import Place, UsageFile
from metering.storage.facts import catalog_facts

LOOKED_AT = 200
CLOUD_EVENT = {"specversion", "type", "time"}  # the customer may be chosen for the whole file


@dataclass(frozen=True)
class LookedRow:
    """A row as it stands in the file, and its event or the reason why there is none."""

    line: int
    text: str
    event: dict[str, Any] | None
    reason: str


@dataclass(frozen=True)
class Look:
    """What a file holds as far as its first rows tell."""

    heading: list[str]
    mapping: ColumnMap | None  # None: the file is in our own form
    problems: list[str]
    rows: list[LookedRow]
    rows_guessed: int  # in the whole file
    unknown: dict[str, int]

    @property
    def rejected(self) -> int:
        return sum(row.event is None for row in self.rows)


def look(
    file: UsageFile, mapping: ColumnMap | None, how: Reading, *, at: datetime, heading: Sequence[str] | None = None
) -> Look:
    """Read the first rows by this mapping, or by the most likely one."""
    heading = list(file.heading() if heading is None else heading)
    chosen = mapping or likely(heading)
    problems = chosen.problems(heading, subject=how.subject) if chosen else []
    rows, end = file.slice(Place(), LOOKED_AT, how._replace(mapping=chosen))
    looked, unknown = looked_at(rows, at)
    guessed = len(rows) if len(rows) < LOOKED_AT else file.total() * len(rows) // max(end.done, 1)
    return Look(heading, chosen, problems, looked, guessed, unknown)


def likely(heading: Sequence[str]) -> ColumnMap | None:
    """The most likely mapping, none for CloudEvents; the meter is stated where there is only one."""
    if set(heading) >= CLOUD_EVENT:
        return None
    meters = list(Meter.objects.values_list("code", "dimensions"))
    names = {name for _, dimensions in meters for name in dimensions}
    return guess(heading, dimensions=sorted(names), meter=meters[0][0] if len(meters) == 1 else "")


def looked_at(rows: Sequence[Row], at: datetime) -> tuple[list[LookedRow], dict[str, int]]:
    subjects = {row.raw.get("subject") for row in rows if row.raw}
    meters, customers = catalog_facts({slug for slug in subjects if is_text(slug)})
    unknown, looked = Counter[str](), []
    for row in rows:
        event, reason = None, row.problem
        if row.raw is not None:
            try:
                read = read_event(row.raw, meters=meters, customers=customers, now=at)
                event = shown(read)
                if isinstance(read, Event):
                    unknown.update(f"{read.meter} {value}" for value in read.unknown)
            except Rejected as problem:
                reason = str(problem)
        looked.append(LookedRow(row.line, row.text, event, reason))
    return looked, dict(unknown)


def shown(event: Event | Void) -> dict[str, Any]:
    if isinstance(event, Void):
        return {"id": event.event_id, "time": event.time, "voids": event.target_id}
    return {
        "id": event.event_id,
        "time": event.time,
        "customer": event.customer,
        "meter": event.meter,
        "value": event.value,
        "dimensions": event.dimensions,
    }
