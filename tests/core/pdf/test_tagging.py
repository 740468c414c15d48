"""The structure tree, read back: roles, order, and every mark in one element."""

import io

from pypdf import PdfReader
from reportlab.platypus import PageBreak

from core.pdf import STYLES, Figure, Heading, Text, build, figure_table, range_bar
from core.pdf.fonts import provide
from tests.core.pdf.test_document import RUNNING


def tree_of(data: bytes):
    return PdfReader(io.BytesIO(data)).trailer["/Root"]["/StructTreeRoot"]


def elements(element) -> list:
    """The elements within, without the marks."""
    return [found for kid in element["/K"] if isinstance(found := kid.get_object(), dict) and "/S" in found]


def outline(element) -> tuple:
    """(role, of its children)."""
    return (str(element["/S"]).strip("/"), tuple(outline(kid) for kid in elements(element)))


def story(rows: int = 2) -> list:
    table = figure_table(("Name", "Amount"), [["Row", "USD 1.00"]] * rows, [200, 100], numbers=frozenset({1}))
    bar = range_bar((1.0, 2.0, 3.0), committed=0.5, width=300)
    return [Heading("First"), table, PageBreak(), Figure(bar, "From 1 to 3"), Text("Last", STYLES["body"])]


def test_the_tree_says_what_each_thing_is_in_order():
    data = build(story(), RUNNING)
    root = PdfReader(io.BytesIO(data)).trailer["/Root"]
    head, row = ("TR", (("TH", (("P", ()),)), ("TH", (("P", ()),)))), ("TR", (("TD", (("P", ()),)), ("TD", ())))
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "en"
    assert outline(tree_of(data)["/K"][0].get_object()) == (
        "Document",
        (("H1", ()), ("Table", (head, row, row)), ("Figure", ()), ("P", ())),
    )


def test_a_figure_says_what_it_shows():
    document = tree_of(build(story(), RUNNING))["/K"][0].get_object()
    [figure] = [kid for kid in elements(document) if kid["/S"] == "/Figure"]
    assert figure["/Alt"] == "From 1 to 3"


def test_a_head_repeated_on_the_next_page_is_no_second_head():
    document = tree_of(build(story(rows=120), RUNNING))["/K"][0].get_object()
    [table] = [kid for kid in elements(document) if kid["/S"] == "/Table"]
    rows = [elements(row)[0]["/S"] for row in elements(table)]
    assert rows == ["/TH", *["/TD"] * 120]


def test_every_mark_is_closed_and_belongs_to_an_element():
    reader = PdfReader(io.BytesIO(build(story(rows=120), RUNNING)))
    owners = dict(zip(*[iter(reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"])] * 2, strict=True))
    for page in reader.pages:
        code = page.get_contents().get_data()
        assert code.count(b" BDC") + code.count(b" BMC") == code.count(b"EMC")
        assert code.count(b"/MCID") == len(owners[page["/StructParents"]])


def test_text_from_the_right_is_spoken_as_it_was_written():
    provide("شركة الأفق")
    data = build([Text("شركة الأفق", STYLES["body"])], RUNNING)
    code = PdfReader(io.BytesIO(data)).pages[0].get_contents().get_data()
    assert f"/ActualText <FEFF{'شركة الأفق'.encode('utf-16-be').hex()}>".encode() in code
