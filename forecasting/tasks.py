"""What forecasting does when the outbox (see cpq.wiring) or the clock (see cpq.settings) calls."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from celery import shared_task
from django.utils.timezone import now

from forecasting.actions import portfolio


def forecast_chunk(*, payload: Mapping[str, Any], at: datetime, **_: object) -> None:
    """Forecast some customers of a portfolio; doing it twice changes nothing."""
    portfolio.do_chunk(payload["chunk"], at=at)


@shared_task(name="forecasting.tasks.forecast_all")
def forecast_all(**_: object) -> None:
    """Start the night's portfolio."""
    portfolio.start_nightly(at=now())
