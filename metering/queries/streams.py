"""The one place where pages read daily totals: whole streams, in one query whatever their number."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min

from catalog.models import Meter
from metering.models import DailyUsage, Watermark
from metering.rules.parts import Stream

STOPPED = timedelta(days=30)  # behind the newest of a family: waited for no longer


class MeterSpan(NamedTuple):
    """A meter somebody used, and the first and last day of that use."""

    meter: Meter
    first: date
    last: date


def meters_used(customer_ids: Sequence[int]) -> list[MeterSpan]:
    """The meters these customers used, by name, in two queries."""
    spans = (
        DailyUsage.objects.filter(series__customer__in=customer_ids)
        .values_list("series__meter_id")
        .annotate(Min("day"), Max("day"))
        .order_by("series__meter__name")
    )
    found = list(spans)
    meters = Meter.objects.in_bulk([pk for pk, _, _ in found])
    return [MeterSpan(meters[pk], first, last) for pk, first, last in found]


def read_streams(customer_ids: Sequence[int], first: date, last: date) -> list[Stream]:
    """Everything these customers used from the first to the last day, exact; what two storages know is added up."""
    fields = ("series__customer_id", "series__meter__code", "series__dimensions")
    rows = (
        DailyUsage.objects.filter(series__customer__in=customer_ids, day__range=(first, last))
        .values_list(*fields)
        .annotate(days=ArrayAgg("day", order_by="day"), amounts=ArrayAgg("value", order_by="day"))
        .order_by(*fields)
    )
    return [
        Stream(customer, meter, dimensions, added_up(days, amounts))
        for customer, meter, dimensions, days, amounts in rows
    ]


def added_up(days: Sequence[date], amounts: Sequence[Decimal]) -> dict[date, Decimal]:
    if len(days) == len(set(days)):
        return dict(zip(days, amounts, strict=True))
    found: dict[date, Decimal] = {}
    for day, amount in zip(days, amounts, strict=True):
        found[day] = found.get(day, Decimal(0)) + amount
    return found


def complete_through(customer_ids: Sequence[int]) -> dict[int, date]:
    """Up to which day usage is whole, by meter: the earliest of these customers that still use it."""
    marks = Watermark.objects.filter(customer__in=customer_ids).values_list("meter_id", "data_date", "complete_through")
    newest: dict[int, date] = {}
    for meter, data_date, _ in marks:
        newest[meter] = max(data_date, newest.get(meter, data_date))
    alive = [(meter, whole) for meter, data_date, whole in marks if data_date > newest[meter] - STOPPED]
    return {meter: min(whole for other, whole in alive if other == meter) for meter in newest}
