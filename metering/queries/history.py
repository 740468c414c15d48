"""Reading usage: what each day held, what is missing, and where the figures come from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import FloatField, Max
from django.db.models.functions import Cast
from numpy.typing import NDArray

from customers.models import Customer
from metering.models import DailyUsage
from pricing import Series


class DailySeries(NamedTuple):
    """One value per day from `start` on; NaN where nothing was recorded (which is not zero).

    A fact about a week stands on the last day of its week, when it became known; the six days before are NaN.
    """

    start: date
    values: NDArray[np.float64]


@dataclass(frozen=True)
class History:
    """All daily usage of a customer up to its data date, and a sentence on where it comes from."""

    series: dict[Series, DailySeries]
    data_date: date | None
    source_note: str


def daily_history(customer: Customer, *, until: date | None = None) -> History:
    """The customer's usage per meter and dimensions, day by day, in one query."""
    return daily_histories([customer], until=until)[customer.pk]


def daily_histories(
    customers: Sequence[Customer], *, until: date | None = None, meters: Collection[str] | None = None
) -> dict[int, History]:
    """The same for many customers, by their ids, in one query; of these meters only, if any are named."""
    limits = {"day__lte": until, "series__meter__code__in": meters}
    rows = DailyUsage.objects.filter(
        series__customer__in=customers, **{name: value for name, value in limits.items() if value}
    )
    fields = ("series__customer_id", "series__meter__code", "series__dimensions")
    grouped = (
        rows.values_list(*fields)
        .annotate(days=ArrayAgg("day", order_by="day"), amounts=ArrayAgg(Cast("value", FloatField()), order_by="day"))
        .order_by(*fields)
    )
    found: dict[int, dict[Series, DailySeries]] = {customer.pk: {} for customer in customers}
    for pk, meter, dimensions, days, amounts in grouped:
        found[pk][Series(meter, tuple(sorted(dimensions.items())))] = spread(days, amounts)
    return {customer.pk: history_of(found[customer.pk], customer.note_on_data) for customer in customers}


def history_of(series: dict[Series, DailySeries], note: str) -> History:
    ends = [daily.start.toordinal() + len(daily.values) - 1 for daily in series.values()]
    return History(series, date.fromordinal(max(ends)) if ends else None, note)


def spread(days: Sequence[date], amounts: Sequence[float]) -> DailySeries:
    """Put amounts on their days, NaN between."""
    ordinals = np.array([day.toordinal() for day in days])
    values = np.full(ordinals[-1] - ordinals[0] + 1, np.nan)
    values[ordinals - ordinals[0]] = amounts
    return DailySeries(days[0], values)


def daily_totals(
    customer: Customer, *, first: date | None = None, last: date | None = None, meter: str = ""
) -> list[dict[str, Any]]:
    """Exact daily totals by series, amounts as text, for the API."""
    limits = {"day__gte": first, "day__lte": last, "series__meter__code": meter}
    rows = DailyUsage.objects.filter(
        series__customer=customer, **{name: value for name, value in limits.items() if value}
    )
    fields = ("series__meter__code", "series__dimensions", "day")
    found = rows.order_by(*fields).values_list(*fields, "value")
    return [
        {
            "meter": code,
            "dimensions": dict(dimensions),
            "days": [{"day": day.isoformat(), "value": f"{value.normalize():f}"} for _, _, day, value in group],
        }
        for (code, dimensions), group in groupby(found, key=lambda row: (row[0], tuple(sorted(row[1].items()))))
    ]


def data_dates(customers: Sequence[Customer]) -> dict[int, date]:
    """The last day with data, by customer id."""
    rows = DailyUsage.objects.filter(series__customer__in=customers)
    return dict(rows.values_list("series__customer_id").annotate(Max("day")))
