"""The usage of a paying parent and of the companies it pays for, as one: what a forecast of all can stand on."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
from django.utils.translation import gettext as _

from catalog.models import Meter
from customers.models import Customer
from customers.queries import family
from metering.queries.history import DailySeries, History, daily_histories, history_of
from pricing import Series


def family_history(customer: Customer, *, until: date | None = None) -> History:
    """Every series of the family added up day by day (of a maximum: the highest), in four queries.

    A day is missing only where nobody has it, so a day on which one company alone has no data is lower than it was.
    The note names the companies, and repeats what each says about its data.
    """
    members = list(Customer.objects.filter(pk__in=[one.id for one in family(customer)]).order_by("name"))
    histories = daily_histories(members, until=until)
    highest = set(Meter.objects.filter(aggregation="max").values_list("code", flat=True))
    streams: dict[Series, list[DailySeries]] = {}
    for history in histories.values():
        for series, daily in history.series.items():
            streams.setdefault(series, []).append(daily)
    together = {series: added_up(some, of_highest=series.meter in highest) for series, some in streams.items()}
    return history_of(together, note_of([one for one in members if histories[one.pk].series]))


def added_up(streams: Sequence[DailySeries], *, of_highest: bool) -> DailySeries:
    start = min(one.start for one in streams)
    end = max(one.start + timedelta(days=len(one.values)) for one in streams)
    values = np.full((len(streams), (end - start).days), np.nan)
    for row, one in zip(values, streams, strict=True):
        begin = (one.start - start).days
        row[begin : begin + len(one.values)] = one.values
    missing = np.isnan(values).all(axis=0)
    total = np.fmax.reduce(values) if of_highest else np.nansum(values, axis=0)
    return DailySeries(start, np.where(missing, np.nan, total))


def note_of(members: Sequence[Customer]) -> str:
    if len(members) < 2:
        return members[0].note_on_data if members else ""
    notes = dict.fromkeys(one.note_on_data for one in members if one.note_on_data)
    return " ".join([_("Together: {names}.").format(names=", ".join(one.name for one in members)), *notes])
