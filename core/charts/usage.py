"""Usage by day, week or month, stacked by parts: what is missing, what is zero and what may still grow look apart."""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts.bars import PATTERNS, swatch
from core.charts.daily import Daily, date_axis, hatch
from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, month_axis, plot, tag, y_axis
from core.charts.geometry import is_missing, runs
from core.languages import lazily as _lazy

WIDEST, NARROWEST = 40.0, 3.0  # of a bar; narrower ones touch each other
STEPS = {"day": 1, "week": 7}
EACH = {"day": _lazy("day"), "week": _lazy("week"), "month": _lazy("month")}
HEADS = {"day": _lazy("Day"), "week": _lazy("Week from"), "month": _lazy("Month")}


class Parts(NamedTuple):
    """Named values, one for each place of the x axis; a place where every part is None is a gap."""

    starts: Sequence[date]
    grain: str
    parts: Sequence[tuple[str, Sequence[float | None]]]
    unit: Unit
    notes: Sequence[str]
    open_from: int  # places from here on may still grow

    @property
    def totals(self) -> list[float | None]:
        columns = zip(*(values for _, values in self.parts), strict=True)
        return [None if all(is_missing(v) for v in column) else sum(v or 0.0 for v in column) for column in columns]

    def name(self, index: int) -> str:
        day = self.starts[index]
        return formats.month(day) if self.grain == "month" else formats.short_day(day)


def usage_chart(
    starts: Sequence[date],
    parts: Sequence[tuple[str, Sequence[float | None]]],
    *,
    grain: str,
    label: str,
    unit: str = "",
    notes: Sequence[str] = (),
    open_from: int | None = None,
) -> SafeString:
    """One bar per day, week or month that begins on `starts`, stacked from the first part upwards.

    A place without any value is a hatched gap, a zero a short line on the ground, and the places from `open_from`
    on stand on shaded ground: they may still grow. `notes` say what else to know about a place.
    """
    told = list(notes) or [""] * len(starts)
    usage = Parts(starts, grain, parts, Unit("", unit), told, len(starts) if open_from is None else open_from)
    drawn = figure(
        lambda size: draw(usage, size), kind="usage", label=label, summary=summary(usage), table=table(usage)
    )
    return join([legend(usage), drawn])


def draw(usage: Parts, size: Size) -> SafeString:
    totals = usage.totals
    drawing = plot(size, len(totals), max([total for total in totals if total is not None], default=0.0), inset=0.5)
    return join(
        [
            late(usage, drawing),
            y_axis(drawing, usage.unit),
            axis(usage, drawing),
            gaps(totals, drawing),
            bars(usage, drawing),
            zeros(totals, drawing),
            cursor(drawing, drawing.x(0), drawing.step),
        ]
    )


def axis(usage: Parts, drawing: Plot) -> SafeString:
    if usage.grain == "month":
        return month_axis(drawing, [f"{day:%Y-%m}" for day in usage.starts])
    return date_axis(drawing, Daily(usage.starts[0], STEPS[usage.grain], usage.totals, usage.unit))


def late(usage: Parts, drawing: Plot) -> SafeString:
    """Shaded ground under what may still grow."""
    if usage.open_from >= len(usage.starts):
        return join([])
    left = max(drawing.left, drawing.x(usage.open_from) - drawing.step / 2)
    ground = {"x": left, "y": drawing.top, "width": drawing.right - left, "height": drawing.bottom - drawing.top}
    edge = tag("line", class_="chart-edge", x1=left, x2=left, y1=drawing.top, y2=drawing.bottom)
    return join([tag("rect", class_="chart-late", **ground), edge])


def gaps(totals: Sequence[float | None], drawing: Plot) -> SafeString:
    """Hatched ground where nothing is known."""
    missing = runs([1.0 if total is None else None for total in totals])
    strokes = []
    for run in missing:
        left, right = drawing.x(run[0]) - drawing.step / 2, drawing.x(run[-1]) + drawing.step / 2
        ground = {"x": left, "y": drawing.top, "width": right - left, "height": drawing.bottom - drawing.top}
        strokes += [tag("rect", class_="chart-gap", **ground)]
        strokes += [tag("path", class_="chart-hatch", d=hatch(left, right, drawing))]
    return join(strokes)


def bars(usage: Parts, drawing: Plot) -> SafeString:
    """One path for each part: rectangles from the ground up."""
    width = min(drawing.step * 0.72, WIDEST) if drawing.step >= NARROWEST else drawing.step
    ground = [0.0] * len(usage.starts)
    drawn = []
    for rank, (_name, values) in enumerate(usage.parts):
        path = []
        for i, value in enumerate(values):
            if value is None or is_missing(value) or value <= 0:
                continue
            top, bottom = drawing.y(ground[i] + value), drawing.y(ground[i])
            x = drawing.x(i) - width / 2
            path.append(f"M{x:.1f} {bottom:.1f}V{top:.1f}h{width:.1f}V{bottom:.1f}z")
            ground[i] += value
        kind = "chart-stack" if width >= NARROWEST else "chart-stack chart-stack--thin"
        drawn.append(tag("path", class_=f"{kind} chart-part--{rank % PATTERNS}", d="".join(path)) if path else "")
    return join(drawn)


def zeros(totals: Sequence[float | None], drawing: Plot) -> SafeString:
    """A short line on the ground where the total is known to be zero."""
    half = min(drawing.step * 0.36, 8.0)
    at = [drawing.x(i) for i, total in enumerate(totals) if total == 0]
    path = "".join(f"M{x - half:.1f} {drawing.bottom - 1:.1f}h{2 * half:.1f}" for x in at)
    return tag("path", class_="chart-zero", d=path) if path else join([])


def legend(usage: Parts) -> SafeString:
    """Names in the order of the stack, and what hatching, shade and short lines mean where there are any."""
    totals = usage.totals
    items = [(swatch(rank), name) for rank, (name, _) in enumerate(usage.parts)] if len(usage.parts) > 1 else []
    if any(total is None for total in totals):
        items.append(
            (sample("chart-gap", tag("path", class_="chart-hatch", d="M0 10L10 0M-3 5L5 -3M5 13L13 5")), _("No data"))
        )
    if 0 in totals:
        items.append((sample("", tag("path", class_="chart-zero", d="M0 8h10")), _("Zero")))
    if usage.open_from < len(usage.starts):
        items.append((sample("chart-late"), _("May still grow")))
    if not items:
        return join([])
    return tag("ul", join(tag("li", join([mark, name])) for mark, name in items), class_="chart-legend")


def sample(kind: str, mark: SafeString | str = "") -> SafeString:
    ground = tag("rect", class_=kind, width=10, height=10) if kind else ""
    return tag("svg", join([ground, mark]), viewBox="0 0 10 10", class_="chart-swatch", aria_hidden="true")


def table(usage: Parts) -> Table:
    several, noted = len(usage.parts) > 1, any(usage.notes)
    rows = []
    for i, total in enumerate(usage.totals):
        cells = [full(values[i], usage.unit) for _, values in usage.parts] if several else []
        known = _("no data") if total is None else usage.unit.full(total)
        rows.append((usage.name(i), *cells, known, *([usage.notes[i] or "–"] if noted else [])))
    parts = [name for name, _ in usage.parts] if several else []
    return Table((HEADS[usage.grain], *parts, _("Total"), *([_("Note")] if noted else [])), rows)


def full(value: float | None, unit: Unit) -> str:
    return "–" if value is None or is_missing(value) else unit.full(value)


def summary(usage: Parts) -> str:
    known = [(total, i) for i, total in enumerate(usage.totals) if total is not None]
    if not known:
        return _("No usage is known.")
    top, at = max(known)
    missing = len(usage.starts) - len(known)
    gap = _("; {missing} without data").format(missing=missing) if missing else ""
    grown = (
        _(" The last {grow} may still grow.").format(grow=grow)
        if (grow := len(usage.starts) - usage.open_from) > 0
        else ""
    )
    return _("{first} to {last}, one bar per {grain}{gap}. Highest {top} ({at}).{grown}").format(
        first=usage.name(0),
        last=usage.name(len(usage.starts) - 1),
        grain=EACH[usage.grain],
        gap=gap,
        top=usage.unit.full(top),
        at=usage.name(at),
        grown=grown,
    )
