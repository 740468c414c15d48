"""The calls of a hand-off: each step at most once, its tries written down before and after, and the read-back."""

from datetime import datetime
from typing import Any

from django.db.models import F

from billing.models import Delivery, DeliveryAttempt, DeliveryStep
from billing.rules import OVER, Outcome, StepState
from billing.targets.base import Account, Answer, Drift, Held, Later, Order, Rejected, Step, Target, with_answers
from core import chaos
from core.outbox import Again


def push(delivery: Delivery, target: Target, account: Account, *, at: datetime) -> str:
    """Do the steps that are not done, in order. Returns the target's number of the contract."""
    done: dict[str, Answer] = {}
    for row in delivery.steps.order_by("position"):
        if row.state in OVER:
            done[row.name] = row.answer
            continue
        if waits(row, at):
            continue
        step = Step(row.name, row.title, row.call, with_answers(row.body, done), row.due)
        done[row.name] = perform(row, step, target, account, at=at)
    return target.reference(done)


def waits(row: DeliveryStep, at: datetime) -> bool:
    """Whether its day is still to come."""
    return row.due is not None and row.due > at.date()


def perform(row: DeliveryStep, step: Step, target: Target, account: Account, *, at: datetime) -> Answer:
    # Written before the call: after a crash the outcome is unknown, and the key settles it.
    asked_before = row.state in (StepState.SENDING, StepState.UNKNOWN)
    chaos.point("before_mark_sending")
    mark(row, state=StepState.SENDING, attempts=F("attempts") + 1, started_at=at, error="")
    attempt = DeliveryAttempt.objects.create(step=row, number=row.tries.count() + 1, request=step.body, started_at=at)
    chaos.point("before_call")
    try:
        found = target.find(step, key=row.key, account=account) if asked_before else None
        answer = dict(found if found is not None else target.perform(step, key=row.key, account=account, at=at))
    except Exception as error:
        state, outcome = judged(error)
        end(attempt, outcome, error=described(error, account), at=at)
        mark(row, state=state, error=described(error, account))
        raise
    chaos.point("after_call")
    end(attempt, Outcome.DONE if found is None else Outcome.FOUND, answer=answer, at=at)
    mark(row, state=StepState.DONE, answer=answer, done_at=at)
    chaos.point("after_mark_done")
    return answer


def judged(error: Exception) -> tuple[StepState, Outcome]:
    """What is known of a step that raised: not every error is a no."""
    if isinstance(error, Rejected):
        return StepState.REFUSED, Outcome.REFUSED
    if isinstance(error, Later):
        return StepState.PENDING, Outcome.LATER
    return StepState.UNKNOWN, Outcome.UNKNOWN


def mark(row: DeliveryStep, **fields: Any) -> None:
    """Only a step that is not over changes: a sender that was taken over may come back late."""
    DeliveryStep.objects.filter(pk=row.pk).exclude(state__in=OVER).update(**fields)


def end(attempt: DeliveryAttempt, outcome: Outcome, *, at: datetime, **fields: Any) -> None:
    DeliveryAttempt.objects.filter(pk=attempt.pk).update(outcome=outcome, ended_at=at, **fields)


def read_back(target: Target, order: Order, reference: str, account: Account) -> tuple[Held, tuple[Drift, ...]]:
    """What the target holds now, and where that is not the contract."""
    held = target.read_back(reference, account=account)
    if held is None:
        raise Rejected(f"{target.label} answered {reference} but has no such contract when asked.")
    return held, target.compare(order, held)


def described(error: Exception, account: Account | None = None) -> str:
    """In words, without what opens the account: a vendor may repeat what it was called with."""
    said = str(error)
    if not isinstance(error, (Rejected, Again)):
        said = ": ".join(part for part in (type(error).__name__, said) if part)
    for secret in account.secrets if account is not None else ():
        said = said.replace(secret, "…")
    return said
