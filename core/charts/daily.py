"""Usage as it was metered: a line over days or weeks in which a missing day is a gap, not a zero."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, plot, tag, x_label, y_axis, year_label
from core.charts.geometry import area_path, is_missing, line_path, present, runs

HATCH = 7.0
AREA_LIMIT = 400  # beyond it the page pays for an area that the line fills anyway


class Daily(NamedTuple):
    """One value per step of days; a missing one is None."""

    start: date
    step: int
    values: Sequence[float | None]
    unit: Unit

    def day(self, index: int) -> date:
        return self.start + timedelta(days=index * self.step)


def daily_chart(
    start: date, values: Sequence[float | None], *, label: str, unit: str = "", currency: str = "", partial: int = 0
) -> SafeString:
    """One value per day from `start`; None or NaN is a missing day.

    A series with one value every few days (weekly facts) is read as such. The last `partial` values may still
    grow and are drawn dashed.
    """
    step, offset = rhythm(values)
    kept = [None if is_missing(value) else float(value) for value in values[offset::step]]  # type: ignore[arg-type]
    daily = Daily(start + timedelta(days=offset), step, kept, Unit(currency, unit))
    return figure(lambda size: draw(daily, size, partial), kind="daily", label=label, summary=summary(daily),
                  table=table(daily))  # fmt: skip


def rhythm(values: Sequence[float | None]) -> tuple[int, int]:
    """How many days apart values usually stand, and where the first one stands."""
    places = [index for index, value in enumerate(values) if not is_missing(value)]
    gaps = Counter(later - earlier for earlier, later in pairwise(places))
    step = min(gaps, key=lambda gap: (-gaps[gap], gap)) if gaps else 1
    return step, places[0] % step if places else 0


def draw(daily: Daily, size: Size, partial: int) -> SafeString:
    drawing = plot(size, len(daily.values), max(present(daily.values), default=1.0))
    return join(
        [
            y_axis(drawing, daily.unit),
            date_axis(drawing, daily),
            gaps(daily, drawing),
            lines(daily, drawing, partial),
            cursor(drawing, drawing.left, drawing.step),
        ]
    )


def gaps(daily: Daily, drawing: Plot) -> SafeString:
    """Hatched ground where days are missing between known ones."""
    known = runs(daily.values)
    strokes = []
    for before, after in pairwise(known):
        left, right = drawing.x(before[-1]), drawing.x(after[0])
        ground = {"x": left, "y": drawing.top, "width": right - left, "height": drawing.bottom - drawing.top}
        strokes.append(tag("rect", class_="chart-gap", **ground))
        strokes.append(tag("path", class_="chart-hatch", d=hatch(left, right, drawing)))
    return join(strokes)


def hatch(left: float, right: float, drawing: Plot) -> str:
    """Slanted strokes inside the rectangle, cut at its sides."""
    height = drawing.bottom - drawing.top
    strokes, at = [], left - height
    while at < right:
        begin, end = max(at, left), min(at + height, right)
        if end > begin:
            strokes.append(line_path([(begin, drawing.bottom - (begin - at)), (end, drawing.bottom - (end - at))]))
        at += HATCH
    return "".join(strokes)


def lines(daily: Daily, drawing: Plot, partial: int) -> SafeString:
    """Each unbroken stretch as a line over a soft area; a lonely value as a dot."""
    parts = []
    settled = len(daily.values) - partial
    for run in runs(daily.values):
        points = [(drawing.x(i), drawing.y(daily.values[i] or 0.0)) for i in run]
        if len(points) == 1:
            parts.append(tag("circle", class_="chart-usage-dot", cx=points[0][0], cy=points[0][1], r=2.5))
            continue
        if len(daily.values) <= AREA_LIMIT:
            floor = [(points[0][0], drawing.bottom), (points[-1][0], drawing.bottom)]
            parts.append(tag("path", class_="chart-area", d=area_path(points, floor)))
        sure = [point for i, point in zip(run, points, strict=True) if i < settled]
        growing = [point for i, point in zip(run, points, strict=True) if i >= settled - 1] if partial else []
        parts.append(tag("path", class_="chart-usage", d=line_path(sure)))
        if growing:
            parts.append(tag("path", class_="chart-usage chart-usage--partial", d=line_path(growing)))
    return join(parts)


def date_axis(drawing: Plot, daily: Daily) -> SafeString:
    """First days of months where there is room, else days; the year under the first and under each January."""
    count = len(daily.values)
    firsts = [i for i in range(count) if daily.day(i).day <= daily.step]
    if len(firsts) < 3:
        every = max(1, -(-count // drawing.size.labels))
        return join(
            tag(
                "text", short_day(daily.day(i)), class_="chart-tick chart-middle", x=drawing.x(i), y=drawing.bottom + 17
            )
            for i in range(0, count, every)
            if drawing.x(i) < drawing.right - 12 or i == 0
        )
    every = next(n for n in (1, 2, 3, 6, 12, 24, 240) if len(firsts) <= n * drawing.size.labels)
    parts, year = [], 0
    for i in firsts[::every]:
        at, day = drawing.x(i), daily.day(i)
        parts.append(x_label(drawing, formats.month_name(day), at))
        if day.year != year:
            year = day.year
            parts.append(year_label(drawing, str(year), at))
    return join(parts)


def short_day(day: date) -> str:
    return formats.day_of_year(day)


def table(daily: Daily) -> Table:
    head = _("Day") if daily.step == 1 else _("Week from") if daily.step == 7 else _("From")
    rows = [
        (formats.short_day(daily.day(i)), "missing" if value is None else daily.unit.full(value))
        for i, value in enumerate(daily.values)
    ]
    return Table((head, daily.unit.heading.capitalize() if daily.unit.name else daily.unit.heading), rows)


def summary(daily: Daily) -> str:
    known = present(daily.values)
    if not known:
        return _("No usage is known.")
    missing = len(daily.values) - len(known)
    first, last = daily.start, daily.day(len(daily.values) - 1)
    each = {1: _("day"), 7: _("week")}.get(daily.step, _("{n} days").format(n=daily.step))
    gap = _("; {missing} missing").format(missing=missing) if missing else ""
    return _("{first} to {last}, one value per {each}{gap}. Highest {highest}, last {latest}.").format(
        first=formats.short_day(first),
        last=formats.short_day(last),
        each=each,
        gap=gap,
        highest=daily.unit.full(max(known)),
        latest=daily.unit.full(known[-1]),
    )
