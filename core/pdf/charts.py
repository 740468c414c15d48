"""Charts drawn as vectors in the document: simulated amounts, so floats are right here."""

from collections.abc import Callable, Sequence
from math import floor, log10

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color

from core.pdf.fonts import BOLD, REGULAR
from core.pdf.styles import ACCENT, BAND, COMMITTED, INK, MUTED, RULE

Amounts = Sequence[float]


def fan_chart(
    labels: Sequence[str],
    bands: tuple[Amounts, Amounts, Amounts],
    committed: Amounts,
    *,
    width: float,
    height: float = 150,
    amount: Callable[[float], str],
) -> Drawing:
    """P10 to P90 as a band, P50 as a line, what is owed in any case as a line below."""
    low, middle, high = bands
    drawing = Drawing(width, height)
    left, bottom, right, top = 52.0, 18.0, width - 4, height - 22
    ticks = scale(max([*high, *committed, 0.0]))
    step = (right - left) / max(len(labels) - 1, 1)
    xs = [left + at * step for at in range(len(labels))]

    def y(value: float) -> float:
        return bottom + (top - bottom) * value / ticks[-1]

    def points(values: Amounts) -> list[tuple[float, float]]:
        return [(x, y(value)) for x, value in zip(xs, values, strict=True)]

    _grid(drawing, ticks, y, left, right, amount)
    _months(drawing, labels, xs, bottom)
    outline = points(high) + points(low)[::-1]
    drawing.add(Polygon(_flat(outline), fillColor=BAND, strokeColor=None))
    drawing.add(PolyLine(_flat(points(committed)), strokeColor=COMMITTED, strokeWidth=1.1, strokeDashArray=[3, 2]))
    drawing.add(PolyLine(_flat(points(middle)), strokeColor=ACCENT, strokeWidth=1.6, strokeLineJoin=1))
    _legend(drawing, left, height - 8)
    return drawing


def scale(highest: float, *, steps: int = 4) -> list[float]:
    """Round axis marks from zero to at least ``highest``."""
    if highest <= 0:
        return [0.0, 1.0]
    rough = highest / steps
    power = 10 ** floor(log10(rough))
    size = next(power * nice for nice in (1, 2, 2.5, 5, 10) if power * nice >= rough - 1e-9)
    marks = [0.0]
    while marks[-1] < highest - 1e-9:
        marks.append(round(marks[-1] + size, 10))
    return marks


def _grid(
    drawing: Drawing,
    ticks: Sequence[float],
    y: Callable[[float], float],
    left: float,
    right: float,
    amount: Callable[[float], str],
) -> None:
    for tick in ticks:
        drawing.add(Line(left, y(tick), right, y(tick), strokeColor=RULE, strokeWidth=0.5))
        drawing.add(_text(left - 6, y(tick) - 2.4, amount(tick), anchor="end"))


def _months(drawing: Drawing, labels: Sequence[str], xs: Sequence[float], bottom: float) -> None:
    every = -(-len(labels) // 12)
    for at in range(0, len(labels), every):
        anchor = "start" if at == 0 else "end" if at == len(labels) - 1 else "middle"
        drawing.add(_text(xs[at], bottom - 11, labels[at], anchor=anchor))


def _legend(drawing: Drawing, x: float, y: float) -> None:
    drawing.add(Rect(x, y - 2, 14, 7, fillColor=BAND, strokeColor=None))
    drawing.add(_text(x + 18, y - 1, "8 of 10 simulated bills (P10 to P90)"))
    drawing.add(Line(x + 168, y + 1.5, x + 182, y + 1.5, strokeColor=ACCENT, strokeWidth=1.6))
    drawing.add(_text(x + 186, y - 1, "middle bill (P50)"))
    drawing.add(
        Line(x + 262, y + 1.5, x + 276, y + 1.5, strokeColor=COMMITTED, strokeWidth=1.1, strokeDashArray=[3, 2])
    )
    drawing.add(_text(x + 280, y - 1, "committed"))


def range_bar(
    marks: Sequence[tuple[str, str, float]], *, committed: float, width: float, height: float = 44
) -> Drawing:
    """One amount as a range: P10, P50 and P90 on a line from zero, the committed part filled."""
    drawing = Drawing(width, height)
    highest = max([value for _, _, value in marks] + [committed]) or 1.0
    base = height - 26

    def x(value: float) -> float:
        return (width - 2) * max(value, 0.0) / (highest * 1.02)

    (_, _, low), (_, _, middle), (_, _, high) = marks
    drawing.add(Rect(0, base, width, 9, fillColor=RULE, strokeColor=None, rx=2, ry=2))
    drawing.add(Rect(0, base, x(committed), 9, fillColor=COMMITTED, strokeColor=None, rx=2, ry=2))
    drawing.add(Rect(x(low), base, max(x(high) - x(low), 1.5), 9, fillColor=BAND, strokeColor=ACCENT, strokeWidth=0.5))
    drawing.add(Rect(x(middle) - 1, base - 3, 2, 15, fillColor=ACCENT, strokeColor=None))
    return drawing


def _flat(points: Sequence[tuple[float, float]]) -> list[float]:
    return [coordinate for point in points for coordinate in point]


def _text(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False, color: Color = MUTED) -> String:
    return String(x, y, text, fontName=BOLD if bold else REGULAR, fontSize=7, fillColor=color or INK, textAnchor=anchor)
