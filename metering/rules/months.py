"""Months of daily values: totals that know what is missing. Pure."""

from calendar import monthrange
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

WEEK = 7


def monthly(days: Mapping[date, Decimal], aggregation: str) -> dict[str, Decimal]:
    """Month ("2026-11") -> total of its days; the highest of a maximum, the last of a latest."""
    months: dict[str, Decimal] = {}
    for day in sorted(days):
        month, value = f"{day:%Y-%m}", days[day]
        if aggregation == "max":
            months[month] = max(months.get(month, value), value)
        elif aggregation == "latest":
            months[month] = value
        else:
            months[month] = months.get(month, Decimal(0)) + value
    return months


def every_month(first: date, last: date) -> list[str]:
    """All months from the first day's to the last day's."""
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    start = first.year * 12 + first.month - 1
    return [f"{(start + n) // 12}-{(start + n) % 12 + 1:02}" for n in range(count)]


def unfinished(month: str, first: date, last: date) -> str:
    """How much of the month the data covers, where that is not all of it: "from 25 May", "to 15 Nov"."""
    if first == last:
        return f"only {first.day} {first:%b}"
    year, number = int(month[:4]), int(month[5:])
    begins, ends = date(year, number, 1), date(year, number, monthrange(year, number)[1])
    parts = [f"from {first.day} {first:%b}"] if first > begins else []
    return " ".join(parts + ([f"to {last.day} {last:%b}"] if last < ends else []))


def cadence(days: Sequence[date]) -> int:
    """How many days usually lie between two values: 1 for days, 7 for weekly facts."""
    gaps = Counter((later - earlier).days for earlier, later in pairwise(sorted(days)))
    return gaps.most_common(1)[0][0] if gaps else 1


def covered_from(days: Iterable[date]) -> date:
    """The first day the values speak of: a weekly fact stands on the last of its seven days."""
    known = sorted(days)
    return known[0] - timedelta(days=WEEK - 1) if cadence(known) == WEEK else known[0]
