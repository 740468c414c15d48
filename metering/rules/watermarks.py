"""How far usage is known: which days are whole, and which arrivals are late. Pure."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import NamedTuple

# A day is whole once an event of the day after the next has arrived: deliveries of one midnight overlap.
SETTLING = timedelta(days=2)


class Arrival(NamedTuple):
    """What new events mean for one customer and meter."""

    data_date: date
    complete_through: date
    events: int
    late_events: int
    revised_from: date | None


def arrival(days: Mapping[date, int], complete_through: date | None) -> Arrival:
    """New events by day, beside the day up to which usage was whole before them (None: nothing was known)."""
    late = [day for day in days if complete_through and day <= complete_through]
    newest = max(days)
    late_events = sum(days[day] for day in late)
    return Arrival(newest, complete_through_of(newest), sum(days.values()), late_events, min(late, default=None))


def complete_through_of(data_date: date) -> date:
    return data_date - SETTLING
