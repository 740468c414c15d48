"""The life of a quote version as one table; docs/QUOTES.md shows it as a picture made from here."""

from enum import StrEnum

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.words import inside, one_of


class Status(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CHANGES_REQUESTED = "changes_requested"
    REJECTED = "rejected"
    APPROVED = "approved"
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"
    CONTRACTED = "contracted"


class Verb(StrEnum):
    SUBMIT = "submit"
    APPROVE = "approve"
    REQUEST_CHANGES = "request_changes"
    REJECT = "reject"
    SEND = "send"
    ACCEPT = "accept"
    DECLINE = "decline"
    CONTRACT = "contract"
    WITHDRAW = "withdraw"
    REVISE = "revise"
    REPLACE = "replace"
    EXPIRE = "expire"


S, V = Status, Verb

TRANSITIONS: dict[Status, dict[Verb, Status]] = {
    S.DRAFT: {V.SUBMIT: S.SUBMITTED, V.WITHDRAW: S.WITHDRAWN},
    S.SUBMITTED: {
        V.APPROVE: S.APPROVED,
        V.REQUEST_CHANGES: S.CHANGES_REQUESTED,
        V.REJECT: S.REJECTED,
        V.WITHDRAW: S.WITHDRAWN,
        V.REVISE: S.SUPERSEDED,
        V.EXPIRE: S.EXPIRED,
    },
    S.CHANGES_REQUESTED: {V.REVISE: S.SUPERSEDED, V.WITHDRAW: S.WITHDRAWN},
    S.REJECTED: {V.REVISE: S.REJECTED},
    S.APPROVED: {
        V.SEND: S.SENT,
        V.WITHDRAW: S.WITHDRAWN,
        V.REVISE: S.APPROVED,
        V.REPLACE: S.SUPERSEDED,
        V.EXPIRE: S.EXPIRED,
    },
    S.SENT: {
        V.ACCEPT: S.ACCEPTED,
        V.DECLINE: S.DECLINED,
        V.WITHDRAW: S.WITHDRAWN,
        V.REVISE: S.SENT,
        V.REPLACE: S.SUPERSEDED,
        V.EXPIRE: S.EXPIRED,
    },
    S.ACCEPTED: {V.CONTRACT: S.CONTRACTED},
    S.DECLINED: {V.REVISE: S.DECLINED},
    S.WITHDRAWN: {V.REVISE: S.WITHDRAWN},
    S.EXPIRED: {V.REVISE: S.EXPIRED},
    S.SUPERSEDED: {},
    S.CONTRACTED: {},
}
"""What may happen next, and what the version is afterwards.

`revise` makes a new draft beside the version: one that nobody outside has seen gives way at once, one that the
customer may hold stays good until the new one is submitted (`replace`).
"""

OWNERS: dict[Status, str] = {
    S.DRAFT: "sales",
    S.SUBMITTED: "approvers",
    S.CHANGES_REQUESTED: "sales",
    S.REJECTED: "nobody",
    S.APPROVED: "sales",
    S.SENT: "customer",
    S.ACCEPTED: "billing",
    S.DECLINED: "nobody",
    S.WITHDRAWN: "nobody",
    S.EXPIRED: "nobody",
    S.SUPERSEDED: "nobody",
    S.CONTRACTED: "nobody",
}
"""Whose turn it is."""

LABELS: dict[Status, str] = {
    S.DRAFT: _lazy("Draft"),
    S.SUBMITTED: _lazy("Submitted"),
    S.CHANGES_REQUESTED: _lazy("Changes requested"),
    S.REJECTED: _lazy("Rejected"),
    S.APPROVED: _lazy("Approved"),
    S.SENT: _lazy("Sent"),
    S.ACCEPTED: _lazy("Accepted"),
    S.DECLINED: _lazy("Declined"),
    S.WITHDRAWN: _lazy("Withdrawn"),
    S.EXPIRED: _lazy("Expired"),
    S.SUPERSEDED: _lazy("Superseded"),
    S.CONTRACTED: _lazy("Contracted"),
}

LIVE = frozenset({S.SUBMITTED, S.APPROVED, S.SENT, S.ACCEPTED, S.CONTRACTED})
"""At most one version of a quote is one of these; the database holds it."""

OUT = frozenset({S.APPROVED, S.SENT})
"""Decided on by the seller's people, and open for the customer or about to be."""

FROZEN = frozenset(Status) - {S.DRAFT, S.WITHDRAWN}
"""Certainly submitted once, so with a snapshot; a withdrawn version may have been a draft."""

CLOSED = frozenset({S.CHANGES_REQUESTED, S.REJECTED, S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.SUPERSEDED})
"""Ended without a contract: closed_at says when, closed_by who, closed_note why."""

PAST: dict[Verb, str] = {
    V.SUBMIT: _lazy("submitted"),
    V.APPROVE: _lazy("approved"),
    V.REQUEST_CHANGES: _lazy("sent back for changes"),
    V.REJECT: _lazy("rejected"),
    V.SEND: _lazy("sent"),
    V.ACCEPT: _lazy("accepted"),
    V.DECLINE: _lazy("declined"),
    V.CONTRACT: _lazy("turned into a contract"),
    V.WITHDRAW: _lazy("withdrawn"),
    V.REVISE: _lazy("revised"),
    V.REPLACE: _lazy("replaced"),
    V.EXPIRE: _lazy("expired"),
}


def after(status: str, verb: Verb) -> Status | None:
    """The status that the verb leads to, or None when the table does not allow it."""
    return TRANSITIONS[Status(status)].get(verb)


def why_not(status: str, verb: Verb) -> str:
    """ "" when the table allows the verb, else a sentence that names the present status and where the verb works."""
    if after(status, verb) is not None:
        return ""
    places = [inside(LABELS[place]) for place, verbs in TRANSITIONS.items() if verb in verbs]
    return _("This version is {status}; only {places} versions can be {done}.").format(
        status=inside(LABELS[Status(status)]), places=one_of(places), done=PAST[verb]
    )


def diagram() -> str:
    """The table as a Mermaid state diagram."""
    lines = ["stateDiagram-v2", "    [*] --> draft"]
    for status, verbs in TRANSITIONS.items():
        lines += [f"    {status} --> {target}: {verb}" for verb, target in verbs.items()]
        if not verbs:
            lines.append(f"    {status} --> [*]")
    return "\n".join(lines)


def pairs() -> set[tuple[str, str]]:
    """Every change of status that the table allows; the database refuses all others."""
    return {(s.value, t.value) for s, verbs in TRANSITIONS.items() for t in verbs.values() if t is not s}
