"""Typefaces from packages, embedded in every document: nothing depends on the fonts of a machine.

Noto Sans writes Latin, Greek and Cyrillic; FiraGO writes Arabic, Hebrew, Thai and Georgian; of Noto Sans CJK, which is
too large to be read for every document, only the characters that a document uses are taken.
"""

import io

import pymupdf_fonts
from reportlab.graphics.shapes import STATE_DEFAULTS
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus.tables import CellStyle

from core.pdf.scripts import IDEOGRAPHS, OTHERS

REGULAR = "NotoSans"
BOLD = "NotoSans-Bold"
ITALIC = "NotoSans-Italic"
OTHER = "FiraGO"
OTHER_BOLD = "FiraGO-Bold"
CJK = "NotoSansCJK"

_SOURCES = {REGULAR: "notos", BOLD: "notosbo", ITALIC: "notosit"}
_OTHERS = {OTHER: "figo", OTHER_BOLD: "figbo"}


def register() -> None:
    """Make the fonts known to reportlab; again is harmless."""
    for name, source in _SOURCES.items():
        _register(name, source)
    pdfmetrics.registerFontFamily(REGULAR, normal=REGULAR, bold=BOLD, italic=ITALIC, boldItalic=BOLD)
    pdfmetrics.registerFontFamily(OTHER, normal=OTHER, bold=OTHER_BOLD, italic=OTHER, boldItalic=OTHER_BOLD)
    pdfmetrics.registerFontFamily(CJK, normal=CJK, bold=CJK, italic=CJK, boldItalic=CJK)
    # Drawings and empty table cells start in a standard font that is never embedded, unless told otherwise.
    STATE_DEFAULTS["fontName"] = CellStyle.fontname = REGULAR


def _register(name: str, source: str) -> None:
    if name not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont(name, io.BytesIO(pymupdf_fonts.fontbuffers[source]())))


def provide(text: str) -> None:
    """Make ready what a document with these letters needs beyond Noto Sans."""
    if OTHERS.search(text):
        for name, source in _OTHERS.items():
            _register(name, source)
    if ideographs := "".join(sorted(set(IDEOGRAPHS.findall(text)))):
        from core.pdf.ideographs import font_of  # noqa: PLC0415 (fontTools is read only for those who need it)

        if CJK in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.getFont(CJK).unregister()  # the letters of another document; reportlab keeps the first of a name
        pdfmetrics.registerFont(TTFont(CJK, io.BytesIO(font_of(ideographs))))


def missing(text: str) -> str:
    """The characters of ``text`` that no font can draw, each once, in order."""
    register()
    provide(text)
    names = [name for name in (REGULAR, OTHER, CJK) if name in pdfmetrics.getRegisteredFontNames()]
    glyphs = set().union(*(pdfmetrics.getFont(name).face.charToGlyph for name in names))
    return "".join(dict.fromkeys(mark for mark in text if mark > " " and ord(mark) not in glyphs))


register()
