"""Noto Sans from a package, embedded in every document: nothing depends on the fonts of a machine."""

import io

import pymupdf_fonts
from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus.tables import CellStyle

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"

_SOURCES = {REGULAR: "notos", BOLD: "notosbo", ITALIC: "notosit"}


def register() -> None:
    """Make the fonts known to reportlab; again is harmless."""
    for name, source in _SOURCES.items():
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, io.BytesIO(pymupdf_fonts.fontbuffers[source]())))
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
    # Drawings and empty table cells start in a standard font that is never embedded, unless told otherwise.
    STATE_DEFAULTS["fontName"] = CellStyle.fontname = REGULAR


def missing(text: str) -> str:
    """The characters of ``text`` that the font cannot draw, each once, in order."""
    register()
    glyphs = pdfmetrics.getFont(REGULAR).face.charToGlyph
    return "".join(dict.fromkeys(mark for mark in text if mark > " " and ord(mark) not in glyphs))


register()
