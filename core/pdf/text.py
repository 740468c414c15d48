"""Text in any script: which typeface draws it, and in which order its letters stand."""

import re
from functools import lru_cache
from xml.sax.saxutils import escape

from arabic_reshaper import ArabicReshaper
from bidi import get_display

from core.pdf.fonts import BOLD, CJK, OTHER, OTHER_BOLD
from core.pdf.scripts import IDEOGRAPHS, LEFT, OTHERS, RTL

_RUNS = re.compile(f"(?P<cjk>{IDEOGRAPHS.pattern}+)|(?P<other>{OTHERS.pattern}+)")
_BRACKETS = {"(": ")", ")": "(", "[": "]", "]": "[", "{": "}", "}": "{", "<": ">", ">": "<", "«": "»", "»": "«"}
_JOINER = "\u034f"  # drawn as nothing, and keeps to the character before it


def markup(text: str) -> str:
    """The text for a paragraph of one line: escaped, each run in a typeface that has its letters."""
    if text.isascii():
        return escape(text)
    if RTL.search(text):
        return f'<font name="{OTHER}">{escape(visual(joined(text)))}</font>'
    return _RUNS.sub(_run, escape(text))


def _run(found: re.Match[str]) -> str:
    return f'<font name="{CJK if found["cjk"] else OTHER}">{found[0]}</font>'


def runs(text: str, font: str) -> list[tuple[str, str]]:
    """(typeface, letters) in the order in which they are drawn."""
    if RTL.search(text):
        return [(OTHER_BOLD if font == BOLD else OTHER, visual(joined(text)))]
    pieces, end = [], 0
    for found in _RUNS.finditer(text):
        pieces += [(font, text[end : found.start()]), (CJK if found["cjk"] else OTHER, found[0])]
        end = found.end()
    return [piece for piece in (*pieces, (font, text[end:])) if piece[1]]


@lru_cache(1)
def _reshaper() -> ArabicReshaper:
    return ArabicReshaper({"use_unshaped_instead_of_isolated": True, "delete_harakat": False})


def joined(text: str) -> str:
    """Arabic letters in the forms that they take beside each other."""
    shaped: str = _reshaper().reshape(text)
    return shaped


def from_right(text: str) -> bool:
    """Whether the text runs from the right: a sentence in English does not, although a name in it may."""
    letters = len(RTL.findall(text))
    return letters > 0 and letters >= len(LEFT.findall(text))


def visual(text: str, *, right: bool | None = None) -> str:
    """The line in the order in which it is drawn from left to right.

    The library reorders but does not mirror: a bracket that runs from right to left is one that comes out after the
    joiner that was put behind it.
    """
    marked = "".join(letter + _JOINER if letter in _BRACKETS else letter for letter in text)
    base = "R" if (from_right(text) if right is None else right) else "L"
    drawn: str = get_display(marked, base_dir=base)
    turned = re.sub(f"{_JOINER}(.)", lambda found: _BRACKETS.get(found[1], found[1]), drawn)
    return turned.replace(_JOINER, "")
