"""Page frame, running header and footer, page x of y, bookmarks, metadata."""

import io
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate

from core.pdf.fonts import BOLD, REGULAR
from core.pdf.styles import ACCENT, INK, MUTED, RULE
from core.pdf.tagging import TaggedCanvas
from core.pdf.text import runs

# Plain binary streams: a fifth smaller and quicker than text that survives seven-bit mail.
rl_config.useA85 = 0

MARGIN = 19 * mm
TOP = 25 * mm
BOTTOM = 23 * mm
HEAD = 15.4 * mm  # from the upper edge
LOGO = (52 * mm, 8 * mm)
SMALL = 7.2
PAPERS: dict[str, tuple[float, float]] = {"A4": A4, "Letter": LETTER}
LETTER_COUNTRIES = frozenset({"US", "CA", "MX", "CL", "CO", "CR", "GT", "PA", "PH", "PR", "SV", "VE", "DO", "NI"})


@dataclass(frozen=True)
class Brand:
    """Whose document it is: the name, a colour that reads on white, and a PNG."""

    name: str
    accent: Color = ACCENT
    logo: bytes = b""

    @classmethod
    def of(cls, name: str, accent: str, logo: bytes = b"") -> "Brand":
        return cls(name, HexColor(accent) if accent else ACCENT, logo)


@dataclass(frozen=True)
class Running:
    """What stands on every page, and what the file says about itself."""

    brand: Brand
    reference: str
    footer: str
    title: str
    author: str
    subject: str
    keywords: tuple[str, ...] = ()
    legal: str = ""
    language: str = "en"
    page_of: Callable[[int, int], str] = "Page {} of {}".format
    watermark: str = ""


def paper_for(country: str) -> tuple[float, float]:
    """The paper people in that country print on."""
    return PAPERS["Letter" if country.upper() in LETTER_COUNTRIES else "A4"]


def body_width(paper: tuple[float, float]) -> float:
    return float(paper[0] - 2 * MARGIN)


def tint(color: Color, share: float = 0.3) -> Color:
    """The colour thinned with white."""
    return Color(*(1 - share * (1 - part) for part in (color.red, color.green, color.blue)))


def build(story: list[Flowable], running: Running, *, paper: tuple[float, float] = A4) -> bytes:
    """The finished file; the same story gives the same bytes."""
    out = io.BytesIO()
    _Document(out, running, paper).build(story, canvasmaker=TaggedCanvas)
    return out.getvalue()


class _Document(BaseDocTemplate):
    def __init__(self, out: io.BytesIO, running: Running, paper: tuple[float, float]):
        super().__init__(
            out,
            pagesize=paper,
            title=running.title,
            author=running.author,
            subject=running.subject,
            keywords=list(running.keywords),
            creator=running.brand.name,
            lang=running.language,
            initialFontName=REGULAR,
            invariant=1,
            pageCompression=1,
            allowSplitting=1,
        )
        self.running = running
        self.bookmark_keys = count(1)
        frame = Frame(MARGIN, BOTTOM, body_width(paper), paper[1] - TOP - BOTTOM, 0, 0, 0, 0, id="body")
        self.addPageTemplates(PageTemplate("page", [frame], onPage=self._decorate))

    def _decorate(self, canvas: TaggedCanvas, document: BaseDocTemplate) -> None:
        canvas.begin_page()
        width, height = self.pagesize
        canvas.saveState()
        self._brand(canvas, height - HEAD)
        canvas.setFillColor(MUTED)
        write(canvas, width - MARGIN, height - HEAD + 0.2 * mm, self.running.reference, 8, right=True)
        canvas.setStrokeColor(RULE)
        canvas.setLineWidth(0.5)
        canvas.line(MARGIN, 16.6 * mm, width - MARGIN, 16.6 * mm)
        write(canvas, MARGIN, 12.8 * mm, self.running.footer, SMALL)
        write(canvas, MARGIN, 9.2 * mm, self.running.legal, SMALL)
        canvas.doForm(_folio(canvas.getPageNumber()))
        if self.running.watermark:
            _watermark(canvas, self.pagesize, self.running.watermark)
        canvas.restoreState()

    def _brand(self, canvas: Canvas, y: float) -> None:
        brand = self.running.brand
        if brand.logo:
            image = ImageReader(io.BytesIO(brand.logo))
            wide, high = image.getSize()
            scale = min(LOGO[0] / wide, LOGO[1] / high)
            canvas.drawImage(image, MARGIN, y + 1.4 * mm - high * scale / 2, wide * scale, high * scale, mask="auto")
            return
        canvas.setFillColor(brand.accent)
        canvas.rect(MARGIN, y, 3 * mm, 3 * mm, stroke=0, fill=1)
        canvas.setFillColor(INK)
        write(canvas, MARGIN + 4.6 * mm, y + 0.2 * mm, brand.name, 9, font=BOLD)

    def afterFlowable(self, flowable: Flowable) -> None:  # noqa: N802 (reportlab's hook)
        title, level = getattr(flowable, "bookmark", ("", 0))
        if title:
            key = f"section-{next(self.bookmark_keys)}"
            self.canv.bookmarkPage(key)
            self.canv.addOutlineEntry(title, key, level=level, closed=False)

    def _endBuild(self) -> None:  # noqa: N802 (reportlab's hook)
        # Page numbers are drawn as forms and defined last: only now is the number of pages known.
        for page in range(1, self.page + 1):
            self._define_folio(page, self.page)
        self.canv.setViewerPreference("DisplayDocTitle", "true")
        super()._endBuild()

    def _define_folio(self, page: int, total: int) -> None:
        self.canv.beginForm(_folio(page), 0, 0, *self.pagesize)
        self.canv.setFillColor(MUTED)
        text = self.running.page_of(page, total)
        write(self.canv, self.pagesize[0] - MARGIN, 12.8 * mm, text, SMALL, right=True)
        self.canv.endForm()


def _folio(page: int) -> str:
    return f"folio-{page}"


def _watermark(canvas: Canvas, paper: tuple[float, float], text: str) -> None:
    canvas.saveState()
    canvas.setFillColor(tint(MUTED, 0.16))
    canvas.translate(paper[0] / 2, paper[1] / 2)
    canvas.rotate(52)
    size = 64.0
    wide = sum(stringWidth(letters, font, size) for font, letters in runs(text, BOLD))
    write(canvas, -wide / 2, -size / 3, text, size, font=BOLD)
    canvas.restoreState()


def write(
    canvas: Canvas, x: float, y: float, text: str, size: float, *, font: str = REGULAR, right: bool = False
) -> None:
    """A line of text in any script, from x on or up to x."""
    pieces = runs(text, font)
    if right:
        x -= sum(stringWidth(letters, name, size) for name, letters in pieces)
    for name, letters in pieces:
        canvas.setFont(name, size)
        canvas.drawString(x, y, letters)
        x += stringWidth(letters, name, size)
