"""What an import did: every row is accepted, a duplicate, or rejected with a reason. Pure."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from core import formats
from metering.rules.events import Event, Void


class Rejection(NamedTuple):
    """A row that was not taken."""

    line: int
    id: str
    reason: str
    text: str = ""


@dataclass
class Report:
    """Counts of all rows, the rejected ones in full, and what a person should look at."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejection] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)
    first_day: date | None = None
    last_day: date | None = None

    def accept(self, event: Event | Void) -> None:
        self.accepted += 1
        if isinstance(event, Void):
            return
        self.unknown.update(f"{event.meter} {value}" for value in event.unknown)
        day = event.day
        self.first_day = min(self.first_day or day, day)
        self.last_day = max(self.last_day or day, day)

    def repeat(self) -> None:
        self.duplicates += 1

    def reject(self, rejection: Rejection) -> None:
        self.rejected.append(rejection)

    def add(self, other: "Report") -> None:
        self.accepted += other.accepted
        self.duplicates += other.duplicates
        self.rejected += other.rejected
        self.unknown.update(other.unknown)
        days = [day for day in (self.first_day, self.last_day, other.first_day, other.last_day) if day]
        self.first_day, self.last_day = (min(days), max(days)) if days else (None, None)

    def counts(self) -> dict[str, int]:
        return {"accepted": self.accepted, "duplicates": self.duplicates, "rejected": len(self.rejected)}

    def notes(self) -> list[str]:
        """Sentences on when the new events happened, and on what was taken but deserves a look."""
        when = (
            f"between {self.first_day} and {self.last_day}"
            if self.last_day != self.first_day
            else (f"on {self.first_day}")
        )
        return [f"The new events happened {when}."] * bool(self.first_day) + [
            f"{name} is not among the values the catalog knows; "
            f"{formats.quantity(count)} event{'s' if count > 1 else ''} kept."
            for name, count in sorted(self.unknown.items())
        ]
