"""The one place where pages read daily totals: whole streams, in one query whatever their number."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Max, Min

from catalog.models import Meter
from metering.models import DailyUsage, Watermark
from metering.queries.history import HIGHEST
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
    """Everything these customers used from the first to the last day, exact."""
    fields = ("series__customer_id", "series__meter__code", "series__dimensions", "series__meter__aggregation")
    rows = (
        DailyUsage.objects.filter(series__customer__in=customer_ids, day__range=(first, last))
        .values_list(*fields)
        .annotate(days=ArrayAgg("day", order_by="day"), amounts=ArrayAgg("value", order_by="day"))
        .order_by(*fields)
    )
    return [
        Stream(customer, meter, dimensions, by_day(days, amounts, max if how in HIGHEST else sum))
        for customer, meter, dimensions, how, days, amounts in rows
    ]


def by_day(
    days: Sequence[date], amounts: Sequence[Decimal], together: Callable[[Iterable[Decimal]], Any]
) -> dict[date, Decimal]:
    """The amounts by day; what two storages know of one day comes together."""
    if len(days) == len(set(days)):
        return dict(zip(days, amounts, strict=True))
    pairs = groupby(zip(days, amounts, strict=True), key=itemgetter(0))
    return {day: Decimal(together(amount for _, amount in some)) for day, some in pairs}


def complete_through(customer_ids: Sequence[int]) -> dict[int, date]:
    """Up to which day usage is whole, by meter: the earliest of these customers that still use it."""
    marks = Watermark.objects.filter(customer__in=customer_ids).values_list("meter_id", "data_date", "complete_through")
    newest: dict[int, date] = {}
    for meter, data_date, _ in marks:
        newest[meter] = max(data_date, newest.get(meter, data_date))
    alive = [(meter, whole) for meter, data_date, whole in marks if data_date > newest[meter] - STOPPED]
    return {meter: min(whole for other, whole in alive if other == meter) for meter in newest}
