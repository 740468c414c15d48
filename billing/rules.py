"""How a hand-off proceeds, and when a person may press retry."""

from datetime import timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy
from core.roles import Permission, may

LEASE = timedelta(seconds=60)
"""A hand-off that is being sent for longer is taken over: its worker is dead. Shorter than the outbox's own lease."""

MOST_ATTEMPTS = 12
"""As many as the outbox makes over three days; then a person must look."""


class State(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    WAITING = "waiting"
    CREATED = "created"
    NEEDS_PERSON = "needs_person"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS = {
    State.QUEUED: _lazy("Queued"),
    State.SENDING: _lazy("Sending"),
    State.WAITING: _lazy("Waiting for billing"),
    State.CREATED: _lazy("Created"),
    State.NEEDS_PERSON: _lazy("Needs a person"),
}

MEANINGS = {
    State.QUEUED: _lazy("The contract is in line to be sent to billing. Nothing is left to do."),
    State.SENDING: _lazy("The contract is being sent to billing now."),
    State.WAITING: _lazy(
        "Billing did not answer, or not clearly. It is asked again by itself; nothing is created twice."
    ),
    State.CREATED: _lazy("Billing holds the contract, and what it holds was read back and compared."),
    State.NEEDS_PERSON: _lazy(
        "Billing will not take the contract as it is. Read the reason, mend the cause, then retry."
    ),
}

MOVING = frozenset({State.QUEUED, State.SENDING})
"""Changes by itself within seconds."""


class StepState(StrEnum):
    PENDING = "pending"
    SENDING = "sending"
    UNKNOWN = "unknown"
    DONE = "done"
    REFUSED = "refused"

    @property
    def label(self) -> str:
        return STEP_LABELS[self]


STEP_LABELS = {
    StepState.PENDING: _lazy("To do"),
    StepState.SENDING: _lazy("Sending"),
    StepState.UNKNOWN: _lazy("Outcome unknown"),
    StepState.DONE: _lazy("Done"),
    StepState.REFUSED: _lazy("Refused"),
}


def why_not_retry(state: str, *, by: object | None = None) -> str:
    """ "" when pressing retry helps, else why not; leave out `by` to ask only about the state."""
    if state == State.CREATED:
        return _("Billing has this contract already; there is nothing to send again.")
    if state in MOVING:
        return _("This contract is on its way to billing; wait until it has arrived or asks for help.")
    return FINANCE_ONLY if by is not None and not may(by, Permission.RETRY_DELIVERIES) else ""


FINANCE_ONLY = _lazy("Only finance may send a contract to billing again.")


def step_key(sha256: str, target: str, step: str) -> str:
    """The idempotency key of a step: the same for every try, another for every content, target and step."""
    return f"{target}:{step}:{sha256}"
