"""Days gathered into days, weeks and months: what each holds, and how much of it is known. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import accumulate, repeat
from typing import NamedTuple

DAY, WEEK, MONTH = "day", "week", "month"
GRAINS = (DAY, WEEK, MONTH)
MOST_DAYS = 400  # bars that still can be told apart

# How the days of a longer time make one value. Of different values only an upper bound is known: the same may return.
HIGHEST, LAST = "max", "latest"


class Place(NamedTuple):
    """One bar: its first day, the last one included, and which of its days are known."""

    first: date
    last: date
    known: int

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


def places(first: date, last: date, grain: str, known: Iterable[date]) -> list[Place]:
    """All bars from the first to the last day, cut at both ends, with the number of days that are known in each."""
    days = set(known)
    found = []
    for start in starts(first, last, grain):
        begin, end = max(start, first), min(after(start, grain) - timedelta(days=1), last)
        inside = sum(begin + timedelta(days=n) in days for n in range((end - begin).days + 1))
        found.append(Place(begin, end, inside))
    return found


def starts(first: date, last: date, grain: str) -> list[date]:
    """The first days of every bar: each day, Mondays, firsts of months."""
    begin = start_of(first, grain)
    count = {DAY: (last - begin).days, WEEK: (last - begin).days // 7}.get(
        grain, (last.year - begin.year) * 12 + last.month - begin.month
    )
    return list(accumulate(repeat(grain, count), after, initial=begin))


def start_of(day: date, grain: str) -> date:
    if grain == MONTH:
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if grain == WEEK else day


def after(start: date, grain: str) -> date:
    """The first day of the next bar."""
    if grain == MONTH:
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=7 if grain == WEEK else 1)


def fitting(first: date, last: date, weekly: bool) -> str:
    """The grain one looks at first: days for a quarter, weeks for a year and a half, then months."""
    days = (last - first).days + 1
    if days <= 100 and not weekly:
        return DAY
    return WEEK if days <= 550 else MONTH


def gathered(days: Mapping[date, Decimal], bars: Sequence[Place], grain: str, aggregation: str) -> list[Decimal | None]:
    """The value of each bar; None where nothing is known."""
    inside: dict[date, list[Decimal]] = {}
    for day in sorted(days):
        inside.setdefault(start_of(day, grain), []).append(days[day])
    found = (inside.get(start_of(bar.first, grain)) for bar in bars)
    return [over_time(values, aggregation) if values else None for values in found]


def over_time(values: Sequence[Decimal], aggregation: str) -> Decimal:
    """Values of days, in order, as one."""
    if aggregation == HIGHEST:
        return max(values)
    return values[-1] if aggregation == LAST else sum(values, Decimal(0))


def together(streams: Iterable[Mapping[date, Decimal]], aggregation: str) -> dict[date, Decimal]:
    """Several streams as one, day by day: the highest of a maximum, else their sum."""
    days: dict[date, Decimal] = {}
    for stream in streams:
        for day, value in stream.items():
            if day not in days:
                days[day] = value
            else:
                days[day] = max(days[day], value) if aggregation == HIGHEST else days[day] + value
    return days
