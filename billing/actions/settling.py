"""How a hand-off ends, waits or stops: compare-and-set, with what follows from it in the same transaction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from billing.actions.telling import ask_for_help
from billing.models import Delivery
from billing.queries import handoff
from billing.rules import State
from billing.targets.base import Drift, Held
from core import audit, outbox
from core.errors import Conflict
from core.models import User
from customers.models import Customer
from quotes.actions import contracts
from quotes.rules.transitions import Status


@transaction.atomic
def finish(delivery: Delivery, reference: str, held: Held, drift: Sequence[Drift], *, at: datetime) -> None:
    """Billing has it: the delivery, the quote's status and the audit entry change together, and the next may go."""
    found = {"reference": reference, "held": dict(held), "read_at": at, "done_at": at, "changed_at": at}
    if drift:
        settle(delivery, state=State.DRIFTED, drift=listed(drift), reason=sentence_of(drift), **found)
        record(None, "find_drift", delivery, at=at, reference=reference, reason=delivery.reason)
        ask_for_help(delivery, at=at)
        return
    settle(delivery, state=State.CREATED, drift=[], reason="", **found)
    was_there = delivery.contract.version.status == Status.CONTRACTED
    contracts.confirm(delivery.contract, reference=reference, at=at)
    record(None, "complete_delivery" if was_there else "deliver", delivery, at=at, reference=reference)
    let_next_go(delivery, at=at)


@transaction.atomic
def stop(delivery: Delivery, reason: str, *, reference: str = "", at: datetime) -> None:
    """Trying again does not help; a person must look."""
    settle(delivery, state=State.NEEDS_PERSON, reason=reason, reference=reference, changed_at=at)
    record(None, "stop_delivery", delivery, at=at, reason=reason)
    ask_for_help(delivery, at=at)


@transaction.atomic
def wait(delivery: Delivery, reason: str, *, at: datetime) -> None:
    """The outcome is not known, or billing asks for patience; the outbox asks again later."""
    settle(delivery, state=State.WAITING, reason=reason, changed_at=at)
    record(None, "postpone_delivery", delivery, at=at, reason=reason)


def settle(delivery: Delivery, **fields: Any) -> None:
    """Compare-and-set: only while nobody has taken this delivery over; the attempt number tells."""
    if ours(delivery).update(**fields) != 1:
        raise Conflict(_("{number} was taken over by another worker.").format(number=delivery.contract.number))
    delivery.refresh_from_db(fields=[*fields])


def ours(delivery: Delivery) -> QuerySet[Delivery]:
    return Delivery.objects.filter(pk=delivery.pk, state=State.SENDING, attempts=delivery.attempts)


def let_next_go(delivery: Delivery, *, at: datetime) -> None:
    """The customer's next contract that waits for this one is sent now."""
    Customer.objects.select_for_update(no_key=True).get(pk=delivery.contract.customer_id)
    following = handoff.next_after(delivery.contract)
    if following is not None:
        payload = {"contract": following.number}
        outbox.emit(
            "delivery.requested",
            key=f"{following.number}:after:{delivery.pk}:{delivery.retries}",
            payload=payload,
            at=at,
        )


def listed(drift: Sequence[Drift]) -> list[dict[str, str]]:
    return [{"path": one.path, "ours": one.ours, "theirs": one.theirs} for one in drift]


def sentence_of(drift: Sequence[Drift]) -> str:
    """The differences in words, the first three of them."""
    said = [f"{one.path} is {one.theirs}, not {one.ours}" for one in drift[:3]]
    more = f" and {len(drift) - 3} more" if len(drift) > 3 else ""
    return f"What billing holds differs from the contract: {'; '.join(said)}{more}."


def record(by: User | None, verb: str, delivery: Delivery, *, at: datetime, **data: Any) -> None:
    facts = {"target": delivery.target, "attempt": delivery.attempts, **data}
    audit.record(by, verb, f"contract:{delivery.contract.number}", at=at, data=facts)
