"""What ending a contract early has in common, whoever bills it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.targets.base import Order, Step
from core.formats import money
from core.languages import lazily as _lazy
from pricing.periods import month_after

LONGEST = 1200
EARLY, AMENDMENT, ADDITION = "early_end", "amendment", "addition"

CARRY, GIVE_BACK, VOID = "carry_over_credits", "give_back", "void_credits"
LATER = {
    CARRY: _lazy("Carry over what is left of credits"),
    GIVE_BACK: _lazy("Credit what was billed ahead"),
    VOID: _lazy("Void what is left of credits"),
}
"""What can be done only once a contract has ended and its last usage is invoiced."""


class Ahead(NamedTuple):
    """What was billed ahead of a line for days from the end on."""

    key: str
    name: str
    amount: Decimal
    months: int = 0  # of its interval


@dataclass(frozen=True)
class Ending:
    """The end of a contract over there: the first day on which it does not hold any more, and why."""

    reference: str
    contract: str
    on: date
    kind: str
    currency: str = ""
    ahead: tuple[Ahead, ...] = ()
    by: str = ""  # the contract that ends it
    sha256: str = ""

    @classmethod
    def of(cls, body: Mapping[str, Any]) -> "Ending":
        """From the body of the step that ends it."""
        ahead = tuple(Ahead(key, name, Decimal(amount), *every) for key, name, amount, *every in body.get("ahead", ()))
        told = {name: body.get(name, "") for name in ("reference", "contract", "kind", "currency", "by", "sha256")}
        return cls(**told, on=date.fromisoformat(body["on"]), ahead=ahead)

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
        for one in self.ahead:
            yield self.credit(one.name, one.amount)

    def credit(self, name: str, amount: Decimal) -> str:
        said = _("Credit {amount} of {name}, which was billed ahead for days from {on} on.")
        return said.format(amount=money(amount, self.currency), name=name, on=self.on)

    def to_grant(self, name: str) -> str:
        """What a person carries over: an amendment does not grant anew what is left of a credit."""
        said = _("Grant what is left of {name} on {on} once more, for the contract that takes its place.")
        return said.format(name=name, on=self.on)


def body_of(order: Order) -> dict[str, Any]:
    """What the step that ends the replaced contract is told."""
    old = order.replaces
    if old is None:
        return {}
    named = {"reference": old.reference, "contract": old.number, "on": old.on.isoformat(), "kind": old.kind}
    own = {"by": order.number, "sha256": order.sha256, "currency": order.currency}
    return {**named, **own, "ahead": [list(one) for one in old.ahead]}


def later(name: str, order: Order, due: date, **more: Any) -> Step:
    """A step that follows by itself on a day after the end."""
    return Step(name, LATER[name], name, {**body_of(order), **more}, due)


def nothing_later(_order: Order) -> tuple[Step, ...]:
    return ()


def nothing_to_do(_connection: Any, _step: Step, _key: str) -> Iterator[str]:
    return iter(())


def whole(start: date, on: date, months: int) -> bool:
    """Whether whole intervals of so many months lie between the days: nothing was billed ahead beyond the second."""
    return any(month_after(start, n) == on for n in range(months, LONGEST, months))


def moment(on: date) -> int:
    """The beginning of the day in UTC, as the seconds that vendors count in."""
    return int(datetime.combine(on, time(), UTC).timestamp())


def day(seconds: int) -> date:
    return datetime.fromtimestamp(seconds, UTC).date()
