"""A small TrueType font of just the Chinese, Japanese and Korean characters that a document uses.

The collection in the package has 65,000 glyphs for each language, with outlines that reportlab cannot embed.
"""

import io
from functools import lru_cache
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont
from noto_cjk_sans_otc import FONT_PATH

from core.pdf.scripts import HANGUL, KANA

JAPANESE, KOREAN, CHINESE = 0, 1, 2  # places in the collection
CURVE_ERROR = 1.0  # of a thousand units an em


def font_of(letters: str) -> bytes:
    """The font, the same bytes for the same letters."""
    source = _source(JAPANESE if KANA.search(letters) else KOREAN if HANGUL.search(letters) else CHINESE)
    known, outlines, widths = source.getBestCmap(), source.getGlyphSet(), source["hmtx"]
    names = {ord(letter): f"u{ord(letter):05X}" for letter in letters if ord(letter) in known}
    builder = FontBuilder(source["head"].unitsPerEm, isTTF=True)
    builder.setupGlyphOrder([".notdef", *names.values()])
    builder.setupCharacterMap(names)
    origins = {".notdef": ".notdef", **{name: known[code] for code, name in names.items()}}
    builder.setupGlyf({name: _outline(outlines[origin]) for name, origin in origins.items()})
    left = builder.font["glyf"]
    builder.setupHorizontalMetrics(
        {name: (widths[origin][0], getattr(left[name], "xMin", 0)) for name, origin in origins.items()}
    )
    return _finished(builder, source)


def _outline(glyph: Any) -> Any:
    pen = TTGlyphPen(None)
    glyph.draw(Cu2QuPen(pen, CURVE_ERROR, reverse_direction=True))
    return pen.glyph()


def _finished(builder: FontBuilder, source: TTFont) -> bytes:
    heights = source["hhea"]
    builder.setupHorizontalHeader(ascent=heights.ascent, descent=heights.descent)
    builder.setupOS2(sTypoAscender=heights.ascent, sTypoDescender=heights.descent)
    builder.setupNameTable({"familyName": "Noto Sans CJK", "styleName": "Regular", "psName": "NotoSansCJK-Part"})
    builder.setupPost()
    builder.font["head"].created = builder.font["head"].modified = 0  # same letters, same bytes
    builder.font.recalcTimestamp = False
    out = io.BytesIO()
    builder.save(out)
    return out.getvalue()


@lru_cache(3)
def _source(number: int) -> TTFont:
    return TTFont(str(FONT_PATH), fontNumber=number, lazy=True)
