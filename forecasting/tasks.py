"""What forecasting does when the outbox calls (see cpq.wiring)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forecasting.actions import portfolio


def forecast_chunk(*, payload: Mapping[str, Any], at: datetime, **_: object) -> None:
    """Forecast some customers of a portfolio; doing it twice changes nothing."""
    portfolio.do_chunk(payload["chunk"], at=at)
