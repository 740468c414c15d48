"""The life of a quote version as one table; docs/QUOTES.md shows it as a picture made from here."""

from enum import StrEnum


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

LABELS: dict[Status, str] = {status: status.value.replace("_", " ").capitalize() for status in Status}

LIVE = frozenset({S.SUBMITTED, S.APPROVED, S.SENT, S.ACCEPTED, S.CONTRACTED})
"""At most one version of a quote is one of these; the database holds it."""

FROZEN = frozenset(Status) - {S.DRAFT, S.WITHDRAWN}
"""Certainly submitted once, so with a snapshot; a withdrawn version may have been a draft."""

CLOSED = frozenset({S.CHANGES_REQUESTED, S.REJECTED, S.DECLINED, S.WITHDRAWN, S.EXPIRED, S.SUPERSEDED})
"""Ended without a contract: closed_at says when, closed_by who, closed_note why."""

PAST: dict[Verb, str] = {
    V.SUBMIT: "submitted",
    V.APPROVE: "approved",
    V.REQUEST_CHANGES: "sent back for changes",
    V.REJECT: "rejected",
    V.SEND: "sent",
    V.ACCEPT: "accepted",
    V.DECLINE: "declined",
    V.CONTRACT: "turned into a contract",
    V.WITHDRAW: "withdrawn",
    V.REVISE: "revised",
    V.REPLACE: "replaced",
    V.EXPIRE: "expired",
}


def after(status: str, verb: Verb) -> Status | None:
    """The status that the verb leads to, or None when the table does not allow it."""
    return TRANSITIONS[Status(status)].get(verb)


def why_not(status: str, verb: Verb) -> str:
    """ "" when the table allows the verb, else a sentence that names the present status and where the verb works."""
    if after(status, verb) is not None:
        return ""
    places = [LABELS[place].lower() for place, verbs in TRANSITIONS.items() if verb in verbs]
    return f"This version is {LABELS[Status(status)].lower()}; only {listed(places)} versions can be {PAST[verb]}."


def listed(words: list[str]) -> str:
    """ "a", "a or b", "a, b or c"."""
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} or {words[-1]}"


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
