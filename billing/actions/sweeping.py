"""What is looked at every night: whether billing still holds what was agreed, and whether anything was left lying."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from billing.actions.helping import check, go_on
from billing.models import Delivery
from billing.queries.handoff import due_steps, not_taken_over, whole_contract
from billing.rules import HELD, State
from core import outbox
from core.outbox import LONGEST_WAIT
from quotes.models import Contract
from quotes.rules.transitions import Status

log = logging.getLogger(__name__)
EVERY = timedelta(hours=20)
MOST = 2000


def look_for_drift(*, at: datetime) -> int:
    """Read back every contract that billing holds and that was not looked at today. Returns how many differ."""
    due = Delivery.objects.filter(not_taken_over(), state__in=sorted(HELD), read_at__lt=at - EVERY)
    return sum(differs(delivery, at=at) for delivery in due.select_related("contract").order_by("read_at")[:MOST])


def differs(delivery: Delivery, *, at: datetime) -> bool:
    """Whether it is now known to differ; a target that cannot be read tonight is read tomorrow."""
    try:
        return check(whole_contract(delivery.contract.number), by=None, at=at).state == State.DRIFTED
    except Exception:
        log.warning("Could not read back %s.", delivery.contract.number, exc_info=True)
        return False


def go_on_with_what_is_due(*, at: datetime) -> int:
    """Steps that had to wait for a day, of contracts that billing holds. Returns of how many."""
    held = Contract.objects.filter(delivery__state=State.CREATED, delivery__steps__in=due_steps(at)).distinct()
    return sum(go_on(contract, at=at) for contract in held.order_by("pk"))


def wake(*, at: datetime) -> int:
    """Promise again what waits longer than any promise does: the message that carried it has given up."""
    asleep = at - LONGEST_WAIT
    accepted = Contract.objects.filter(version__status__in=[Status.ACCEPTED, Status.CONTRACTED])
    never_begun = accepted.filter(delivery=None, version__accepted_at__lt=asleep)
    moving = [State.QUEUED, State.WAITING, State.SENDING]
    left_lying = accepted.filter(delivery__state__in=moving, delivery__changed_at__lt=asleep)
    return sum(promise(contract, at=at) for contract in (never_begun | left_lying).order_by("pk"))


@transaction.atomic
def promise(contract: Contract, *, at: datetime) -> bool:
    """Once a day at most."""
    key, payload = f"{contract.number}:woken:{at.date()}", {"contract": contract.number}
    if outbox.promised("delivery.requested", key=key):
        return False
    outbox.emit("delivery.requested", key=key, payload=payload, at=at)
    return True
