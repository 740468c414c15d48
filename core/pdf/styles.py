"""Colours and type of a document."""

from typing import Any

from reportlab.lib.colors import Color, HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.styles import ParagraphStyle

from core.pdf.fonts import BOLD, REGULAR

INK = HexColor("#16202e")
MUTED = HexColor("#5b6776")
RULE = HexColor("#d9dfe7")
PANEL = HexColor("#f5f7fa")
ACCENT = HexColor("#2b50d0")
COMMITTED = HexColor("#44516a")


def _style(
    name: str, size: float, leading: float, *, font: str = REGULAR, color: Color = INK, **more: Any
) -> ParagraphStyle:
    return ParagraphStyle(name, fontName=font, fontSize=size, leading=leading, textColor=color, **more)


STYLES = {
    "eyebrow": _style("eyebrow", 8, 11, font=BOLD, color=MUTED),
    "title": _style("title", 23, 29, font=BOLD, spaceAfter=4),
    "lead": _style("lead", 10.5, 15.5, color=MUTED, spaceAfter=4),
    "h1": _style("h1", 14, 19, font=BOLD, spaceBefore=18, spaceAfter=5, keepWithNext=1),
    "h2": _style("h2", 10.5, 14.5, font=BOLD, spaceBefore=10, spaceAfter=3, keepWithNext=1),
    "body": _style("body", 9, 13.4, spaceAfter=5),
    "note": _style("note", 8, 11.6, color=MUTED, spaceAfter=4),
    "note_below": _style("note_below", 8, 11.6, color=MUTED, spaceBefore=5),
    "clause": _style("clause", 9, 13.4, font=BOLD, spaceBefore=3, keepWithNext=1),
    "fingerprint": _style("fingerprint", 8, 11.6),
    "label": _style("label", 7.4, 10.4, color=MUTED),
    "value": _style("value", 9, 12.6),
    "strong": _style("strong", 9, 12.6, font=BOLD),
    "figure": _style("figure", 16, 20, font=BOLD),
    "cell": _style("cell", 8.2, 11.2),
    "cell_strong": _style("cell_strong", 8.2, 11.2, font=BOLD),
    "cell_total": _style("cell_total", 8.2, 11.2, font=BOLD, alignment=TA_RIGHT),
    "cell_note": _style("cell_note", 7.3, 9.8, color=MUTED),
    "cell_note_num": _style("cell_note_num", 7.3, 9.8, color=MUTED, alignment=TA_RIGHT),
    "cell_num": _style("cell_num", 8.2, 11.2, alignment=TA_RIGHT),
    "head": _style("head", 7.4, 10, color=MUTED),
    "head_num": _style("head_num", 7.4, 10, color=MUTED, alignment=TA_RIGHT),
}
