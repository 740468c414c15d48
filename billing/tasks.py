"""What billing does when the outbox calls (see cpq.wiring), and by itself at night."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery import shared_task
from django.utils.timezone import now

from billing.actions import delivering, sweeping


def deliver_contract(*, payload: Mapping[str, Any], at: datetime, **_: object) -> None:
    """Hand the contract over; raising has the outbox call again later."""
    delivering.deliver(payload["contract"], at=at)


@shared_task(name="billing.tasks.look_for_drift", time_limit=3 * 3600)
def look_for_drift(**_: object) -> None:
    sweeping.look_for_drift(at=now())


@shared_task(name="billing.tasks.wake")
def wake(**_: object) -> None:
    sweeping.go_on_with_what_is_due(at=now())
    sweeping.wake(at=now())
