"""The hand-off: persisted steps, each at most once, resumed after any crash, safe to repeat from anywhere."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext as _

from billing.actions.hastening import hasten
from billing.actions.pushing import described, push, read_back, waits
from billing.actions.settling import finish, record, stop, wait
from billing.actions.telling import ask_for_help
from billing.models import Delivery, DeliveryStep
from billing.queries import handoff
from billing.rules import ASKING, HELD, LEASE, OVER, State, step_key
from billing.targets import TARGETS
from billing.targets.base import Account, Later, Order, Rejected, Step, Target, Unclear
from core import chaos
from core.errors import Conflict
from customers.models import Customer
from quotes.models import Contract


def deliver(number: str, *, at: datetime) -> Delivery:
    """Hand the contract to billing. Raises when it should be tried again, returns when it is settled or in line."""
    contract = handoff.whole_contract(number)
    delivery, order = prepare(contract, at=at)
    if order is None:
        return delivery
    claim(delivery, at=at)
    chaos.point("after_claim")
    account = handoff.account_of(delivery.connection, TARGETS[delivery.target])
    try:
        send(delivery, order, account, at=at)
    except Rejected as error:
        stop(delivery, described(error, account), reference=so_far(delivery, order, at=at), at=at)
    except Exception as error:
        if delivery.attempts < delivery.attempts_allowed:
            wait(delivery, described(error, account), at=at)
            if any(secret in str(error) for secret in account.secrets):
                raise Unclear(described(error, account), seconds=getattr(error, "seconds", None)) from None
            raise
        stop(delivery, silence(delivery, error, account), at=at)
    return delivery


@transaction.atomic
def prepare(contract: Contract, *, at: datetime) -> tuple[Delivery, Order | None]:
    """The delivery with all its steps, written once; whoever comes second finds it. No order while nothing is to be
    sent: it is settled, or an earlier contract of the customer must be there first."""
    # Whoever finishes a contract of this customer takes the same lock, so none is left waiting unseen.
    Customer.objects.select_for_update(no_key=True).get(pk=contract.customer_id)
    delivery = Delivery.objects.select_related("connection").filter(contract=contract).first()
    if delivery is None:
        target, connection = handoff.route_of(contract)
        delivery = Delivery.objects.create(
            contract=contract, target=target, connection=connection, created_at=at, changed_at=at
        )
    delivery.contract = contract
    if delivery.state in HELD | ASKING:
        return delivery, None
    ahead = handoff.ahead_of(contract)
    if delivery.state == State.QUEUED:
        delivery.reason = _("Waits for {number} of the same customer.").format(number=ahead.number) if ahead else ""
        delivery.save(update_fields=["reason"])
    if ahead is not None:
        return delivery, None
    order = handoff.order_of(contract)
    if not delivery.steps.exists():
        try:
            steps = TARGETS[delivery.target].steps(order)
        except Exception as error:
            say_no(delivery, error, at=at)
            return delivery, None
        write_steps(delivery, steps)
    return delivery, order


def say_no(delivery: Delivery, error: Exception, *, at: datetime) -> None:
    """What cannot be translated does not become better by trying again."""
    delivery.state, delivery.reason, delivery.changed_at = State.NEEDS_PERSON, described(error), at
    delivery.save(update_fields=["state", "reason", "changed_at"])
    record(None, "stop_delivery", delivery, at=at, reason=delivery.reason)
    ask_for_help(delivery, at=at)


def write_steps(delivery: Delivery, steps: Sequence[Step]) -> None:
    """Every call, before the first one is sent: from here on the same for ever."""
    DeliveryStep.objects.bulk_create(
        DeliveryStep(
            delivery=delivery,
            position=position,
            name=step.name,
            title=step.title,
            call=step.call,
            body=dict(step.body),
            due=step.due,
            key=step_key(delivery.contract.sha256, delivery.target, step.name),
        )
        for position, step in enumerate(steps, start=1)
    )


def claim(delivery: Delivery, *, at: datetime) -> None:
    """Compare-and-set: one sender at a time. A sender silent beyond the lease is dead and is taken over."""
    free = Q(state__in=[State.QUEUED, State.WAITING]) | Q(
        state=State.SENDING, claimed_at__lt=at - LEASE * settings.OUTBOX_PACE
    )
    rows = Delivery.objects.filter(free, pk=delivery.pk)
    if rows.update(state=State.SENDING, claimed_at=at, changed_at=at, reason="", attempts=F("attempts") + 1) != 1:
        raise Conflict(
            _("{number} is being sent to billing by another worker.").format(number=delivery.contract.number)
        )
    delivery.refresh_from_db(fields=["state", "claimed_at", "changed_at", "reason", "attempts", "attempts_allowed"])


def send(delivery: Delivery, order: Order, account: Account, *, at: datetime) -> None:
    """Do what is left to do, read back what billing holds, and settle."""
    target: Target = TARGETS[delivery.target]
    reference = push(delivery, target, account, at=at)
    held, drift = read_back(target, order, reference, account)
    chaos.point("before_finish")
    finish(delivery, reference, held, drift, at=at)
    chaos.point("after_finish")
    hasten(delivery, at=at)


def so_far(delivery: Delivery, order: Order, *, at: datetime) -> str:
    """Under which number billing holds the contract already, though a later step was refused.

    Where all steps are done it is the number itself that billing does not know: then the one it was known under before.
    """
    steps = [row for row in delivery.steps.order_by("position") if not waits(row, at)]
    done = {row.name: row.answer for row in steps if row.state in OVER}
    return TARGETS[delivery.target].number_so_far(order, done) if len(done) < len(steps) else delivery.reference


def silence(delivery: Delivery, error: Exception, account: Account) -> str:
    words = (
        _("Billing asked for patience {n} times. Last: {error}")
        if isinstance(error, Later)
        else _("Billing did not answer {n} times. Last: {error}")
    )
    return words.format(n=delivery.attempts, error=described(error, account))
