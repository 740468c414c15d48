"""Tables: figures on the right, heads repeated, rows never split."""

from collections.abc import Sequence
from xml.sax.saxutils import escape

from reportlab.platypus import Flowable, LongTable, Paragraph, Table, TableStyle

from core.pdf.styles import INK, PANEL, RULE, STYLES

Cell = str | Flowable | list[Flowable]

_BASE = (
    ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ("LEFTPADDING", (0, 0), (-1, -1), 5),
    ("RIGHTPADDING", (0, 0), (-1, -1), 5),
    ("TOPPADDING", (0, 0), (-1, -1), 3.6),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4.2),
)


def figure_table(
    head: Sequence[str],
    rows: Sequence[Sequence[Cell]],
    widths: Sequence[float],
    *,
    numbers: frozenset[int],
    total: bool = False,
) -> Table:
    """A table with a head on every page; columns named in ``numbers`` align right, ``total`` sets off the last row."""
    data = [[_cell(text, "head", at in numbers) for at, text in enumerate(head)]]
    data += [[_cell(value, "cell", at in numbers) for at, value in enumerate(row)] for row in rows]
    style = [
        *_BASE,
        ("BACKGROUND", (0, 0), (-1, 0), PANEL),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.35, RULE),
        ("NOSPLIT", (0, 0), (-1, min(2, len(rows)))),
    ]
    if total:
        style += [("LINEABOVE", (0, -1), (-1, -1), 0.7, INK), ("BACKGROUND", (0, -1), (-1, -1), PANEL)]
    kind = LongTable if len(rows) > 40 else Table
    return kind(data, colWidths=list(widths), repeatRows=1, style=TableStyle(style), hAlign="LEFT", splitInRow=0)


def _cell(value: Cell, style: str, number: bool) -> Cell:
    if not isinstance(value, str):
        return value
    return Paragraph(escape(value), STYLES[f"{style}_num" if number else style])


def facts(pairs: Sequence[tuple[str, Sequence[str]]], width: float, *, columns: int) -> Table:
    """Label over value, side by side; the first line of a value is its headline."""
    cells = [_fact(label, lines) for label, lines in pairs]
    cells += [[]] * (-len(cells) % columns)
    rows = [cells[at : at + columns] for at in range(0, len(cells), columns)]
    style = TableStyle(
        [
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 10),
            ("TOPPADDING", (0, 0), (-1, -1), 5),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
        ]
    )
    return Table(rows, colWidths=[width / columns] * columns, style=style, hAlign="LEFT")


def _fact(label: str, lines: Sequence[str]) -> list[Flowable]:
    first, *rest = lines or ("",)
    return [
        Paragraph(escape(label), STYLES["label"]),
        Paragraph(escape(first), STYLES["strong"]),
        *(Paragraph(escape(line), STYLES["value"]) for line in rest if line),
    ]
