import io

from pypdf import PdfReader
from reportlab.lib.pagesizes import A4, LETTER
from reportlab.platypus import PageBreak

from core.pdf import STYLES, Brand, Heading, Running, Text, build, fan_chart, figure_table, paper_for, range_bar

RUNNING = Running(
    Brand("Northlight"), "Q-1 · version 1", "Q-1 · v1", "A title", "Northlight", "A subject", ("one", "two")
)


def three_pages() -> list:
    table = figure_table(("Name", "Amount"), [["Row", "USD 1.00"]] * 3, [200, 100], numbers=frozenset({1}), total=True)
    chart = fan_chart(["Jan 2027", "Feb 2027"], ([1, 2], [2, 3], [3, 5]), [1, 1], width=300, amount=str)
    bar = range_bar((1.0, 2.0, 3.0), committed=0.5, width=300)
    return [
        Heading("First & last"),
        table,
        PageBreak(),
        chart,
        bar,
        Heading("Then", level=1),
        PageBreak(),
        _text("€ ₩ Ж"),
    ]


def _text(text: str) -> Text:
    return Text(text, STYLES["body"])


def read(data: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(data))


def test_pages_are_numbered_and_carry_header_and_footer():
    pages = [page.extract_text() for page in read(build(three_pages(), RUNNING)).pages]

    assert [f"Page {at} of 3" in text for at, text in enumerate(pages, start=1)] == [True, True, True]
    assert ["Q-1 · version 1" in text and "Q-1 · v1" in text for text in pages] == [True, True, True]


def test_headings_become_bookmarks_of_their_own_page():
    reader = read(build(three_pages(), RUNNING))
    first, (second,) = reader.outline

    assert (first.title, reader.get_destination_page_number(first)) == ("First & last", 0)
    assert (second.title, reader.get_destination_page_number(second)) == ("Then", 1)


def test_the_file_says_what_it_is():
    reader = read(build(three_pages(), RUNNING))

    assert reader.metadata.title == "A title"
    assert reader.metadata.author == "Northlight"
    assert reader.metadata["/Keywords"] == "one, two"
    assert reader.trailer["/Root"]["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712 (pypdf's own type)


def test_every_font_is_embedded():
    assert unembedded(build(three_pages(), RUNNING)) == set()


def unembedded(data: bytes) -> set[str]:
    """Names of the fonts that any object of the file uses without carrying them."""
    reader = read(data)
    names = set()
    for at in range(1, reader.trailer["/Size"]):
        item = reader.get_object(at)
        if isinstance(item, dict) and item.get("/Type") == "/Font":
            descriptor = item.get("/FontDescriptor")
            if descriptor is None or "/FontFile2" not in descriptor.get_object():
                names.add(item["/BaseFont"])
    return names


def test_the_same_story_gives_the_same_bytes():
    assert build(three_pages(), RUNNING) == build(three_pages(), RUNNING)


def test_paper_follows_the_country():
    assert [paper_for(country) for country in ("US", "ca", "DE", "")] == [LETTER, LETTER, A4, A4]
    assert read(build(three_pages(), RUNNING, paper=LETTER)).pages[0].mediabox[2:] == [612, 792]
