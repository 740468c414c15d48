"""How likely which amount is: simulated amounts in bins, with P10, P50, P90 and the committed part marked."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.charts.fan import short_amount
from core.charts.frame import Plot, Size, Table, Unit, cursor, figure, join, plot, short, tag, x_label
from core.charts.geometry import Scale, nice_ticks

BINS = 32
TRIM = 0.005  # the share of each tail that gathers in the outer bins


class Bins(NamedTuple):
    low: float
    width: float
    counts: list[int]
    total: int


def histogram(
    values: Sequence[float],
    *,
    p10: float,
    p50: float,
    p90: float,
    label: str,
    currency: str = "",
    unit: str = "",
    committed: float | None = None,
) -> SafeString:
    """Simulated amounts as bars; the band P10 to P90 is strong, the tails are pale."""
    of, marks = Unit(currency, unit), (float(p10), float(p50), float(p90))
    owed = None if committed is None else float(committed)
    bins = gather([float(value) for value in values], owed)
    said = _("P10 is {p10}, P50 {p50} and P90 {p90}.").format(
        p10=of.full(marks[0]), p50=of.full(marks[1]), p90=of.full(marks[2])
    )
    return figure(
        lambda size: draw(bins, marks, owed, of, size),
        kind="histogram",
        label=label,
        summary=said,
        table=table(bins, of),
    )


def gather(values: Sequence[float], committed: float | None) -> Bins:
    """Count into equal bins; far tails are kept in the outer bins."""
    ordered = sorted(values)
    trim = int(len(ordered) * TRIM)
    low, high = ordered[trim], ordered[-1 - trim]
    low = min(low, committed) if committed is not None else low
    if high <= low:
        low, high = low * 0.95 - 0.5, high * 1.05 + 0.5
    width = (high - low) / BINS
    counts = [0] * BINS
    for value in ordered:
        counts[min(BINS - 1, max(0, int((value - low) / width)))] += 1
    return Bins(low, width, counts, len(ordered))


def draw(bins: Bins, marks: tuple[float, float, float], committed: float | None, unit: Unit, size: Size) -> SafeString:
    drawing = plot(size, BINS, max(bins.counts) * 1.02)
    drawing = drawing._replace(left=8.0, top=46.0, y=Scale(0, max(bins.counts), drawing.bottom, 46.0))
    along = Scale(bins.low, bins.low + bins.width * BINS, drawing.left, drawing.right)
    each = (drawing.right - drawing.left) / BINS
    return join(
        [
            tag("line", class_="chart-base", x1=drawing.left, x2=drawing.right, y1=drawing.bottom, y2=drawing.bottom),
            amount_axis(bins, along, drawing, unit),
            columns(bins, marks, drawing, each),
            owed_mark(committed, along, drawing),
            markers(marks, along, drawing),
            cursor(drawing, drawing.left + each / 2, each),
        ]
    )


def columns(bins: Bins, marks: tuple[float, float, float], drawing: Plot, each: float) -> SafeString:
    drawn = []
    for i, count in enumerate(bins.counts):
        middle = bins.low + bins.width * (i + 0.5)
        kind = "chart-bin" if marks[0] <= middle <= marks[2] else "chart-bin chart-bin--tail"
        top = drawing.y(count)
        place = {"x": drawing.left + i * each + 0.5, "y": top, "width": each - 1, "height": drawing.bottom - top}
        drawn.append(tag("rect", class_=kind, **place) if count else "")
    return join(drawn)


def markers(marks: tuple[float, float, float], along: Scale, drawing: Plot) -> SafeString:
    """A line at each quantile, each of its own style, named above the bars."""
    names = ("P10", "P50", "P90")
    places = [along(value) for value in marks]
    parts = []
    for name, value, x, edge in zip(names, marks, places, ("chart-end", "chart-middle", ""), strict=True):
        kind = name.lower()
        lift = 12.0 if name == "P50" else 0.0
        parts.append(tag("line", class_=f"chart-{kind}", x1=x, x2=x, y1=drawing.top - 14 - lift, y2=drawing.bottom))
        shift = {"P10": -5.0, "P50": 0.0, "P90": 5.0}[name]
        near_edge = edge
        if name == "P10" and x - drawing.left < 76:
            near_edge, shift = "", 5.0
        if name == "P90" and drawing.right - x < 76:
            near_edge, shift = "chart-end", -5.0
        text = f"{name} {short_amount(value)}"
        parts.append(tag("text", text, class_=f"chart-label chart-label--{kind} {near_edge}".strip(), x=x + shift,
                         y=drawing.top - 18 - lift * 1.3 + (12 if name != "P50" else 0)))  # fmt: skip
    return join(parts)


def owed_mark(committed: float | None, along: Scale, drawing: Plot) -> SafeString:
    """Where the committed amount stands."""
    if not committed:
        return join([])
    x = min(max(along(committed), drawing.left), drawing.right)
    return join(
        [
            tag("line", class_="chart-commit", x1=x, x2=x, y1=drawing.top, y2=drawing.bottom),
            tag("text", _("Committed"), class_="chart-commit-label", x=x + 6, y=drawing.top + 22),
        ]
    )


def amount_axis(bins: Bins, along: Scale, drawing: Plot, unit: Unit) -> SafeString:
    high = bins.low + bins.width * BINS
    ticks = [t for t in nice_ticks(high, bins.low, about=drawing.size.labels // 2 + 1) if bins.low <= t <= high]
    parts = [
        x_label(drawing, short(tick), along(tick))
        for tick in ticks
        if drawing.left + 10 < along(tick) < drawing.right - 10
    ]
    parts.append(tag("text", unit.heading, class_="chart-unit", x=drawing.left, y=drawing.bottom + 32))
    return join(parts)


def table(bins: Bins, unit: Unit) -> Table:
    rows = [
        (
            _("{low} to {high}").format(
                low=unit.full(round(bins.low + bins.width * i)),
                high=unit.full(round(bins.low + bins.width * (i + 1))),
            ),
            f"{count / bins.total:.1%}".replace("%", " %"),
        )
        for i, count in enumerate(bins.counts)
    ]
    return Table((unit.heading or _("Amount"), _("Share of futures")), rows)
