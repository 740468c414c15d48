"""A customer's usage as its page shows it: per meter, per series, by day and by month."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import NamedTuple

from catalog.models import Meter
from catalog.rules.words import series_label
from customers.models import Customer
from metering.models import DailyUsage
from metering.rules.months import WEEK, cadence, covered_from, every_month, monthly, unfinished


class SeriesUsage(NamedTuple):
    """One stream of usage, ready to be drawn: one value per day from `start`, None where there is none.

    The label is empty where the meter has this one stream only.
    """

    label: str
    start: date
    values: list[float | None]
    months: dict[str, Decimal]


class MonthRow(NamedTuple):
    """A month of the table; cells are None where nothing is known."""

    month: str
    note: str
    cells: list[Decimal | None]


@dataclass(frozen=True)
class MeterUsage:
    """All series of one meter, in the unit people speak of."""

    name: str
    unit: str
    weekly: bool
    first: date
    last: date
    series: list[SeriesUsage]
    months: list[MonthRow]


def usage_by_meter(customer: Customer) -> list[MeterUsage]:
    """Everything this customer used, in one query."""
    rows = (
        DailyUsage.objects.filter(series__customer=customer)
        .select_related("series__meter")
        .order_by("series__meter__name", "series__meter_id", "series__dimensions", "day")
    )
    return [meter_usage(meter, list(group)) for meter, group in groupby(rows, key=lambda row: row.series.meter)]


def meter_usage(meter: Meter, rows: list[DailyUsage]) -> MeterUsage:
    by_series = defaultdict[str, dict[date, Decimal]](dict)
    for row in rows:
        label = series_label(row.series.dimensions, meter.dimensions, meter.defaults)
        by_series[label][row.day] = row.value / meter.display_scale
    series = [series_usage(label, days, meter.aggregation) for label, days in sorted(by_series.items())]
    first = min(covered_from(days) for days in by_series.values())
    last = max(max(days) for days in by_series.values())
    return MeterUsage(
        name=meter.name,
        unit=meter.display_unit or f"{meter.unit}s",
        weekly=any(cadence(list(days)) == WEEK for days in by_series.values()),
        first=first,
        last=last,
        series=series,
        months=[
            MonthRow(month, unfinished(month, first, last), [one.months.get(month) for one in series])
            for month in reversed(every_month(first, last))
        ],
    )


def series_usage(label: str, days: dict[date, Decimal], aggregation: str) -> SeriesUsage:
    start, end = min(days), max(days)
    values = [days.get(start + timedelta(days=n)) for n in range((end - start).days + 1)]
    # A week's total stands on its last day; it is drawn where the week begins.
    shown_from = covered_from(days)
    floats = [None if value is None else float(value) for value in values]
    return SeriesUsage(label, shown_from, floats, monthly(days, aggregation))
