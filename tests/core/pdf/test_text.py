"""Scripts beyond Noto Sans: which typeface, and in which order."""

import pytest

from core.pdf import STYLES, Text, build
from core.pdf.fonts import BOLD, CJK, OTHER, OTHER_BOLD, REGULAR, missing, provide
from core.pdf.ideographs import font_of
from core.pdf.text import from_right, joined, markup, runs, visual
from tests.core.pdf.test_document import RUNNING, unembedded


@pytest.mark.parametrize(
    ("text", "drawn"),
    [
        ("אבג", "גבא"),
        ("אב (AI) 12", "12 (AI) בא"),
        ("Acme (אב) Ltd", "Acme (בא) Ltd"),
        ("אב [ג]", "[ג] בא"),
    ],
)
def test_the_order_of_drawing_mirrors_brackets(text, drawn):
    assert visual(text) == drawn


def test_arabic_letters_are_joined():
    assert joined("سلام") == "ﺳﻼم"


def test_a_sentence_keeps_its_direction_whatever_name_is_in_it():
    assert [from_right(text) for text in ("شركة الأفق", "شركة accepts the quote", "12")] == [True, False, False]


def test_each_run_has_a_typeface_that_has_its_letters():
    assert runs("Acme 北京 & Co", REGULAR) == [(REGULAR, "Acme "), (CJK, "北京"), (REGULAR, " & Co")]
    assert runs("אב", BOLD) == [(OTHER_BOLD, "בא")]
    assert markup("A<b> 北") == f'A&lt;b&gt; <font name="{CJK}">北</font>'
    assert markup("ไทย") == f'<font name="{OTHER}">ไทย</font>'


def test_the_same_ideographs_give_the_same_font():
    assert font_of("东北") == font_of("东北") != font_of("东")


@pytest.mark.parametrize(
    "name", ["北京智能科技", "株式会社テスト", "한국어", "شركة الأفق", "חברה", "Łódź Жук Ω", "ไทย"]
)
def test_a_name_in_any_of_them_is_drawn_with_embedded_letters(name):
    assert missing(name) == ""
    provide(name)
    data = build([Text(name, STYLES["title"]), Text(name, STYLES["body"])], RUNNING)
    assert unembedded(data) == set()
    provide(name)
    assert build([Text(name, STYLES["title"]), Text(name, STYLES["body"])], RUNNING) == data
