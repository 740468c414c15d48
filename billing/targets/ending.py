"""What ending a contract early has in common, whoever bills it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from core.formats import money
from pricing.periods import month_after

LONGEST = 1200
EARLY, AMENDMENT, ADDITION = "early_end", "amendment", "addition"


@dataclass(frozen=True)
class Ending:
    """The end of a contract over there: the first day on which it does not hold any more, and why."""

    reference: str
    contract: str
    on: date
    kind: str
    currency: str = ""
    ahead: tuple[tuple[str, Decimal], ...] = ()  # by name, what was billed ahead for days from then on

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Ending":
        """From the body of the step that ends it."""
        ahead = tuple((name, Decimal(amount)) for name, amount in body.get("ahead", ()))
        on = date.fromisoformat(body["on"])
        return cls(body["reference"], body["contract"], on, body["kind"], body.get("currency", ""), ahead)

    @property
    def moment(self) -> str:
        """The beginning of the day in UTC."""
        return f"{self.on.isoformat()}T00:00:00Z"

    @property
    def reached(self) -> bool:
        return self.on <= now().date()

    def lasts(self, until: str | None) -> bool:
        """Whether what ends on another day, or never, goes on after this one."""
        return not until or until[:10] > self.on.isoformat()

    def to_credit(self) -> Iterator[str]:
        """What a person gives back, where billing does not do it by itself."""
        for name, amount in self.ahead:
            said = _("Credit {amount} of {name}, which was billed ahead for days from {on} on.")
            yield said.format(amount=money(amount, self.currency), name=name, on=self.on)

    def to_grant(self, name: str) -> str:
        """What a person carries over: an amendment does not grant anew what is left of a credit."""
        said = _("Grant what is left of {name} on {on} once more, for the contract that takes its place.")
        return said.format(name=name, on=self.on)


def whole(start: date, on: date, months: int) -> bool:
    """Whether whole intervals of so many months lie between the days: nothing was billed ahead beyond the second."""
    return any(month_after(start, n) == on for n in range(months, LONGEST, months))


def moment(on: date) -> int:
    """The beginning of the day in UTC, as the seconds that vendors count in."""
    return int(datetime.combine(on, time(), UTC).timestamp())


def day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
