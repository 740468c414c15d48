"""Billing answers again: what it left without an answer is tried now, and not only when its own time comes."""

from datetime import datetime, timedelta

from django.db.models import F

from billing.models import Delivery
from billing.rules import MOST_ATTEMPTS, State, StepState
from core import outbox

AT_ONCE = 5
"""So few for each that was taken: whoever comes back is not run over."""
PAUSE = timedelta(minutes=1)
KEPT = MOST_ATTEMPTS // 2
"""Tries that are never spent like this, so that an account which fails now and then has its three days."""
TOPICS = ("contract.created", "delivery.requested")


def hasten(taken: Delivery, *, at: datetime) -> int:
    """Have a few others of the same account sent now, those that wait longest; who has just been tried, after a pause.
    Returns how many."""
    waiting = Delivery.objects.filter(
        state=State.WAITING,
        target=taken.target,
        connection=taken.connection_id,
        steps__state=StepState.UNKNOWN,  # who asked for patience gets it
        attempts__lt=F("attempts_allowed") - KEPT + 1,
    )
    longest = waiting.order_by("changed_at", "pk").values_list("contract__number", "changed_at").distinct()[:AT_ONCE]
    return sum(
        outbox.hasten(TOPICS, payload={"contract": number}, at=max(at, tried + PAUSE)) for number, tried in longest
    )
