"""What a size costs: on average and in bad futures, beside choosing nothing, with the sizes that stand out."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.curve import quantities_plot, quantity_axis
from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, short, tag, y_axis
from core.charts.geometry import line_path


class Choice(NamedTuple):
    """A size, what it costs on average, and what 9 of 10 futures stay below."""

    size: float
    expected: float
    high: float


class Mark(NamedTuple):
    """A size that stands out, and why."""

    size: float
    name: str


def choice_chart(
    points: Sequence[Choice],
    *,
    label: str,
    over: str,
    currency: str,
    level: float,
    level_name: str,
    marks: Sequence[Mark] = (),
) -> SafeString:
    """Two lines over sizes at even distances from nothing, the level of no choice, and marked sizes."""
    unit = Unit(currency)
    best = min(points, key=lambda point: point.expected)
    said = _("On average least at {size}: {amount}; {name} {level}.").format(
        size=unit.full(best.size), amount=unit.full(best.expected), name=level_name, level=unit.full(level)
    )
    rows = [[unit.full(value) for value in point] for point in points]
    return figure(
        lambda size: draw(points, unit, over, (level, level_name), marks, size),
        kind="choice",
        label=label,
        summary=said,
        table=Table((over, _("On average"), _("9 in 10 below")), rows),
    )


def draw(
    points: Sequence[Choice], unit: Unit, over: str, level: tuple[float, str], marks: Sequence[Mark], size: Size
) -> SafeString:
    highest = max([level[0], *(point.high for point in points)])
    drawing = quantities_plot(size, points[-1].size or 1.0, highest)
    expected = line_path([(drawing.x(point.size), drawing.y(point.expected)) for point in points])
    high = line_path([(drawing.x(point.size), drawing.y(point.high)) for point in points])
    return join(
        [
            y_axis(drawing, unit),
            quantity_axis(drawing, over),
            *(line_of(mark, at, drawing) for mark, at in zip(marks, heights(marks, drawing), strict=True)),
            tag("path", class_="chart-p90", d=high),
            tag("path", class_="chart-p50", d=expected),
            level_line(level, drawing),
            names(points, drawing),
            cursor(drawing, drawing.left, (drawing.right - drawing.left) / max(1, len(points) - 1)),
        ]
    )


def heights(marks: Sequence[Mark], drawing: Plot) -> list[float]:
    """Where the names of the marks stand: near the ground, where no line is, each in a row of its own."""
    return [drawing.bottom - 8 - 15 * n for n in range(len(marks))]


def line_of(mark: Mark, at: float, drawing: Plot) -> SafeString:
    x = min(drawing.x(mark.size), drawing.right)
    near = x > (drawing.left + drawing.right) / 2
    place = {"x": x - 6 if near else x + 6, "y": at, "class_": f"chart-commit-label{' chart-end' if near else ''}"}
    return join(
        [
            tag("line", class_="chart-commit", x1=x, x2=x, y1=drawing.top, y2=drawing.bottom),
            tag("text", f"{mark.name} {short(float(f'{mark.size:.3g}'))}", **place),
        ]
    )


def level_line(level: tuple[float, str], drawing: Plot) -> SafeString:
    y = drawing.y(level[0])
    return join(
        [
            tag("line", class_="chart-level", x1=drawing.left, x2=drawing.right, y1=y, y2=y),
            tag("text", level[1], class_="chart-label chart-end", x=drawing.right, y=y + 15),
        ]
    )


def names(points: Sequence[Choice], drawing: Plot) -> SafeString:
    """What the two lines are: the high one named where it begins, the other where it ends."""
    first, last = points[0], points[-1]
    high = {"x": drawing.left + 6, "y": drawing.y(first.high) - 7, "class_": "chart-label chart-label--p90"}
    mean = {"x": drawing.right, "y": drawing.y(last.expected) - 8, "class_": "chart-label chart-label--p50 chart-end"}
    return join([tag("text", _("9 in 10 below"), **high), tag("text", _("on average"), **mean)])
