"""A hand-off as the pages and the API show it: its steps, every try, and what billing holds."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.timezone import now
from django.utils.translation import gettext as _

from billing.models import Delivery, DeliveryAttempt, DeliveryStep
from billing.queries.handoff import route_of
from billing.rules import BEGUN, MEANINGS, MOVING, OVER, STEP_TONES, TONES, Mode, Outcome, State, StepState
from billing.targets import TARGETS
from billing.targets.base import Account
from core.masking import without_secrets
from core.retelling import retold
from quotes.models import Contract

LONGEST = 6000
"""Characters of a request or answer that are shown."""


@dataclass(frozen=True)
class TryRow:
    """One try of a step: what was sent, what came back, without what is secret."""

    number: int
    label: str
    tone: str
    request: str
    answer: str
    error: str
    at: datetime


@dataclass(frozen=True)
class StepRow:
    name: str
    title: str
    about: str  # which of several of its kind
    call: str
    key: str
    state: str
    label: str
    tone: str
    attempts: int
    error: str
    answer: dict[str, object]
    done_at: datetime | None
    due: date | None
    follows: bool  # by itself, on a day to come
    tries: tuple[TryRow, ...]

    @property
    def open(self) -> bool:
        """Whether it is what somebody looks for."""
        return self.state in (StepState.SENDING, StepState.UNKNOWN, StepState.REFUSED)


@dataclass(frozen=True)
class DeliveryState:
    target: str
    label: str
    state: str
    meaning: str
    reason: str
    reference: str
    attempts: int
    changed_at: datetime | None
    done_at: datetime | None
    held: dict[str, Any]
    drift: tuple[dict[str, str], ...]
    read_at: datetime | None
    address: str
    solved: str
    steps: tuple[StepRow, ...]

    @property
    def following(self) -> list[StepRow]:
        """What is done by itself on a day to come."""
        return [step for step in self.steps if step.follows]

    @property
    def steps_over(self) -> int:
        return sum(step.state in OVER for step in self.steps)

    @property
    def refresh_seconds(self) -> int:
        """How soon the page looks again by itself; 0 for never."""
        if self.state in MOVING:
            return 2
        return 15 if self.state == State.WAITING else 0


def delivery_state(contract: Contract) -> DeliveryState:
    """The hand-off; before it begins, what it will be."""
    delivery = Delivery.objects.select_related("connection", "solved_by").filter(contract=contract).first()
    if delivery is None:
        target, connection = route_of(contract)
        delivery = Delivery(contract=contract, target=target, connection=connection, state=begins_as(contract))
    steps = delivery.steps.prefetch_related("tries").order_by("position") if delivery.pk else ()
    return DeliveryState(
        target=delivery.target,
        label=label_of(delivery),
        state=delivery.state,
        meaning=meaning(delivery),
        reason=delivery.reason,
        reference=delivery.reference,
        attempts=delivery.attempts,
        changed_at=delivery.changed_at,
        done_at=delivery.done_at,
        held=delivery.held,
        drift=tuple(delivery.drift),
        read_at=delivery.read_at,
        address=address_of(delivery),
        solved=solved(delivery),
        steps=tuple(step_row(step) for step in steps),
    )


def meaning(delivery: Delivery) -> str:
    if delivery.state == State.NEEDS_PERSON and delivery.reference:
        return str(BEGUN)
    return str(MEANINGS[State(delivery.state)])


def begins_as(contract: Contract) -> State:
    return State.QUEUED if contract.version.accepted_at else State.UNSIGNED


def label_of(delivery: Delivery) -> str:
    """The billing system, and which account of it."""
    label = str(TARGETS[delivery.target].label)
    return f"{label}, {Mode(delivery.connection.mode).label}" if delivery.connection else label


def step_row(step: DeliveryStep) -> StepRow:
    return StepRow(
        name=step.name,
        title=retold(step.title),
        about=step.name.partition(":")[2],
        call=step.call,
        key=step.key,
        state=step.state,
        label=StepState(step.state).label,
        tone=STEP_TONES[StepState(step.state)],
        attempts=step.attempts,
        error=step.error,
        answer=step.answer,
        done_at=step.done_at,
        due=step.due,
        follows=step.due is not None and step.state not in OVER and step.due > now().date(),
        tries=tuple(try_row(one) for one in sorted(step.tries.all(), key=lambda one: one.number)),
    )


def try_row(attempt: DeliveryAttempt) -> TryRow:
    outcome = Outcome(attempt.outcome)
    return TryRow(
        number=attempt.number,
        label=outcome.label,
        tone=TONES[outcome],
        request=pretty(attempt.request),
        answer=pretty(attempt.answer),
        error=attempt.error,
        at=attempt.started_at,
    )


def pretty(content: Any) -> str:
    """JSON to read, shortened in the middle where it is very long; "" for nothing."""
    if not content:
        return ""
    text = json.dumps(without_secrets(content), indent=2, ensure_ascii=False)
    return text if len(text) <= LONGEST else f"{text[: LONGEST // 2]}\n…\n{text[-LONGEST // 2 :]}"


def address_of(delivery: Delivery) -> str:
    """Where a person sees it in the billing system, once it is there."""
    target = TARGETS[delivery.target]
    if not delivery.reference or delivery.connection is None:
        return ""
    account = Account(delivery.connection.base_url, delivery.connection.mode, delivery.connection.options)
    return target.address(delivery.reference, account=account)


def solved(delivery: Delivery) -> str:
    if delivery.solved_by is None:
        return ""
    return _("{name}: {note}").format(name=delivery.solved_by.full_name, note=delivery.solved_note)
