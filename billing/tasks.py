"""What billing does when the outbox calls (see cpq.wiring)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from billing import actions
from billing.targets import DEFAULT


def deliver_contract(*, payload: Mapping[str, Any], at: datetime, **_: object) -> None:
    """Hand the contract over; raising has the outbox call again later."""
    actions.deliver(payload["contract"], target=payload.get("target", DEFAULT), at=at)
