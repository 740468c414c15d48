"""Reading usage: what each day held, what is missing, and where the figures come from."""

import json
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Any, NamedTuple

import numpy as np
from django.db import connection, transaction
from django.db.models import Case, Max, OuterRef, Q, Subquery, Sum, When
from numpy.typing import NDArray

from customers.models import Customer
from metering.models import DailyUsage
from metering.models import Series as SeriesRow
from pricing import Series

MANY = 50
EPOCH = date(2000, 1, 1)
# Where two storages know of one day of such a meter, the higher value stands; elsewhere they add up.
HIGHEST = ("max", "latest")
# PostgreSQL's own binary form: days since 2000, and the value. One message for each series instead of one a day.
DAY_AND_VALUE = np.dtype([("day", ">i4"), ("value", ">f8")])
DAY = DAY_AND_VALUE["day"].itemsize
# Each value after the first has its day before it, as what separates the two: that is a quarter faster than to join
# each day with its value first. The first day is what the others lack of the sum of all.
PACK = """
string_agg(float8send(value::float8), date_send(day)) AS packed, sum(day - DATE '2000-01-01') AS days
"""
PACKED = """
WITH wanted AS (
    SELECT series.id, series.customer_id, meter.code, meter.aggregation, series.dimensions
      FROM metering_series series JOIN catalog_meter meter ON meter.id = series.meter_id
     WHERE series.customer_id = ANY(%s) AND (%s::text[] IS NULL OR meter.code = ANY(%s::text[]))
)
SELECT wanted.customer_id, wanted.code, wanted.aggregation, wanted.dimensions::text, daily.packed, daily.days
  FROM (SELECT series_id, {pack}
          FROM metering_dailyusage
         WHERE {series} AND (%s::date IS NULL OR day <= %s::date)
         GROUP BY series_id) daily
  JOIN wanted ON wanted.id = daily.series_id
 ORDER BY wanted.customer_id, wanted.code, wanted.dimensions
"""
FEW = PACKED.format(pack=PACK, series="series_id IN (SELECT id FROM wanted)")
# For most customers it is faster to add up all days and leave some out afterwards than to ask each day whose it is.
MOST = PACKED.format(pack=PACK, series="true")


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
    codes = list(meters) if meters is not None else None
    limits = [[customer.pk for customer in customers], codes, codes, until, until]
    found: dict[int, dict[Series, DailySeries]] = {customer.pk: {} for customer in customers}
    many = len(customers) >= MANY
    most = many and 2 * len(customers) >= Customer.objects.count()
    with room_for_many() if many else connection.cursor() as cursor:
        cursor.execute(MOST if most else FEW, limits)
        for pk, meter, aggregation, dimensions, *packed in cursor.fetchall():
            series = Series(meter, tuple(sorted(json.loads(dimensions).items())))
            found[pk][series] = spread(unpacked(*packed), aggregation)
    return {customer.pk: history_of(found[customer.pk], customer.note_on_data) for customer in customers}


@contextmanager
def room_for_many() -> Iterator[Any]:
    """A cursor that adds up in memory what would be put on disk."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '256MB'")
        yield cursor


def history_of(series: dict[Series, DailySeries], note: str) -> History:
    ends = [daily.start.toordinal() + len(daily.values) - 1 for daily in series.values()]
    return History(series, date.fromordinal(max(ends)) if ends else None, note)


def unpacked(packed: bytes, days: int) -> NDArray[np.void]:
    """Days since 2000 and their values, in any order, from what PACK says of a series."""
    known = np.frombuffer(bytearray(DAY) + packed, DAY_AND_VALUE)
    known["day"][0] = days - int(known["day"].sum())
    return known


def unpacked_all(series: Sequence[tuple[bytes, int, int]]) -> NDArray[np.void]:
    """The same of many series one after the other, each with its number of days."""
    known = np.frombuffer(bytearray().join(bytes(DAY) + packed for packed, _, _ in series), DAY_AND_VALUE)
    if series:
        starts = np.cumsum([0, *(length for _, _, length in series)])[:-1]
        known["day"][starts] = [days for _, days, _ in series] - np.add.reduceat(known["day"].astype(int), starts)
    return known


def spread(known: NDArray[np.void], aggregation: str) -> DailySeries:
    """Put amounts on their days, NaN between; what two storages know of one day comes together."""
    days = known["day"].astype(np.int64)
    first = int(days.min())
    places = days - first
    values = np.full(places.max() + 1, np.nan)
    values[places] = known["value"]
    if np.count_nonzero(~np.isnan(values)) < len(known):
        together = np.fmax if aggregation in HIGHEST else np.add
        values[places] = 0 if together is np.add else np.nan
        together.at(values, places, known["value"])
    return DailySeries(EPOCH + timedelta(days=first), values)


def daily_totals(
    customer: Customer, *, first: date | None = None, last: date | None = None, meter: str = ""
) -> list[dict[str, Any]]:
    """Exact daily totals by series, amounts as text, for the API."""
    limits = {"day__gte": first, "day__lte": last, "series__meter__code": meter}
    rows = DailyUsage.objects.filter(
        series__customer=customer, **{name: value for name, value in limits.items() if value}
    )
    highest = Q(series__meter__aggregation__in=HIGHEST)
    fields = ("series__meter__code", "series__dimensions", "day")
    found = rows.values_list(*fields).annotate(total=Case(When(highest, then=Max("value")), default=Sum("value")))
    return [
        {
            "meter": code,
            "dimensions": dict(dimensions),
            "days": [{"day": day.isoformat(), "value": f"{value.normalize():f}"} for _, _, day, value in group],
        }
        for (code, dimensions), group in groupby(
            found.order_by(*fields), key=lambda row: (row[0], tuple(sorted(row[1].items())))
        )
    ]


def customers_with_usage() -> list[int]:
    """The ids of the customers of whom any day is known, in their order."""
    # One look into the index for each series; all days of all customers would be many millions.
    a_day = Subquery(DailyUsage.objects.filter(series=OuterRef("pk")).values("day")[:1])
    known = SeriesRow.objects.annotate(a_day=a_day).filter(a_day__isnull=False)
    return list(known.order_by("customer_id").values_list("customer_id", flat=True).distinct())
