"""Charts drawn as vectors in the document: simulated amounts, so floats are right here."""

from collections.abc import Callable, Sequence
from math import floor, log10

from reportlab.graphics.shapes import Drawing, Line, Polygon, PolyLine, Rect, String
from reportlab.lib.colors import Color
from reportlab.pdfbase.pdfmetrics import stringWidth

from core.pdf.document import tint
from core.pdf.fonts import BOLD, REGULAR
from core.pdf.styles import ACCENT, COMMITTED, INK, MUTED, RULE

Amounts = Sequence[float]
LEGEND = ("8 of 10 simulated bills (P10 to P90)", "middle bill (P50)", "committed")


def fan_chart(
    labels: Sequence[str],
    bands: tuple[Amounts, Amounts, Amounts],
    committed: Amounts,
    *,
    width: float,
    height: float = 158,
    amount: Callable[[float], str],
    words: tuple[str, str, str] = LEGEND,
    accent: Color = ACCENT,
) -> Drawing:
    """P10 to P90 as a band, P50 as a line, what is owed in any case dashed. A month is a step: it is billed once."""
    low, middle, high = bands
    drawing = Drawing(width, height)
    left, bottom, right, top = 52.0, 26.0, width - 2, height - 22
    ticks = scale(max([*high, *committed, 0.0]))
    slot = (right - left) / max(len(labels), 1)

    def y(value: float) -> float:
        return bottom + (top - bottom) * max(value, 0.0) / ticks[-1]

    def steps(values: Amounts) -> list[tuple[float, float]]:
        return [(left + slot * (at + side), y(value)) for at, value in enumerate(values) for side in (0, 1)]

    _grid(drawing, ticks, y, left, right, amount)
    _months(drawing, labels, left, slot, bottom)
    outline = steps(high) + steps(low)[::-1]
    drawing.add(Polygon(_flat(outline), fillColor=tint(accent), strokeColor=None))
    drawing.add(PolyLine(_flat(steps(committed)), strokeColor=COMMITTED, strokeWidth=1.1, strokeDashArray=[3, 2]))
    drawing.add(PolyLine(_flat(steps(middle)), strokeColor=accent, strokeWidth=1.6, strokeLineJoin=1))
    _legend(drawing, left, height - 8, words, accent)
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


def _months(drawing: Drawing, labels: Sequence[str], left: float, slot: float, bottom: float) -> None:
    """ "Jan 2027": the month under its step, the year under its first month."""
    every, year_before = -(-len(labels) // 18), ""
    for at in range(0, len(labels), every):
        month, _, year = labels[at].partition(" ")
        middle = left + slot * (at + 0.5)
        drawing.add(_text(middle, bottom - 11, month, anchor="middle"))
        if year != year_before:
            drawing.add(_text(middle, bottom - 20, year, anchor="middle"))
        year_before = year


def _legend(drawing: Drawing, x: float, y: float, words: tuple[str, str, str], accent: Color) -> None:
    """Each word behind its sign, as wide as it is."""
    band, middle, committed = words
    drawing.add(Rect(x, y - 2, 14, 7, fillColor=tint(accent), strokeColor=None))
    x = _word(drawing, x, y, band)
    drawing.add(Line(x, y + 1.5, x + 14, y + 1.5, strokeColor=accent, strokeWidth=1.6))
    x = _word(drawing, x, y, middle)
    drawing.add(Line(x, y + 1.5, x + 14, y + 1.5, strokeColor=COMMITTED, strokeWidth=1.1, strokeDashArray=[3, 2]))
    _word(drawing, x, y, committed)


def _word(drawing: Drawing, x: float, y: float, text: str) -> float:
    """Where the next sign begins."""
    drawing.add(_text(x + 18, y - 1, text))
    return float(x + 18 + stringWidth(text, REGULAR, 7) + 14)


def range_bar(
    band: tuple[float, float, float], *, committed: float, width: float, height: float = 22, accent: Color = ACCENT
) -> Drawing:
    """One amount as a range from zero: P10 to P90 with P50 marked, the committed part filled."""
    drawing = Drawing(width, height)
    low, middle, high = band
    longest = max(high, committed, 1.0) * 1.02
    base, thick = 8.0, 8.0

    def x(value: float) -> float:
        return width * max(value, 0.0) / longest

    drawing.add(Rect(0, base, width, thick, fillColor=RULE, strokeColor=None))
    drawing.add(Rect(x(low), base, max(x(high) - x(low), 1.5), thick, fillColor=tint(accent), strokeColor=None))
    drawing.add(Rect(0, base, x(committed), thick, fillColor=COMMITTED, strokeColor=None))
    drawing.add(Rect(x(middle) - 1, base - 3, 2, thick + 6, fillColor=accent, strokeColor=None))
    return drawing


def _flat(points: Sequence[tuple[float, float]]) -> list[float]:
    return [coordinate for point in points for coordinate in point]


def _text(x: float, y: float, text: str, *, anchor: str = "start", bold: bool = False, color: Color = MUTED) -> String:
    return String(x, y, text, fontName=BOLD if bold else REGULAR, fontSize=7, fillColor=color or INK, textAnchor=anchor)
