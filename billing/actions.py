"""The hand-off: persisted steps, each at most once, resumed after any crash, safe to repeat from anywhere."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from billing.models import Delivery, DeliveryStep
from billing.rules import FINANCE_ONLY, LEASE, MOST_ATTEMPTS, State, StepState, step_key, why_not_retry
from billing.targets import DEFAULT, TARGETS
from billing.targets.base import Answer, Order, Rejected, Target
from core import audit, outbox
from core.access import forbid_unless
from core.errors import Conflict, Refused, refuse
from core.models import User
from core.roles import Permission
from quotes.actions import contracts
from quotes.models import Contract


def deliver(number: str, *, target: str = DEFAULT, at: datetime) -> Delivery:
    """Hand the contract to the target. Raises when it should be tried again, returns when it is settled."""
    contract = Contract.objects.select_related("customer", "version__quote").get(number=number)
    delivery = prepare(contract, target=target, at=at)
    if delivery.state in (State.CREATED, State.NEEDS_PERSON):
        return delivery
    claim(delivery, at=at)
    try:
        reference = push(delivery, TARGETS[target], order_of(contract), at=at)
        finish(delivery, reference, at=at)
    except Rejected as error:
        stop(delivery, str(error), at=at)
    except Exception as error:
        if delivery.attempts < delivery.attempts_allowed:
            wait(delivery, described(error), at=at)
            raise
        stop(delivery, f"Billing did not answer {delivery.attempts} times. Last: {described(error)}", at=at)
    return delivery


@transaction.atomic
def prepare(contract: Contract, *, target: str, at: datetime) -> Delivery:
    """The delivery with all its steps, written once; whoever comes second finds it."""
    delivery, is_new = Delivery.objects.get_or_create(
        contract=contract, target=target, defaults={"created_at": at, "changed_at": at}
    )
    delivery.contract = contract
    if is_new:
        DeliveryStep.objects.bulk_create(
            DeliveryStep(delivery=delivery, position=position, name=name, key=step_key(contract.sha256, target, name))
            for position, name in enumerate(TARGETS[target].steps, start=1)
        )
    return delivery


def claim(delivery: Delivery, *, at: datetime) -> None:
    """Compare-and-set: one sender at a time. A sender silent beyond the lease is dead and is taken over."""
    free = Q(state__in=[State.QUEUED, State.WAITING]) | Q(state=State.SENDING, claimed_at__lt=at - LEASE)
    rows = Delivery.objects.filter(free, pk=delivery.pk)
    if rows.update(state=State.SENDING, claimed_at=at, changed_at=at, attempts=F("attempts") + 1) != 1:
        raise Conflict(
            _("{number} is being sent to billing by another worker.").format(number=delivery.contract.number)
        )
    delivery.refresh_from_db(fields=["state", "claimed_at", "changed_at", "attempts", "attempts_allowed"])


def push(delivery: Delivery, target: Target, order: Order, *, at: datetime) -> str:
    """Do the steps that are not done, in order. Returns the target's number of the contract."""
    done: dict[str, Answer] = {}
    for step in delivery.steps.order_by("position"):
        done[step.name] = step.answer if step.state == StepState.DONE else perform(step, target, order, done, at=at)
    return target.reference(done)


def perform(
    step: DeliveryStep, target: Target, order: Order, done: Mapping[str, Answer], *, at: datetime
) -> Mapping[str, Any]:
    # Written before the call: after a crash the outcome is unknown, and the key settles it.
    mark(step, state=StepState.SENDING, attempts=F("attempts") + 1, started_at=at, error="")
    try:
        answer = dict(target.perform(step.name, order, key=step.key, done=done, at=at))
    except Rejected as error:
        mark(step, state=StepState.REFUSED, error=str(error))
        raise
    except Exception as error:
        mark(step, state=StepState.UNKNOWN, error=described(error))
        raise
    mark(step, state=StepState.DONE, answer=answer, done_at=at)
    return answer


def mark(step: DeliveryStep, **fields: Any) -> None:
    """Only a step that is not done changes: a sender that was taken over may come back late."""
    DeliveryStep.objects.filter(pk=step.pk).exclude(state=StepState.DONE).update(**fields)


@transaction.atomic
def finish(delivery: Delivery, reference: str, *, at: datetime) -> None:
    """Billing has it: the delivery, the quote's status and the audit entry change together."""
    settle(delivery, state=State.CREATED, reference=reference, reason="", done_at=at, changed_at=at)
    contracts.confirm(delivery.contract, reference=reference, at=at)
    record(None, "deliver", delivery, at=at, reference=reference)


@transaction.atomic
def stop(delivery: Delivery, reason: str, *, at: datetime) -> None:
    """Trying again does not help; a person must look."""
    settle(delivery, state=State.NEEDS_PERSON, reason=reason, changed_at=at)
    record(None, "stop_delivery", delivery, at=at, reason=reason)


@transaction.atomic
def wait(delivery: Delivery, reason: str, *, at: datetime) -> None:
    """The outcome is not known; the outbox asks again later."""
    settle(delivery, state=State.WAITING, reason=reason, changed_at=at)
    record(None, "postpone_delivery", delivery, at=at, reason=reason)


def settle(delivery: Delivery, **fields: Any) -> None:
    """Compare-and-set: only while nobody has taken this delivery over; the attempt number tells."""
    if ours(delivery).update(**fields) != 1:
        raise Conflict(_("{number} was taken over by another worker.").format(number=delivery.contract.number))
    delivery.refresh_from_db(fields=[*fields])


def ours(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)


@transaction.atomic
def retry(contract: Contract, *, target: str = DEFAULT, by: User, at: datetime) -> Delivery:
    """Send again what waits or needs a person. Steps that are done stay done, and keys stay the same."""
    forbid_unless(by, Permission.RETRY_DELIVERIES, FINANCE_ONLY)
    delivery = Delivery.objects.select_for_update().filter(contract=contract, target=target).first()
    if delivery is None:
        raise Refused(why_not_retry(State.QUEUED))
    refuse(why_not_retry(delivery.state))
    delivery.contract = contract
    delivery.state, delivery.reason, delivery.changed_at = State.QUEUED, "", at
    delivery.retries += 1
    delivery.attempts_allowed = delivery.attempts + MOST_ATTEMPTS
    delivery.save(update_fields=["state", "reason", "changed_at", "retries", "attempts_allowed"])
    record(by, "retry_delivery", delivery, at=at)
    payload = {"contract": contract.number, "target": target}
    outbox.emit("delivery.requested", key=f"{contract.number}:{target}:{delivery.retries}", payload=payload, at=at)
    return delivery


def order_of(contract: Contract) -> Order:
    version = contract.version
    return Order(
        number=contract.number,
        customer=contract.customer.slug,
        customer_name=contract.customer.legal_name,
        quote=version.quote.number,
        version=version.number,
        start=version.start,
        currency=version.currency,
        terms=contract.terms,
        terms_sha256=contract.terms_sha256,
        sha256=contract.sha256,
    )


def record(by: User | None, verb: str, delivery: Delivery, *, at: datetime, **data: Any) -> None:
    facts = {"target": delivery.target, "attempt": delivery.attempts, **data}
    audit.record(by, verb, f"contract:{delivery.contract.number}", at=at, data=facts)


def described(error: Exception) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__
