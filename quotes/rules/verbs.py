"""May this be done now, and by this person? Each rule answers "" for yes, or the sentence that says why not.

The action refuses with the sentence, the button is disabled by it and shows it as its tooltip. Whether the version's
state allows a verb and whether the person may do it are two questions: leave out `by` to ask only the first.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Protocol

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.roles import ROLE_NAMES, Permission, may
from core.words import inside, one_of
from quotes.rules.desk import Acting, Seat
from quotes.rules.transitions import LABELS, OUT, Status, Verb, why_not


class Person(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def roles(self) -> list[str]: ...


class Owned(Protocol):
    @property
    def owner_id(self) -> int: ...


class Version(Protocol):
    @property
    def status(self) -> str: ...
    @property
    def owner_id(self) -> int: ...
    @property
    def maker_ids(self) -> set[int]: ...
    def expired(self, at: datetime) -> bool: ...


class Numbered(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def status(self) -> str: ...


class Forwarded(Protocol):
    @property
    def forwarded_by_id(self) -> int | None: ...


EXPIRED = _lazy("This version has expired. Revise it with a later last valid day.")


def why_not_edit(version: Version, *, by: Person | None = None) -> str:
    if version.status != Status.DRAFT:
        return _("This version is {status}; only a draft can be edited. Revise it instead.").format(
            status=inside(LABELS[Status(version.status)])
        )
    return why_not_seller(version, by)


def why_not_submit(
    version: Version, *, by: Person | None = None, live: str | None = None, problems: Collection[str] = ()
) -> str:
    """`live` is the status of the quote's live version, if it has one; `problems` come from the priced version."""
    if live in (Status.ACCEPTED, Status.CONTRACTED):
        return _("An earlier version of this quote was accepted; a changed deal needs a new quote.")
    return why_not(version.status, Verb.SUBMIT) or why_not_seller(version, by) or " ".join(problems)


def why_not_withdraw(version: Version, *, by: Person | None = None) -> str:
    return why_not(version.status, Verb.WITHDRAW) or why_not_seller(version, by)


def why_not_end_as_agent(version: Numbered) -> str:
    """Whether an agent may take a version back, or put another in its place."""
    if version.status not in OUT:
        return ""
    return _("Version {number} is {status}; no agent takes it back or puts another in its place.").format(
        number=version.number, status=inside(LABELS[Status(version.status)])
    )


def why_not_revise(
    version: Version, *, by: Person | None = None, has_draft: bool = False, live: str | None = None
) -> str:
    if has_draft and version.status != Status.DRAFT:
        return _("This quote already has a draft; edit that one.")
    if live in (Status.ACCEPTED, Status.CONTRACTED):
        return _("A version of this quote was accepted; a changed deal needs a new quote.")
    return why_not(version.status, Verb.REVISE) or why_not_seller(version, by)


def why_not_decide(
    version: Version,
    *,
    by: Person | None = None,
    seats: Collection[Seat] = (),
    acting: Acting | None = None,
    decider_ids: Collection[int | None] = (),
) -> str:
    """`seats` are those that wait in the present stage, `acting` for whom the person decides too, `decider_ids` who
    has decided."""
    if state := why_not(version.status, Verb.APPROVE):
        return state
    if by is None:
        return ""
    if not may(by, Permission.DECIDE_APPROVALS):
        return _("You cannot decide on approvals: that takes the role deal desk or finance.")
    if by.pk in version.maker_ids:
        return _("You created, edited or submitted this version, so somebody else must decide on it.")
    if by.pk in decider_ids:
        return _("You have decided on this version already; what is left needs another person.")
    actor = acting or Acting(by, {})
    if any(actor.takes(seat) for seat in seats):
        return ""
    names = [
        inside(ROLE_NAMES.get(role, role)) for role in sorted({seat.role for seat in seats if not seat.assignee_id})
    ]
    if any(seat.assignee_id for seat in seats):
        names.append(_("the person it was given to"))
    return (
        _("This version waits for {names}, not for you.").format(names=one_of(names))
        if names
        else _("Nothing is left to decide here.")
    )


def why_not_send(version: Version, *, at: datetime, by: Person | None = None) -> str:
    if state := why_not(version.status, Verb.SEND):
        return state
    return (EXPIRED if version.expired(at) else "") or why_not_seller(version, by)


def why_not_share(version: Version, *, at: datetime, by: Person | None = None) -> str:
    """Whether another customer link may be made for a version that is with the customer."""
    if version.status != Status.SENT:
        return _("This version is {status}; only a sent version has customer links.").format(
            status=inside(LABELS[Status(version.status)])
        )
    return (EXPIRED if version.expired(at) else "") or why_not_seller(version, by)


def why_not_accept(version: Version, *, at: datetime, may_sign: bool = True) -> str:
    """Said to the customer, in the customer's words."""
    if version.status == Status.SENT and version.expired(at):
        return _("This quote has expired. Please ask your contact for a new one.")
    if version.status != Status.SENT:
        return CLOSED_TO_CUSTOMER.get(Status(version.status), "This quote is not open for acceptance.")
    return "" if may_sign else _("This link is for reading. Please ask your contact for one that may accept.")


def why_not_decline(version: Version, *, at: datetime, may_sign: bool = True) -> str:
    if version.status == Status.SENT and not may_sign:
        return _("This link is for reading. Please ask your contact for one that may decline.")
    return why_not_accept(version, at=at)


def why_not_countersign(
    version: Version,
    *,
    at: datetime,
    by: Person | None = None,
    asked: bool = True,
    names: Collection[str] = (),
    signer: Person | None = None,
) -> str:
    """`names` are those of the customer who are still to sign, `signer` who signs for the seller, where that is one."""
    if state := why_not(version.status, Verb.ACCEPT):
        return state
    if version.expired(at):
        return str(EXPIRED)
    if not asked:
        return _("Nobody asked for a counter-signature when this version was sent.")
    if names:
        return _("The customer signs first: {names}.").format(names=", ".join(names))
    if by is not None and signer is not None and by.pk != signer.pk:
        return _("The selling entity names somebody else to sign for it.")
    if by is not None and signer is None and not may(by, Permission.COUNTERSIGN):
        return _("You cannot sign for the company: that takes the role finance.")
    return ""


def why_not_answer(version: Version, *, by: Person | None = None) -> str:
    """Whether the seller may answer what a customer asked; also when the version is closed meanwhile."""
    return why_not_seller(version, by)


def why_not_forward(link: Forwarded) -> str:
    """Said to the customer: who was shown the quote by a colleague does not show it further."""
    if link.forwarded_by_id:
        return _("A colleague showed you this quote; ask your contact for further links.")
    return ""


CLOSED_TO_CUSTOMER: dict[Status, str] = {
    Status.ACCEPTED: _lazy("This quote has been accepted."),
    Status.CONTRACTED: _lazy("This quote has been accepted."),
    Status.DECLINED: _lazy("This quote has been declined."),
    Status.WITHDRAWN: _lazy("This quote has been withdrawn. Please ask your contact for a new one."),
    Status.EXPIRED: _lazy("This quote has expired. Please ask your contact for a new one."),
    Status.SUPERSEDED: _lazy("This version has been replaced by a newer one. Please ask your contact for it."),
}


def why_not_seller(version: Owned, by: Person | None) -> str:
    """Who may work on a quote: its owner, with the permission to edit quotes."""
    if by is None:
        return ""
    if not may(by, Permission.EDIT_QUOTES):
        return _("You may look at this quote but not change it: that takes the role sales.")
    if by.pk != version.owner_id and not may(by, Permission.SEE_ALL_QUOTES):
        return _("This quote belongs to somebody else.")
    return ""
