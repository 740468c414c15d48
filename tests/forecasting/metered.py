"""A customer with metered history, recorded the way it is recorded in real life."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

from catalog.models import Meter
from core.models import User
from customers.models import Customer
from metering.actions.ingest import record_batch

AT = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
END = date(2026, 11, 22)
RANDOM = np.random.default_rng(8)
USUAL = np.exp(0.1 * RANDOM.standard_normal(60))


def make_customer(slug: str = "acme", **fields: object) -> Customer:
    named = {"name": slug.title(), "legal_name": f"{slug.title()} Ltd", "segment": "startup", "country": "US"}
    return Customer.objects.create(slug=slug, **{**named, **fields})


def make_meter(code: str = "tokens", **fields: object) -> Meter:
    given = {"name": code.title(), "unit": code, "dimensions": {"direction": ["input", "output"]}}
    return Meter.objects.create(code=code, **{**given, **fields})


def record_days(
    customer: Customer, meter: Meter, values: Sequence[float], *, by: User, end: date = END, every: int = 1, **dims: str
) -> None:
    """One event on each of the last days (or every 7th day), the last one on `end`."""
    days = [end - timedelta(days=every * back) for back in range(len(values))][::-1]
    events = [
        {
            "specversion": "1.0",
            "id": f"{meter.code}-{'-'.join(dims.values())}-{day}",
            "source": f"test/{customer.slug}",
            "type": meter.code,
            "subject": customer.slug,
            "time": f"{day}T12:00:00Z",
            "data": {"value": f"{value:.3f}", **dims},
        }
        for day, value in zip(days, values, strict=True)
    ]
    answers = record_batch(events, by=by, at=AT)
    assert {answer.status for answer in answers} == {"accepted"}, answers[0]
