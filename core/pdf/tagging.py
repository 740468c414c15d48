"""The structure tree of a document: what is a heading, a paragraph, a table, for those who do not see the page.

Everything on a page is an artifact (a line, a colour, the running head) unless it is drawn within a mark. Marks belong
to elements, in the order of reading; a mark may carry the text as it is spoken, where the page shows it otherwise.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from reportlab.pdfbase.pdfdoc import PDFDictionary, PDFName, PDFObject, pdfdocEnc
from reportlab.pdfgen.canvas import Canvas

Kid = Any  # an element, or a mark: (page, number)
HEAD_ROWS = 1


class Element(PDFObject):
    """A node of the tree, written as one object."""

    __RefOnly__ = 1

    def __init__(self, role: str, parent: "Element | Tree", *, alt: str = "", attributes: str = ""):
        self.role, self.parent, self.alt, self.attributes = role, parent, alt, attributes
        self.kids: list[Kid] = []
        self.name = ""

    def format(self, document: Any) -> bytes:
        at = document.idToObjectNumberAndVersion
        page = next((kid[0] for kid in self.kids if isinstance(kid, tuple)), "")
        kids = " ".join(self._kid(kid, page, at) for kid in self.kids)
        parts = [f"<</Type /StructElem /S /{self.role} /P {at[self.parent.name][0]} 0 R"]
        parts += [f"/Pg {at[page][0]} 0 R"] if page else []
        parts += [f"/Alt {spoken(self.alt)}"] if self.alt else []
        parts += [f"/A <<{self.attributes}>>"] if self.attributes else []
        written: bytes = pdfdocEnc(" ".join([*parts, f"/K [{kids}]>>"]))
        return written

    @staticmethod
    def _kid(kid: Kid, page: str, at: Any) -> str:
        if isinstance(kid, Element):
            return f"{at[kid.name][0]} 0 R"
        if kid[0] == page:
            return str(kid[1])
        return f"<</Type /MCR /Pg {at[kid[0]][0]} 0 R /MCID {kid[1]}>>"


class Tree(PDFObject):
    """The root: its elements, and for each page the element of each mark."""

    __RefOnly__ = 1

    def __init__(self) -> None:
        self.name = ""
        self.document = Element("Document", self)
        self.elements = [self.document]
        self.pages: list[list[Element]] = []

    def format(self, document: Any) -> bytes:
        at = document.idToObjectNumberAndVersion
        rows = (
            f"{number} [{' '.join(f'{at[element.name][0]} 0 R' for element in marks)}]"
            for number, marks in enumerate(self.pages)
        )
        written: bytes = pdfdocEnc(
            f"<</Type /StructTreeRoot /K [{at[self.document.name][0]} 0 R] /ParentTreeNextKey {len(self.pages)} "
            f"/ParentTree <</Nums [{' '.join(rows)}]>>>>"
        )
        return written


class TaggedCanvas(Canvas):
    """A canvas that keeps the tree while the pages are drawn."""

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.tree = Tree()
        self.branch = [self.tree.document]
        self.silent = False  # what is drawn is an artifact, whatever it says of itself

    def begin_page(self) -> None:
        self.tree.pages.append([])
        self._code.append("/Artifact BMC")

    def child(self, role: str, **more: str) -> Element:
        element = Element(role, self.branch[-1], **more)
        self.branch[-1].kids.append(element)
        self.tree.elements.append(element)
        return element

    @contextmanager
    def marked(self, role: str = "", *, actual: str = "", alt: str = "") -> Iterator[None]:
        """What is drawn within belongs to a new element of that role, or to the one that is open."""
        if self.silent:
            yield
            return
        element = self.child(role, alt=alt) if role else self.branch[-1]
        marks = self.tree.pages[-1]
        element.kids.append((self._doc.thisPageName(), len(marks)))
        text = f" /ActualText {spoken(actual)}" if actual else ""
        self._code.append(f"EMC /{element.role} <</MCID {len(marks)}{text}>> BDC")
        marks.append(element)
        yield
        self._code.append("EMC /Artifact BMC")

    def showPage(self) -> None:  # noqa: N802 (reportlab's name)
        self._code.append("EMC")
        super().showPage()
        page = self._doc.Pages.pages[-1]
        page.__NoDefault__ = [*page.__NoDefault__, "StructParents", "Tabs"]
        page.StructParents, page.Tabs = len(self.tree.pages) - 1, PDFName("S")

    def save(self) -> None:
        document = self._doc
        nodes: list[Tree | Element] = [self.tree, *self.tree.elements]
        for node in nodes:
            node.name = document.Reference(node).name
        document.Catalog.StructTreeRoot = self.tree
        document.Catalog.MarkInfo = PDFDictionary({"Marked": "true"})
        super().save()


class TableTags:
    """What a table says of its rows and cells while it is drawn; a head that is repeated is an artifact."""

    def __init__(self) -> None:
        self.table: Element | None = None
        self.repeated = self.skipped = False
        self.mark: Any = None

    def __call__(self, table: Any, what: str, *at: Any) -> None:
        if what in ("startTable", "endTable", "startRow", "endRow", "startCell", "endCell"):
            getattr(self, what)(table.canv, table, *at)

    def startTable(self, canvas: TaggedCanvas, _table: Any) -> None:  # noqa: N802 (reportlab's words)
        self.repeated = self.table is not None
        if self.table is None:
            self.table = canvas.child("Table")
        canvas.branch.append(self.table)

    def endTable(self, canvas: TaggedCanvas, _table: Any) -> None:  # noqa: N802
        canvas.branch.pop()

    def startRow(self, canvas: TaggedCanvas, _table: Any, row: int) -> None:  # noqa: N802
        self.skipped = canvas.silent = self.repeated and row < HEAD_ROWS
        if not self.skipped:
            canvas.branch.append(canvas.child("TR"))

    def endRow(self, canvas: TaggedCanvas, _table: Any) -> None:  # noqa: N802
        if not self.skipped:
            canvas.branch.pop()
        canvas.silent = False

    def startCell(self, canvas: TaggedCanvas, table: Any, row: int, column: int, value: Any, *_: Any) -> None:  # noqa: N802
        if self.skipped:
            return
        span = table._spanRanges.get((column, row)) if table._spanCmds else None
        wide = f" /ColSpan {span[2] - span[0] + 1}" if span and span[2] > span[0] else ""
        head = row < HEAD_ROWS
        attributes = f"/O /Table{' /Scope /Column' if head else ''}{wide}" if head or wide else ""
        canvas.branch.append(canvas.child("TH" if head else "TD", attributes=attributes))
        self.mark = canvas.marked() if isinstance(value, str) and value else None
        if self.mark:
            self.mark.__enter__()

    def endCell(self, canvas: TaggedCanvas, _table: Any) -> None:  # noqa: N802
        if self.skipped:
            return
        if self.mark:
            self.mark.__exit__(None, None, None)
        canvas.branch.pop()


def spoken(text: str) -> str:
    """A text string of a PDF, in hexadecimal."""
    return f"<FEFF{text.encode('utf-16-be').hex()}>"
