"""What a customer finds behind a link: open to answer, only to read, or closed, and what to do next."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Protocol

from core.languages import lazily as _
from quotes.rules.transitions import Status


class Kind(StrEnum):
    OPEN = "open"
    VIEW = "view"
    SIGNED = "signed"
    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    EXPIRED = "expired"
    REPLACED = "replaced"
    WITHDRAWN = "withdrawn"
    REVOKED = "revoked"
    OVER = "over"


class State(NamedTuple):
    kind: Kind
    tone: str
    title: str
    text: str

    @property
    def answerable(self) -> bool:
        return self.kind == Kind.OPEN

    @property
    def open(self) -> bool:
        """Whether the version can still be accepted, by this person or another."""
        return self.kind in (Kind.OPEN, Kind.VIEW, Kind.SIGNED, Kind.WAITING)

    @property
    def readable(self) -> bool:
        """Whether the link still shows the quote."""
        return self.kind not in (Kind.REVOKED, Kind.OVER)


class Version(Protocol):
    @property
    def status(self) -> str: ...
    def expired(self, at: datetime) -> bool: ...


class Link(Protocol):
    @property
    def right(self) -> str: ...
    @property
    def revoked_at(self) -> datetime | None: ...
    @property
    def expires_at(self) -> datetime: ...


STATES = {
    Kind.OPEN: State(
        Kind.OPEN, "info", _("Ready for your answer"), _("Read it in peace, then accept or decline it below.")
    ),
    Kind.VIEW: State(
        Kind.VIEW,
        "info",
        _("This link is for reading"),
        _("You can read and download everything. To accept it, ask your contact for a link that may sign."),
    ),
    Kind.SIGNED: State(
        Kind.SIGNED,
        "good",
        _("You have signed"),
        _("The quote is accepted as soon as everybody has signed. We write to you if something is left to do."),
    ),
    Kind.WAITING: State(
        Kind.WAITING,
        "info",
        _("Somebody else signs first"),
        _("We write to you when it is your turn. Until then you can read, ask and download everything."),
    ),
    Kind.ACCEPTED: State(
        Kind.ACCEPTED, "good", _("This quote has been accepted"), _("Thank you. Nothing is left to do.")
    ),
    Kind.DECLINED: State(
        Kind.DECLINED,
        "warn",
        _("This quote has been declined"),
        _("If that has changed, ask your contact for a new version."),
    ),
    Kind.EXPIRED: State(
        Kind.EXPIRED,
        "warn",
        _("This quote has expired"),
        _("It can be read but not accepted any more. Ask your contact for a new one."),
    ),
    Kind.REPLACED: State(
        Kind.REPLACED,
        "warn",
        _("This version has been replaced"),
        _("A newer version exists, so this one cannot be accepted. Ask your contact for the link to the new one."),
    ),
    Kind.WITHDRAWN: State(
        Kind.WITHDRAWN,
        "warn",
        _("This quote has been withdrawn"),
        _("It cannot be accepted any more. Ask your contact what comes next."),
    ),
    Kind.REVOKED: State(
        Kind.REVOKED,
        "warn",
        _("This link does not work any more"),
        _("The seller has replaced or revoked it. Look for a newer message, or ask your contact for a new link."),
    ),
    Kind.OVER: State(
        Kind.OVER,
        "warn",
        _("This link is too old"),
        _("Links close some time after a quote expires. Ask your contact for a new one."),
    ),
}

BY_STATUS = {
    Status.ACCEPTED: Kind.ACCEPTED,
    Status.CONTRACTED: Kind.ACCEPTED,
    Status.DECLINED: Kind.DECLINED,
    Status.EXPIRED: Kind.EXPIRED,
    Status.SUPERSEDED: Kind.REPLACED,
}


def state_of(link: Link, version: Version, *, at: datetime) -> State:
    """The one state that the page shows."""
    return STATES[_kind(link, version, at)]


class Seat(Protocol):
    @property
    def signature(self) -> object: ...
    @property
    def turn(self) -> bool: ...


def seen_by(state: State, seat: Seat | None) -> State:
    """An open quote as one of its signers sees it."""
    if state.kind != Kind.OPEN or seat is None or seat.turn:
        return state
    return STATES[Kind.SIGNED if seat.signature else Kind.WAITING]


def _kind(link: Link, version: Version, at: datetime) -> Kind:
    if link.revoked_at is not None:
        return Kind.REVOKED
    if at >= link.expires_at:
        return Kind.OVER
    if version.status != Status.SENT:
        return BY_STATUS.get(Status(version.status), Kind.WITHDRAWN)
    if version.expired(at):
        return Kind.EXPIRED
    return Kind.OPEN if link.right == "sign" else Kind.VIEW
