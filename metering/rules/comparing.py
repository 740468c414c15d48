"""The month so far beside the same days of the month before. Pure."""

from calendar import monthrange
from collections.abc import Mapping, Set
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core import formats
from metering.rules.grains import over_time

FOUR_WEEKS = timedelta(days=28)


class Window(NamedTuple):
    first: date
    last: date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


class Comparison(NamedTuple):
    """A value beside the one before; None where no day is known. `note` says which days are missing on either side."""

    label: str
    value: Decimal | None
    before_label: str
    before: Decimal | None
    note: str

    @property
    def change(self) -> Decimal | None:
        """In percent of the value before, one decimal."""
        if self.value is None or not self.before:
            return None
        return round((self.value - self.before) / self.before * 100, 1)


def compare(days: Mapping[date, Decimal], known: Set[date], *, last: date, weekly: bool, how: str) -> Comparison:
    """The month up to `last` beside the same days of the month before; of weekly facts, four weeks beside four.

    A month has four Sundays or five: weeks that stand on them could not be compared by month.
    """
    now, before = four_weeks(last) if weekly else months(last)
    labels = (_("Last 4 weeks"), _("the 4 weeks before")) if weekly else (said(now), said(before))
    values = [total(days, window, how) for window in (now, before)]
    return Comparison(labels[0], values[0], labels[1], values[1], missing((now, before), known, labels))


def months(last: date) -> tuple[Window, Window]:
    first = last.replace(day=1)
    before = (first - timedelta(days=1)).replace(day=1)
    same = min(last.day, monthrange(before.year, before.month)[1])
    return Window(first, last), Window(before, before.replace(day=same))


def four_weeks(last: date) -> tuple[Window, Window]:
    begin = last - FOUR_WEEKS + timedelta(days=1)
    return Window(begin, last), Window(begin - FOUR_WEEKS, begin - timedelta(days=1))


def said(window: Window) -> str:
    """ "1 to 22 Nov"; "1 Nov"."""
    month = formats.month_name(window.first)
    return f"1 {month}" if window.days == 1 else _("1 to {day} {month}").format(day=window.last.day, month=month)


def total(days: Mapping[date, Decimal], window: Window, how: str) -> Decimal | None:
    values = [days[day] for day in sorted(days) if window.first <= day <= window.last]
    return over_time(values, how) if values else None


def missing(windows: tuple[Window, Window], known: Set[date], labels: tuple[str, str]) -> str:
    """Which of the two lacks how many days."""
    told = []
    for window, label in zip(windows, labels, strict=True):
        lacking = window.days - sum(window.first <= day <= window.last for day in known)
        if lacking:
            told.append(
                ngettext(
                    "{lacking} of {n} day without data in {label}",
                    "{lacking} of {n} days without data in {label}",
                    window.days,
                ).format(lacking=lacking, n=window.days, label=label)
            )
    text = "; ".join(told)
    return f"{text[:1].upper()}{text[1:]}" + ("." if text else "")
