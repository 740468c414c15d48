"""What a story is made of: text in any script, headings, figures. Each says what it is to the structure tree."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from xml.sax.saxutils import escape

from reportlab.graphics.shapes import Drawing
from reportlab.lib.enums import TA_LEFT, TA_RIGHT
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import Flowable, Paragraph

from core.pdf.fonts import BOLD, OTHER, OTHER_BOLD
from core.pdf.scripts import IDEOGRAPHS, RTL
from core.pdf.styles import STYLES
from core.pdf.text import from_right, joined, markup, visual


class Marked(Paragraph):
    """A paragraph of markup with its place in the structure tree.

    A table asks for the height of its cells at every page break, and it is always the same.
    """

    role = "P"
    _wrapped: tuple[float, tuple[float, float]] | None = None

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:  # noqa: N803 (reportlab's names)
        if self._wrapped is None or self._wrapped[0] != availWidth:
            self._wrapped = (availWidth, super().wrap(availWidth, availHeight))
        return self._wrapped[1]

    def split(self, availWidth: float, availHeight: float) -> list[Flowable]:  # noqa: N803
        self._wrapped = None
        parts: list[Flowable] = super().split(availWidth, availHeight)
        return parts

    def draw(self) -> None:
        with self.canv.marked(self.role):
            super().draw()


class Text(Marked):
    """A plain text; one that begins at the right is broken into lines first and each line ordered then."""

    spoken = ""

    def __init__(self, text: str | None, style: ParagraphStyle, **more: Any):
        if text is None:
            super().__init__(None, style, **more)
        elif text.isascii():
            # Nothing in it is markup: a fragment like the style's own, and no parser.
            super().__init__(None, style, frags=[plain_fragment(style).clone(text=" ".join(text.split()))], **more)
        elif RTL.search(text):
            self.spoken, self.right = text, from_right(text)
            super().__init__(markup_of_right(text), reversed_style(style, right=self.right), **more)
        else:
            super().__init__(markup(text), packed_style(style) if IDEOGRAPHS.search(text) else style, **more)

    def breakLines(self, width: Any) -> Any:  # noqa: N802
        lines = super().breakLines(width)
        if self.spoken:
            lines.lines = [(rest, visual(" ".join(words), right=self.right).split(" ")) for rest, words in lines.lines]
        return lines

    def draw(self) -> None:
        with self.canv.marked(self.role, actual=self.spoken):
            Paragraph.draw(self)


class Stack(Marked):
    """Lines of plain text below each other in one cell, each in its style; no parser where nothing is markup."""

    @classmethod
    def of(cls, lines: Sequence[tuple[str, ParagraphStyle]]) -> "Stack":
        (_first, style), *_rest = lines
        if not all(text.isascii() for text, _style in lines):
            return cls("<br/>".join(styled(text, one) for text, one in lines), style)
        frags: list[Any] = []
        for text, one in lines:
            frags += [plain_fragment(one).clone(text="", lineBreak=True)] if frags else []
            frags.append(plain_fragment(one).clone(text=" ".join(text.split())))
        return cls(None, style, frags=frags)


class Heading(Text):
    """A heading that is also a bookmark of the document."""

    def __init__(self, text: str | None, style: ParagraphStyle | None = None, *, level: int = 0, **more: Any):
        super().__init__(text, style or STYLES["h1" if level == 0 else "h2"], **more)
        self.role = f"H{level + 1}"
        self.bookmark = (text, level)


class Title(Text):
    role = "H1"


class Figure(Flowable):
    """A drawing, and in words what it shows."""

    def __init__(self, drawing: Drawing, alt: str):
        super().__init__()
        self.drawing, self.alt = drawing, alt
        self.width, self.height = drawing.width, drawing.height

    def wrap(self, *_: float) -> tuple[float, float]:
        return self.width, self.height

    def draw(self) -> None:
        with self.canv.marked("Figure", alt=self.alt):
            self.drawing.drawOn(self.canv, 0, 0)


def markup_of_right(text: str) -> str:
    """One typeface for the whole: FiraGO has Latin letters too."""
    return escape(joined(text))


def styled(text: str, style: ParagraphStyle) -> str:
    """The text in markup that says the size, weight and colour of the style."""
    inner = f'<font size="{style.fontSize}" color="{style.textColor.hexval()}">{markup(text)}</font>'
    return f"<b>{inner}</b>" if style.fontName == BOLD else inner


@lru_cache(256)
def plain_fragment(style: ParagraphStyle) -> Any:
    """What reportlab makes of a letter in this style."""
    return Paragraph("x", style).frags[0]


@lru_cache(64)
def reversed_style(style: ParagraphStyle, *, right: bool) -> ParagraphStyle:
    font = OTHER_BOLD if style.fontName == BOLD else OTHER
    align = TA_RIGHT if right and style.alignment == TA_LEFT else style.alignment
    return ParagraphStyle(f"{style.name}-rtl", parent=style, fontName=font, alignment=align)


@lru_cache(64)
def packed_style(style: ParagraphStyle) -> ParagraphStyle:
    """Lines break between any two ideographs."""
    return ParagraphStyle(f"{style.name}-cjk", parent=style, wordWrap="CJK")
