"""Months as bars, each made of named parts."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, month_axis, plot, tag, y_axis

PATTERNS = 6


class Part(NamedTuple):
    name: str
    values: Sequence[float]


def stacked_bars(
    months: Sequence[str],
    parts: Sequence[tuple[str, Sequence[float]]],
    *,
    label: str,
    currency: str = "",
    unit: str = "",
) -> SafeString:
    """One bar per month ("2027-01"), stacked from the first part upwards; amounts below zero count as zero."""
    kept = [Part(name, [max(0.0, float(value)) for value in values]) for name, values in parts]
    of = Unit(currency, unit)
    drawn = figure(
        lambda size: draw(months, kept, of, size),
        kind="bars",
        label=label,
        summary=summary(months, kept, of),
        table=table(months, kept, of),
    )
    return join([legend(kept), drawn]) if len(kept) > 1 else drawn


def draw(months: Sequence[str], parts: Sequence[Part], unit: Unit, size: Size) -> SafeString:
    drawing = plot(size, len(months), max([*totals(parts), 1e-9]), inset=0.5)
    return join(
        [
            y_axis(drawing, unit),
            month_axis(drawing, months),
            bars(parts, drawing),
            cursor(drawing, drawing.x(0), drawing.step),
        ]
    )


def bars(parts: Sequence[Part], drawing: Plot) -> SafeString:
    """Rectangles from the ground up."""
    width = min(drawing.step * 0.64, 40.0)
    ground = [0.0] * len(parts[0].values)
    drawn = []
    for rank, part in enumerate(parts):
        for i, value in enumerate(part.values):
            if value <= 0:
                continue
            top, bottom = drawing.y(ground[i] + value), drawing.y(ground[i])
            place = {"x": drawing.x(i) - width / 2, "y": top, "width": width, "height": max(0.5, bottom - top)}
            drawn.append(tag("rect", class_=f"chart-part chart-part--{rank % PATTERNS}", **place))
            ground[i] += value
    return join(drawn)


def legend(parts: Sequence[Part]) -> SafeString:
    """Names in the order of the stack."""
    return tag(
        "ul",
        join(tag("li", join([swatch(rank), part.name])) for rank, part in enumerate(parts)),
        class_="chart-legend",
    )


def swatch(rank: int) -> SafeString:
    mark = tag("rect", class_=f"chart-part chart-part--{rank % PATTERNS}", width=10, height=10, rx=2)
    return tag("svg", mark, viewBox="0 0 10 10", class_="chart-swatch", aria_hidden="true")


def totals(parts: Sequence[Part]) -> list[float]:
    return [sum(values) for values in zip(*(part.values for part in parts), strict=True)]


def table(months: Sequence[str], parts: Sequence[Part], unit: Unit) -> Table:
    several = len(parts) > 1
    rows = [
        (
            formats.month(month),
            *(unit.full(part.values[i]) for part in parts),
            *((unit.full(total),) if several else ()),
        )
        for i, (month, total) in enumerate(zip(months, totals(parts), strict=True))
    ]
    return Table((_("Month"), *(part.name for part in parts), *((_("Total"),) if several else ())), rows)


def summary(months: Sequence[str], parts: Sequence[Part], unit: Unit) -> str:
    sums = totals(parts)
    top = max(range(len(sums)), key=lambda i: sums[i])
    return _("{months} months; the highest is {month} with {amount}.").format(
        months=len(months), month=formats.month(months[top]), amount=unit.full(sums[top])
    )
