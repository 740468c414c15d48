"""Billing periods that tile: period n ends where n + 1 starts, and the anchor day is never lost."""

from calendar import monthrange
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from .values import MONTHS


class Period(NamedTuple):
    """A stretch of days, `start` included and `end` not. `full` is how many days a whole such period has."""

    start: date
    end: date
    full: int

    @property
    def days(self) -> int:
        """Days in the period."""
        return (self.end - self.start).days

    @property
    def label(self) -> str:
        """The month it starts in: `2027-01`."""
        return f"{self.start:%Y-%m}"


def month_after(start: date, months: int, anchor_day: int | None = None) -> date:
    """Return the day `months` later on the anchor day, or on the month's last day if it is shorter.

    Counted from the anchor and never from a clamped date: 31 Jan, 28 Feb, 31 Mar.
    """
    index = start.year * 12 + start.month - 1 + months
    year, month = divmod(index, 12)
    day = min(anchor_day or start.day, monthrange(year, month + 1)[1])
    return date(year, month + 1, day)


@lru_cache(maxsize=256)
def periods(start: date, months: int, anchor_day: int | None = None) -> tuple[Period, ...]:
    """Cut a term of `months` from `start` into monthly periods that begin on the anchor day.

    Without an anchor day, or with the day of the start, there are exactly `months` whole periods. Otherwise the
    first and the last are parts of a month (stubs) and there is one more of them.
    """
    end = month_after(start, months)
    anchor = anchor_day or start.day
    first = last_anchor(start, anchor)
    found = []
    for n in range(months + 1):
        opens, closes = (month_after(first, n + i, anchor) for i in (0, 1))
        if opens < end:
            found.append(Period(max(opens, start), min(closes, end), (closes - opens).days))
    return tuple(found)


def last_anchor(day: date, anchor_day: int) -> date:
    """Return the last anchor day up to this day."""
    this_month = month_after(day, 0, anchor_day)
    return this_month if this_month <= day else month_after(day, -1, anchor_day)


class Span(NamedTuple):
    """Consecutive periods `first` up to and without `stop` (indices) that are billed or measured together."""

    first: int
    stop: int
    share: tuple[int, int]  # days inside the term, days of a whole span


def spans(tiles: tuple[Period, ...], window: str, anchor_day: int) -> tuple[Span, ...]:
    """Group monthly periods by month, quarter, year or term (`once` is the term), counted from the first period."""
    if window not in MONTHS:
        return (Span(0, len(tiles), (1, 1)),)
    width, found = MONTHS[window], []
    for first in range(0, len(tiles), width):
        stop = min(first + width, len(tiles))
        opens = last_anchor(tiles[first].start, anchor_day)
        whole = (month_after(opens, width, anchor_day) - opens).days
        found.append(Span(first, stop, ((tiles[stop - 1].end - tiles[first].start).days, whole)))
    return tuple(found)
