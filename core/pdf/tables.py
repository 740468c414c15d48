"""Tables: figures on the right, heads repeated, rows never split."""

from collections.abc import Sequence
from typing import Any, TypeAlias

from reportlab.platypus import Flowable, LongTable, Table, TableStyle

from core.pdf.flowables import Text
from core.pdf.fonts import BOLD
from core.pdf.styles import INK, PANEL, RULE, STYLES
from core.pdf.tagging import TableTags

Cell: TypeAlias = str | Flowable | list[Flowable]

SIZE = STYLES["cell"].fontSize
LONG = 40

_BASE = (
    ("FONTSIZE", (0, 0), (-1, -1), SIZE),
    ("LEADING", (0, 0), (-1, -1), STYLES["cell"].leading),
    ("TEXTCOLOR", (0, 0), (-1, -1), INK),
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
    groups: Sequence[int] = (),
    wide: Sequence[int] = (),
) -> Table:
    """A table with a head on every page; columns named in ``numbers`` align right, ``total`` sets off the last row.

    Rows (from 1) in ``groups`` head what follows; those in ``wide`` are one text across all columns.
    """
    data: list[list[Any]] = [
        [Text(text, STYLES["head_num" if at in numbers else "head"]) for at, text in enumerate(head)]
    ]
    data += [[value if at in numbers else _cell(value) for at, value in enumerate(row)] for row in rows]
    style = [
        *_BASE,
        ("BACKGROUND", (0, 0), (-1, 0), PANEL),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, 0), 0.7, INK),
        ("LINEBELOW", (0, 1), (-1, -1), 0.35, RULE),
    ]
    # A head stays with its first rows. In a long table they follow anyway, and looking costs more with every page.
    style += [("NOSPLIT", (0, 0), (-1, min(2, len(rows))))] if len(rows) <= LONG else []
    style += [("ALIGN", (column, 1), (column, -1), "RIGHT") for column in numbers]
    style += [command for row in groups for command in _group_style(row)]
    style += [("SPAN", (0, row), (-1, row)) for row in wide]
    if total:
        style += [
            ("LINEABOVE", (0, -1), (-1, -1), 0.7, INK),
            ("BACKGROUND", (0, -1), (-1, -1), PANEL),
            ("FONTNAME", (0, -1), (-1, -1), BOLD),
        ]
    kind = LongTable if len(rows) > LONG else Table
    return kind(
        data,
        colWidths=list(widths),
        repeatRows=1,
        style=TableStyle(style),
        hAlign="LEFT",
        splitInRow=0,
        renderCB=TableTags(),
    )


def _group_style(row: int) -> list[tuple[Any, ...]]:
    return [
        ("SPAN", (0, row), (2, row)),
        ("BACKGROUND", (0, row), (-1, row), PANEL),
        ("FONTNAME", (0, row), (-1, row), BOLD),
        ("NOSPLIT", (0, row), (-1, row + 1)),
    ]


def _cell(value: Cell) -> Cell:
    return Text(value, STYLES["cell"]) if isinstance(value, str) and value else value


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
        Text(label, STYLES["label"]),
        Text(first, STYLES["strong"]),
        *(Text(line, STYLES["value"]) for line in rest if line),
    ]
