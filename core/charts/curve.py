"""A quantity against an amount: how a price grows with use, with its falls marked."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString

from core.charts.frame import CHARACTER, Plot, Size, Table, Unit, cursor, figure, join, short, tag, x_label, y_axis
from core.charts.geometry import Scale, line_path, nice_ticks


class Fall(NamedTuple):
    """Where the amount gets lower although more is used."""

    at: float
    before: float
    after: float


def curve_chart(
    points: Sequence[tuple[float, float]],
    samples: Sequence[tuple[str, str]],
    *,
    label: str,
    over: str,
    unit: Unit,
    falls: Sequence[Fall] = (),
) -> SafeString:
    """A line through the points, over quantities of `over`. Two points at one place are a jump.

    `samples` are the table's rows, at even distances from zero to the last point: (quantity, amount).
    """
    return figure(
        lambda size: draw(points, len(samples), over, unit, falls, size),
        kind="curve",
        label=label,
        summary=summary(points, over, unit, falls),
        table=Table((over, unit.heading), samples),
    )


def draw(
    points: Sequence[tuple[float, float]], count: int, over: str, unit: Unit, falls: Sequence[Fall], size: Size
) -> SafeString:
    drawing = quantities_plot(size, points[-1][0], max(y for _, y in points))
    return join(
        [
            y_axis(drawing, unit),
            quantity_axis(drawing, over),
            *(fall_mark(drawing, fall) for fall in falls),
            tag("path", class_="chart-p50", d=line_path([(drawing.x(x), drawing.y(y)) for x, y in points])),
            cursor(drawing, drawing.left, (drawing.right - drawing.left) / max(1, count - 1)),
        ]
    )


def quantities_plot(size: Size, widest: float, highest: float) -> Plot:
    ticks = nice_ticks(highest, about=3 if size.name == "s" else 4)
    left = max(len(short(tick)) for tick in ticks) * CHARACTER + 12
    right, top, bottom = size.width - 16.0, 26.0, size.height - 36.0
    return Plot(
        size, left, right, top, bottom, Scale(0, widest, left, right), Scale(ticks[0], ticks[-1], bottom, top), ticks
    )


def quantity_axis(drawing: Plot, over: str) -> SafeString:
    """Round quantities as far as they go, and what they count at the end."""
    ticks = [tick for tick in nice_ticks(drawing.x.high, about=min(6, drawing.size.labels)) if tick <= drawing.x.high]
    name = tag("text", over, class_="chart-unit chart-end", x=drawing.right, y=drawing.bottom + 32)
    return join([*(x_label(drawing, short(tick), drawing.x(tick)) for tick in ticks), name])


def fall_mark(drawing: Plot, fall: Fall) -> SafeString:
    """A dashed line down the cliff, and a ring where it begins."""
    x, top, low = drawing.x(fall.at), drawing.y(fall.before), drawing.y(fall.after)
    return join(
        [
            tag("line", class_="chart-commit", x1=x, x2=x, y1=top, y2=max(low, top + 10)),
            tag("circle", class_="chart-cliff", cx=x, cy=top, r=4.5),
            tag("text", "falls", class_="chart-commit-label chart-middle", x=x, y=top - 10),
        ]
    )


def summary(points: Sequence[tuple[float, float]], over: str, unit: Unit, falls: Sequence[Fall]) -> str:
    told = f"{unit.full(points[-1][1])} at {short(points[-1][0])} {over}"
    if not falls:
        return told
    return f"{told}; it falls at {', '.join(short(fall.at) for fall in falls)} {over}"
