"""Past forecasts beside what came: a bar from P10 to P90 for each window, and a dot for the actual value."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, plot, tag, x_label, y_axis


class Window(NamedTuple):
    """One test: what was said, and what came."""

    name: str  # "3 Aug to 30 Aug 2026", in the table
    short: str  # "30 Aug", under the axis
    p10: float
    p50: float
    p90: float
    actual: float

    @property
    def held(self) -> bool:
        slack = 1e-9 * abs(self.actual)
        return self.p10 - slack <= self.actual <= self.p90 + slack


def window_chart(windows: Sequence[Window], *, label: str, currency: str = "", unit: str = "") -> SafeString:
    """A round dot lies inside its bar; a cross is an actual value that the band missed."""
    of = Unit(currency, unit)
    return figure(
        lambda size: draw(windows, of, size),
        kind="windows",
        label=label,
        summary=summary(windows),
        table=table(windows, of),
    )


def draw(windows: Sequence[Window], unit: Unit, size: Size) -> SafeString:
    drawing = plot(size, len(windows), max(max(one.p90, one.actual) for one in windows) or 1.0, inset=0.5)
    every = -(-len(windows) // size.labels)
    return join(
        [
            y_axis(drawing, unit),
            *(x_label(drawing, one.short, drawing.x(n)) for n, one in enumerate(windows) if n % every == 0),
            *(join([bar(one, n, drawing), mark(one, n, drawing)]) for n, one in enumerate(windows)),
            cursor(drawing, drawing.x(0), drawing.step),
        ]
    )


def bar(one: Window, place: int, drawing: Plot) -> SafeString:
    """P10 to P90, and a line at P50."""
    width = min(drawing.step * 0.5, 26.0)
    left, top, bottom = drawing.x(place) - width / 2, drawing.y(one.p90), drawing.y(one.p10)
    middle = drawing.y(one.p50)
    return join(
        [
            tag("rect", class_="chart-window", x=left, y=top, width=width, height=max(1.0, bottom - top), rx=2),
            tag("line", class_="chart-p50", x1=left, x2=left + width, y1=middle, y2=middle),
        ]
    )


def mark(one: Window, place: int, drawing: Plot) -> SafeString:
    x, y = drawing.x(place), drawing.y(one.actual)
    if one.held:
        return tag("circle", class_="chart-actual", cx=x, cy=y, r=4)
    cross = f"M{x - 4:.1f} {y - 4:.1f}L{x + 4:.1f} {y + 4:.1f}M{x - 4:.1f} {y + 4:.1f}L{x + 4:.1f} {y - 4:.1f}"
    return tag("path", class_="chart-missed", d=cross)


def table(windows: Sequence[Window], unit: Unit) -> Table:
    rows = [
        (
            one.name,
            *(unit.full(value) for value in (one.p10, one.p50, one.p90, one.actual)),
            "inside" if one.held else "outside",
        )
        for one in windows
    ]
    return Table((_("Window"), "P10", "P50", "P90", _("Actual"), _("Band")), rows)


def summary(windows: Sequence[Window]) -> str:
    held = sum(one.held for one in windows)
    return _("In {held} of {windows} windows the actual value lay between P10 and P90.").format(
        held=held, windows=len(windows)
    )
