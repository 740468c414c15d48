"""What a person does about a hand-off: send it again, read back what billing holds, or say that it is solved."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from billing.actions.pushing import read_back
from billing.actions.settling import let_next_go, listed, record, sentence_of
from billing.actions.telling import ask_for_help
from billing.models import Delivery
from billing.queries import handoff
from billing.rules import (
    FINANCE_ONLY,
    HELD,
    MOST_ATTEMPTS,
    OVER,
    State,
    StepState,
    why_not_check,
    why_not_retry,
    why_not_solve,
)
from billing.targets import TARGETS
from billing.targets.base import Drift, Held
from core import outbox
from core.access import forbid_unless
from core.errors import Invalid, Refused, refuse
from core.models import User
from core.roles import Permission
from quotes.actions import contracts
from quotes.models import Contract


@transaction.atomic
def retry(contract: Contract, *, by: User, at: datetime) -> Delivery:
    """Send again what waits or needs a person. Steps that are done stay done, and keys stay the same."""
    forbid_unless(by, Permission.RETRY_DELIVERIES, FINANCE_ONLY)
    delivery = locked(contract)
    refuse(why_not_retry(delivery.state))
    queue_again(delivery, at=at)
    record(by, "retry_delivery", delivery, at=at)
    return delivery


@transaction.atomic
def go_on(contract: Contract, *, at: datetime) -> bool:
    """The day has come of a step that could not be done before. Returns whether there was one."""
    delivery = locked(contract)
    if delivery.state != State.CREATED or not handoff.due_steps(at).filter(delivery=delivery).exists():
        return False
    queue_again(delivery, at=at)
    record(None, "continue_delivery", delivery, at=at)
    return True


def queue_again(delivery: Delivery, *, at: datetime) -> None:
    """In line once more, with all tries anew."""
    delivery.state, delivery.reason, delivery.changed_at, delivery.done_at = State.QUEUED, "", at, None
    delivery.retries += 1
    delivery.attempts_allowed = delivery.attempts + MOST_ATTEMPTS
    delivery.save(update_fields=["state", "reason", "changed_at", "done_at", "retries", "attempts_allowed"])
    number = delivery.contract.number
    outbox.emit("delivery.requested", key=f"{number}:{delivery.retries}", payload={"contract": number}, at=at)


@transaction.atomic
def solve(contract: Contract, *, note: str, reference: str = "", by: User, at: datetime) -> Delivery:
    """A person has settled it in billing by hand and says how: it counts as created, and the next contract may go."""
    forbid_unless(by, Permission.RETRY_DELIVERIES, FINANCE_ONLY)
    delivery = locked(contract)
    refuse(why_not_solve(delivery.state))
    known, reference = delivery.reference, reference.strip() or delivery.reference
    errors = {}
    if not note.strip():
        errors["note"] = _("Please say in a few words what was done in billing.")
    if not reference:
        errors["reference"] = _("Please give the number under which billing holds the contract.")
    if errors:
        raise Invalid(errors)
    delivery.state, delivery.reason, delivery.reference, delivery.changed_at = State.CREATED, "", reference, at
    delivery.done_at = delivery.done_at or at
    delivery.solved_by, delivery.solved_note = by, note.strip()
    delivery.save(update_fields=["state", "reason", "reference", "changed_at", "done_at", "solved_by", "solved_note"])
    settle_steps(delivery, known=known, at=at)
    record(by, "solve_delivery", delivery, at=at, reference=reference, reason=note.strip())
    contracts.confirm(contract, reference=reference, at=at)
    let_next_go(delivery, at=at)
    return delivery


def settle_steps(delivery: Delivery, *, known: str, at: datetime) -> None:
    """What is left is done by hand. What only comes later still follows by itself, if billing has what it builds on."""
    left = delivery.steps.exclude(state__in=OVER)
    if known:
        left = left.exclude(due__gt=at.date())
    left.update(state=StepState.SETTLED, answer={"id": delivery.reference})


def check(contract: Contract, *, by: User | None, at: datetime) -> Delivery:
    """Read back what billing holds now and compare it; also what the nightly sweep does (then `by` is None)."""
    if by is not None:
        forbid_unless(by, Permission.RETRY_DELIVERIES, FINANCE_ONLY)
    delivery = Delivery.objects.select_related("connection").filter(contract=contract).first()
    if delivery is None:
        raise Refused(why_not_check(State.QUEUED))
    refuse(why_not_check(delivery.state))
    target = TARGETS[delivery.target]
    order = handoff.order_of(contract)
    found, drift = read_back(target, order, delivery.reference, handoff.account_of(delivery.connection, target))
    with transaction.atomic():
        return settle_check(locked(contract), found, drift, by=by, at=at)


def settle_check(delivery: Delivery, found: Held, drift: Sequence[Drift], *, by: User | None, at: datetime) -> Delivery:
    """What was read back, kept. A difference that a person has marked solved is no news while it stays the same."""
    was, known = delivery.state, delivery.drift
    if was not in HELD:
        return delivery
    delivery.held, delivery.drift, delivery.read_at = dict(found), listed(drift), at
    differs = bool(drift) and (was == State.DRIFTED or delivery.drift != known)
    delivery.state = State.DRIFTED if differs else State.CREATED
    delivery.reason = sentence_of(drift) if differs else ""
    if delivery.state != was:
        delivery.changed_at = at
        record(by, "find_drift" if differs else "find_no_drift", delivery, at=at, reason=delivery.reason)
    delivery.save(update_fields=["held", "drift", "read_at", "state", "reason", "changed_at"])
    if differs and was != State.DRIFTED:
        ask_for_help(delivery, at=at)
    if not differs and was == State.DRIFTED:
        contracts.confirm(delivery.contract, reference=delivery.reference, at=at)
        let_next_go(delivery, at=at)
    return delivery


def locked(contract: Contract) -> Delivery:
    delivery = Delivery.objects.select_for_update().filter(contract=contract).first()
    if delivery is None:
        raise Refused(why_not_retry(State.QUEUED))
    delivery.contract = contract
    return delivery
