"""How far usage is known, and its hours."""

from datetime import date
from typing import Any

from catalog.models import Meter
from customers.models import Customer
from metering.models import Watermark
from metering.storage.hours import hourly_totals


def watermarks(customer: Customer) -> list[dict[str, Any]]:
    """For each meter the customer used: its newest day, how far days are whole, and what came late, for the API."""
    fields = ("data_date", "complete_through", "late_events", "revised_from", "revised_at")
    marks = Watermark.objects.filter(customer=customer).order_by("meter__code")
    return [
        {"meter": code, **dict(zip(fields, rest, strict=True))}
        for code, *rest in marks.values_list("meter__code", *fields)
    ]


def hours_of(customer: Customer, meter: Meter, *, first: date, last: date) -> list[dict[str, Any]]:
    """Exact totals by the hour, amounts as text, for the API."""
    found = hourly_totals(
        customer_id=customer.pk, meter_id=meter.pk, aggregation=meter.aggregation, first=first, last=last
    )
    return [
        {"dimensions": one.dimensions, "hour": one.hour, "value": f"{one.value.normalize():f}", "events": one.events}
        for one in found
    ]
