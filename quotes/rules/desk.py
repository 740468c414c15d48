"""Who may take which seat: own roles, those of colleagues one stands in for, and seats meant for one person."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import Permission, may

ESCALATION = "finance"
"""The role that may decide as well, once an approval is overdue."""


class Person(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def roles(self) -> list[str]: ...


class Seat(Protocol):
    """A seat that waits: an approval without a decision."""

    @property
    def role(self) -> str: ...
    @property
    def assignee_id(self) -> int | None: ...
    @property
    def escalated(self) -> bool: ...


@dataclass(frozen=True)
class Acting:
    """A person with the colleagues for whom they stand in, by id, and those colleagues' roles."""

    person: Person
    absent: Mapping[int, tuple[str, ...]]

    def takes(self, seat: Seat) -> bool:
        return self.for_whom(seat) is not None

    def for_whom(self, seat: Seat) -> int | None:
        """The id of whose seat this is: one's own first, then an absent colleague's; None if it is neither's."""
        people: list[tuple[int, Collection[str]]] = [(self.person.pk, self.person.roles), *self.absent.items()]
        return next((pk for pk, roles in people if fits(seat, pk, roles)), None)


def fits(seat: Seat, pk: int, roles: Collection[str]) -> bool:
    """A seat for one person is theirs alone; an overdue one is open to the escalation role too."""
    if seat.escalated and ESCALATION in roles:
        return True
    return seat.assignee_id == pk if seat.assignee_id else seat.role in roles


def why_not_delegate(
    absent: Person, stand_in: Person, first: date, last: date, *, today: date, taken: Iterable[tuple[int, int]]
) -> str:
    """`taken` are the (absent, stand-in) pairs of delegations that overlap these days."""
    if not may(absent, Permission.DECIDE_APPROVALS):
        return _("Only somebody who decides on approvals can name a stand-in.")
    if absent.pk == stand_in.pk:
        return _("Choose a colleague, not yourself.")
    if not may(stand_in, Permission.DECIDE_APPROVALS):
        return _("The stand-in must be somebody who decides on approvals, not a seller.")
    if last < first:
        return _("The last day is before the first; make it {first} or later.").format(first=first)
    if last < today:
        return _("These days are over; choose a last day from {today} on.").format(today=today)
    for giver, taker in taken:
        if giver == absent.pk:
            return _("You have a stand-in on some of these days already; end that one first.")
        if giver == stand_in.pk or taker == absent.pk:
            return _(
                "A stand-in does not pass decisions on: one of you two is away or stands in on some of these days."
            )
    return ""
