"""What billing does when the outbox calls (see cpq.wiring)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing.actions import delivering


def deliver_contract(*, payload: Mapping[str, Any], at: datetime, **_: object) -> None:
    """Hand the contract over; raising has the outbox call again later."""
    delivering.deliver(payload["contract"], at=at)
