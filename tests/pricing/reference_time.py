"""Periods and windows of the second engine, found by stepping through the calendar."""

from calendar import monthrange
from datetime import date, timedelta
from types import SimpleNamespace

MONTHS = {"month": 1, "quarter": 3, "year": 12}


def tiles(terms):
    """The billing periods: cut at every anchor day between the first day and the last."""
    start = date.fromisoformat(terms["start"])
    end = later(start, terms["months"], start.day)
    cuts, day = [start], start + timedelta(days=1)
    while day < end:
        if is_anchor(day, anchor(terms)):
            cuts.append(day)
        day += timedelta(days=1)
    return [SimpleNamespace(start=a, end=b) for a, b in zip(cuts, [*cuts[1:], end], strict=True)]


def groups(terms, periods, window, first, stop):
    """Periods `first` up to `stop` by windows, with the days they have and those of a whole window."""
    width = MONTHS.get(window, len(periods))
    found = []
    for opens in range(first, stop, width):
        closes = min(opens + width, stop)
        days, whole = (periods[closes - 1].end - periods[opens].start).days, 1
        if window in MONTHS:
            begins = periods[opens].start
            while not is_anchor(begins, anchor(terms)):
                begins -= timedelta(days=1)
            whole = (later(begins, width, anchor(terms)) - begins).days
        found.append(SimpleNamespace(first=opens, stop=closes, days=days if window in MONTHS else 1, whole=whole))
    return found


def anchor(terms):
    return terms.get("anchor_day") or date.fromisoformat(terms["start"]).day


def is_anchor(day, wanted):
    return day.day == min(wanted, monthrange(day.year, day.month)[1])


def later(day, months, wanted):
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(wanted, monthrange(year, month + 1)[1]))
