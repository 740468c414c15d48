"""The fan: what was, and between P10 and P90 what may come."""

from collections.abc import Sequence
from itertools import groupby
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core import formats
from core.charts.frame import (
    CHARACTER,
    Plot,
    Size,
    Table,
    Unit,
    cursor,
    figure,
    join,
    month_axis,
    plot,
    short,
    tag,
    y_axis,
)
from core.charts.geometry import area_path, line_path, present, spread, step_path

LABEL_GAP = 14.0


class Fan(NamedTuple):
    """A history of months and the bands of the months after it."""

    history: Sequence[tuple[str, float | None]]
    months: Sequence[str]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]
    committed: Sequence[float] | None
    unit: Unit
    least_top: float = 0.0
    own: Sequence[float] = ()

    @property
    def all_months(self) -> list[str]:
        return [*(month for month, _ in self.history), *self.months]

    @property
    def top(self) -> float:
        return max(
            [
                *present(value for _, value in self.history),
                *self.p90,
                *(self.committed or ()),
                *self.own,
                self.least_top,
            ]
        )


def fan_chart(
    history: Sequence[tuple[str, float | None]],
    months: Sequence[str],
    p10: Sequence[float],
    p50: Sequence[float],
    p90: Sequence[float],
    *,
    label: str,
    currency: str = "",
    unit: str = "",
    committed: Sequence[float] | None = None,
    top: float = 0.0,
    own: Sequence[float] = (),
) -> SafeString:
    """History as a line, then the band from P10 to P90 around P50, and the amount owed whatever happens.

    `history` is (month, value) pairs that end where `months` ("2027-01") begin; a missing month is None. Charts that
    are compared get the same `top`, the least height of their axis. `own` is one more line: the reader's own months.
    """
    owed = numbers(committed) if committed is not None else None
    fan = Fan(
        history, list(months), numbers(p10), numbers(p50), numbers(p90), owed, Unit(currency, unit), top, numbers(own)
    )
    return figure(lambda size: draw(fan, size), kind="fan", label=label, summary=summary(fan), table=table(fan))


def numbers(values: Sequence[float]) -> list[float]:
    return [float(value) for value in values]


def draw(fan: Fan, size: Size) -> SafeString:
    margin = 42.0 if size.name == "s" else 26.0 + CHARACTER * (4 + len(short_amount(fan.p90[-1])))
    drawing = plot(size, len(fan.all_months), fan.top, margin_right=margin)
    return join(
        [
            y_axis(drawing, fan.unit),
            month_axis(drawing, fan.all_months),
            band(fan, drawing),
            past(fan, drawing),
            commitment(fan, drawing),
            own_line(fan, drawing),
            end_labels(fan, drawing),
            cursor(drawing, drawing.left, drawing.step),
        ]
    )


def band(fan: Fan, drawing: Plot) -> SafeString:
    """The area P10 to P90, its two edges and the line P50; it grows out of the last known month."""
    first = len(fan.history)
    last = fan.history[-1][1] if fan.history else None
    origin = [(drawing.x(first - 1), drawing.y(last))] if last is not None else []
    low, mid, high = (
        [*origin, *((drawing.x(first + i), drawing.y(value)) for i, value in enumerate(values))]
        for values in (fan.p10, fan.p50, fan.p90)
    )
    return join(
        [
            tag("path", class_="chart-band", d=area_path(high, low)),
            tag("path", class_="chart-p90", d=line_path(high)),
            tag("path", class_="chart-p10", d=line_path(low)),
            tag("path", class_="chart-p50", d=line_path(mid)),
            *(tag("circle", class_="chart-p50-dot", cx=x, cy=y, r=3) for x, y in mid if len(fan.p50) == 1),
        ]
    )


def past(fan: Fan, drawing: Plot) -> SafeString:
    """The months that are known, and the line where knowing ends."""
    points = [(drawing.x(i), drawing.y(value)) for i, (_, value) in enumerate(fan.history) if value is not None]
    if not points:
        return join([])
    edge = drawing.x(len(fan.history) - 1)
    return join(
        [
            tag("path", class_="chart-history", d=line_path(points)),
            tag("circle", class_="chart-history-dot", cx=points[-1][0], cy=points[-1][1], r=3),
            tag("line", class_="chart-edge", x1=edge, x2=edge, y1=drawing.top, y2=drawing.bottom),
            tag("text", _("Known"), class_="chart-note chart-end", x=edge - 7, y=drawing.top - 3),
            tag("text", _("Forecast"), class_="chart-note", x=edge + 7, y=drawing.top - 3),
        ]
    )


def own_line(fan: Fan, drawing: Plot) -> SafeString:
    """The reader's own months."""
    first = len(fan.history)
    points = [(drawing.x(first + i), drawing.y(value)) for i, value in enumerate(fan.own)]
    dots = (tag("circle", class_="chart-own-dot", cx=x, cy=y, r=3) for x, y in points)
    return join([tag("path", class_="chart-own", d=line_path(points)), *dots]) if points else join([])


def commitment(fan: Fan, drawing: Plot) -> SafeString:
    """The committed amount of each month, as steps, named on its line."""
    if not fan.committed or not any(fan.committed):
        return join([])
    first = len(fan.history)
    points = [(drawing.x(first + i), drawing.y(value)) for i, value in enumerate(fan.committed)]
    half = drawing.step / 2 if len(points) > 1 else 6.0
    steps = step_path(points, half, drawing.left, drawing.right)
    return join([tag("path", class_="chart-commit", d=steps), commitment_label(points, drawing, half)])


def commitment_label(points: list[tuple[float, float]], drawing: Plot, half: float) -> SafeString:
    """Under its longest level stretch, where no bill can be; over the end of it when the ground is too near."""
    level = longest_level(points)
    x, y = level[0]
    if drawing.bottom - y > LABEL_GAP + 4:
        at = {"x": max(drawing.left, x - half) + 4, "y": y + LABEL_GAP, "class_": "chart-commit-label"}
    else:
        at = {"x": level[-1][0] - 4, "y": y - 6, "class_": "chart-commit-label chart-end"}
    return tag("text", _("Committed"), **at)


def longest_level(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The longest stretch of points at the same height; the first of equals."""
    stretches = [list(stretch) for _, stretch in groupby(points, key=lambda point: round(point[1], 1))]
    return max(stretches, key=len)


def end_labels(fan: Fan, drawing: Plot) -> SafeString:
    """P90, P50 and P10 beside the ends of their lines, moved apart where they would touch."""
    ends = [fan.p90[-1], fan.p50[-1], fan.p10[-1]]
    places = spread([drawing.y(value) for value in ends], LABEL_GAP, drawing.top, drawing.bottom)
    small = drawing.size.name == "s"
    return join(
        tag(
            "text",
            name if small else f"{name} {short_amount(value)}",
            class_=f"chart-label chart-label--{name.lower()}",
            x=drawing.right + 8,
            y=y + 4,
        )
        for name, value, y in zip(("P90", "P50", "P10"), ends, places, strict=True)
    )


def short_amount(value: float) -> str:
    """Three figures: "1.24M"."""
    return short(float(f"{value:.3g}"))


def table(fan: Fan) -> Table:
    columns = (_("Month"), _("Known"), "P10", "P50", "P90", *((_("Committed"),) if fan.committed else ()))
    columns += (_("Yours"),) if fan.own else ()
    if not fan.history:
        columns = tuple(column for column in columns if column != "Known")
    empty = ("",) * (3 + bool(fan.committed) + bool(fan.own))
    rows = [
        (formats.month(month), "–" if value is None else fan.unit.full(value), *empty) for month, value in fan.history
    ]
    known = ("",) if fan.history else ()
    for i, month in enumerate(fan.months):
        owed = (fan.unit.full(fan.committed[i]),) if fan.committed else ()
        amounts = (fan.unit.full(values[i]) for values in (fan.p10, fan.p50, fan.p90))
        yours = (fan.unit.full(fan.own[i]),) if fan.own else ()
        rows.append((formats.month(month), *known, *amounts, *owed, *yours))
    return Table(columns, rows)


def summary(fan: Fan) -> str:
    """What one sees, in a sentence for those who do not."""
    first, last = formats.month(fan.months[0]), formats.month(fan.months[-1])
    return _("From {first} to {last}; in {last} P10 is {p10}, P50 {p50} and P90 {p90}.").format(
        first=first,
        last=last,
        p10=fan.unit.full(fan.p10[-1]),
        p50=fan.unit.full(fan.p50[-1]),
        p90=fan.unit.full(fan.p90[-1]),
    )
