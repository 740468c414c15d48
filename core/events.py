"""What a person is told of, and how: in the app, by mail at once or once a day, or not. Each has a usual way."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from core.languages import lazily as _
from core.roles import Permission, may

P = Permission


class Way(StrEnum):
    MAIL = "mail"
    DIGEST = "digest"
    APP = "app"
    NOT = "not"


WAYS = {
    Way.MAIL: _("By mail at once"),
    Way.DIGEST: _("In a daily mail"),
    Way.APP: _("Only in the app"),
    Way.NOT: _("Not at all"),
}
"""Whatever is mailed stands in the app too."""


@dataclass(frozen=True)
class Event:
    label: str
    about: str
    permission: Permission
    """Who may be told of it at all."""
    usual: Way = Way.MAIL
    must: str = ""
    """Why it is not left out altogether."""


EVENTS = {
    "mention": Event(
        _("Somebody mentions or answers you"),
        _("In comments, and when the seller answers what you asked"),
        P.COMMENT_ON_QUOTES,
    ),
    "waiting": Event(
        _("An approval waits for you"),
        _("When it is your turn, when it is due soon and when it is overdue"),
        P.DECIDE_APPROVALS,
        must=_("The deal stands still until you decide, so it stays at least in the app."),
    ),
    "decision": Event(
        _("Somebody decides on your quote"),
        _("Approved, sent back or rejected, and what approvers ask you"),
        P.EDIT_QUOTES,
    ),
    "opened": Event(_("A customer opens your quote"), _("The first time, by each person"), P.EDIT_QUOTES),
    "asked": Event(
        _("A customer asks or wishes for something"),
        _("Questions, changes, options; and when a mail to them comes back"),
        P.EDIT_QUOTES,
    ),
    "answered": Event(_("A customer accepts or declines"), _("Each signature, and the last word"), P.EDIT_QUOTES),
    "expiring": Event(
        _("Your quote ends"), _("Three days before its last day, and when it is over"), P.EDIT_QUOTES, Way.DIGEST
    ),
    "handoff": Event(
        _("A hand-off to billing needs a person"),
        _("Billing does not hold a contract as agreed"),
        P.RETRY_DELIVERIES,
        must=_("A customer is billed wrongly or not at all until somebody looks, so it stays at least in the app."),
    ),
}


class Person(Protocol):
    @property
    def ways(self) -> Mapping[str, str]: ...


def events_of(person: object) -> dict[str, Event]:
    """What this person may be told of, by their role."""
    return {name: event for name, event in EVENTS.items() if may(person, event.permission)}


def way_for(person: Person, name: str) -> Way:
    """As chosen, or the usual way."""
    event = EVENTS[name]
    chosen = Way(person.ways.get(name, event.usual))
    return Way.APP if chosen == Way.NOT and event.must else chosen


def ways_of(event: Event) -> dict[str, str]:
    """Among which a person chooses."""
    return {way.value: label for way, label in WAYS.items() if way != Way.NOT or not event.must}
