"""How a hand-off proceeds, and when a person may press retry."""

import hashlib
from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.roles import Permission, may

LEASE = timedelta(seconds=60)
"""A hand-off that is being sent for longer is taken over: its worker is dead. Shorter than the outbox's own lease."""

MOST_ATTEMPTS = 12
"""As many as the outbox makes over three days; then a person must look."""


class Mode(StrEnum):
    SANDBOX = "sandbox"
    PRODUCTION = "production"

    @property
    def label(self) -> str:
        return MODE_LABELS[self]


MODE_LABELS = {Mode.SANDBOX: _lazy("Sandbox"), Mode.PRODUCTION: _lazy("Production")}


class State(StrEnum):
    UNSIGNED = "unsigned"  # never stored: the customer has not accepted yet
    QUEUED = "queued"
    SENDING = "sending"
    WAITING = "waiting"
    CREATED = "created"
    DRIFTED = "drifted"
    NEEDS_PERSON = "needs_person"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.UNSIGNED: _lazy("Awaits the customer"),
    State.QUEUED: _lazy("Queued"),
    State.SENDING: _lazy("Sending"),
    State.WAITING: _lazy("Waiting for billing"),
    State.CREATED: _lazy("Created"),
    State.DRIFTED: _lazy("Differs in billing"),
    State.NEEDS_PERSON: _lazy("Needs a person"),
}

MEANINGS = {
    State.UNSIGNED: _lazy("The contract has its number and terms. It goes to billing once the customer has accepted."),
    State.QUEUED: _lazy("The contract is in line to be sent to billing. Nothing is left to do."),
    State.SENDING: _lazy("The contract is being sent to billing now."),
    State.WAITING: _lazy(
        "Billing did not answer, or not clearly. It is asked again by itself; nothing is created twice."
    ),
    State.CREATED: _lazy("Billing holds the contract, and what it holds was read back and compared."),
    State.DRIFTED: _lazy(
        "Billing holds the contract, but not as agreed. Correct it there and read it back, or mark it solved."
    ),
    State.NEEDS_PERSON: _lazy(
        "Billing will not take the contract as it is. Read the reason, mend the cause, then retry."
    ),
}

BEGUN = _lazy(
    "Billing holds the contract, but a step is left. Do there what is said here and mark it solved, or mend the "
    "cause and retry."
)
"""What it means that a person is needed where billing has given the contract its number already."""

MOVING = frozenset({State.QUEUED, State.SENDING})
"""Changes by itself within seconds."""

HELD = frozenset({State.CREATED, State.DRIFTED})
"""Billing has the contract under a reference."""

ASKING = frozenset({State.DRIFTED, State.NEEDS_PERSON})
"""Nothing happens until a person acts."""


class StepState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"
    SETTLED = "settled"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]


STEP_LABELS = {
    StepState.PENDING: _lazy("To do"),
    StepState.SENDING: _lazy("Sending"),
    StepState.UNKNOWN: _lazy("Outcome unknown"),
    StepState.DONE: _lazy("Done"),
    StepState.REFUSED: _lazy("Refused"),
    StepState.SETTLED: _lazy("Settled by a person"),
}

STEP_TONES = {
    StepState.PENDING: "neutral",
    StepState.SENDING: "info",
    StepState.UNKNOWN: "warn",
    StepState.DONE: "good",
    StepState.REFUSED: "bad",
    StepState.SETTLED: "good",
}

OVER = frozenset({StepState.DONE, StepState.SETTLED})
"""Nothing is left to do."""


class Outcome(StrEnum):
    SENT = "sent"
    DONE = "done"
    FOUND = "found"
    LATER = "later"
    UNKNOWN = "unknown"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return OUTCOME_LABELS[self]


OUTCOME_LABELS = {
    Outcome.SENT: _lazy("Sent, no answer"),
    Outcome.DONE: _lazy("Done"),
    Outcome.FOUND: _lazy("Was done already"),
    Outcome.LATER: _lazy("Asked to come later"),
    Outcome.UNKNOWN: _lazy("Outcome unknown"),
    Outcome.REFUSED: _lazy("Refused"),
}


TONES = {
    Outcome.SENT: "info",
    Outcome.DONE: "good",
    Outcome.FOUND: "good",
    Outcome.LATER: "warn",
    Outcome.UNKNOWN: "warn",
    Outcome.REFUSED: "bad",
}


def why_not_retry(state: str, *, by: object | None = None) -> str:
    """ "" when pressing retry helps, else why not; leave out `by` to ask only about the state."""
    if state in HELD:
        return _("Billing has this contract already; there is nothing to send again.")
    if state == State.UNSIGNED:
        return _("The customer has not accepted this contract yet.")
    if state in MOVING:
        return _("This contract is on its way to billing; wait until it has arrived or asks for help.")
    return FINANCE_ONLY if by is not None and not may(by, Permission.RETRY_DELIVERIES) else ""


def why_not_solve(state: str, *, by: object | None = None) -> str:
    """ "" when a person may say that it was settled by hand."""
    if state in MOVING | {State.CREATED, State.UNSIGNED}:
        return _("There is nothing to solve: this contract needs nobody's help.")
    return FINANCE_ONLY if by is not None and not may(by, Permission.RETRY_DELIVERIES) else ""


def why_not_check(state: str, *, by: object | None = None) -> str:
    """ "" when what billing holds can be read back."""
    if state not in HELD:
        return _("Billing does not hold this contract yet, so there is nothing to read back.")
    return FINANCE_ONLY if by is not None and not may(by, Permission.RETRY_DELIVERIES) else ""


ONLY_CONNECTORS = _lazy("Only finance and administrators may change accounts with billing systems.")
FINANCE_ONLY = _lazy("Only finance may send a contract to billing again.")


def step_key(sha256: str, target: str, step: str) -> str:
    """The idempotency key of a step: the same for every try, another for every content, target and step.

    A hash, as long for every step: the strictest of the billing systems takes 100 characters.
    """
    return hashlib.sha256(f"{target}/{step}/{sha256}".encode()).hexdigest()
