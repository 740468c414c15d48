import pytest

from quotes.rules.outline import into, moved_whole, ordered, place_of, placed, sections, stepped, wrong_text

TEXTS = {
    "A": {"kind": "section", "text": "Platform", "position": 2},
    "n": {"kind": "note", "text": "Billed yearly.", "position": 4},
    "B": {"kind": "section", "text": "Usage", "position": 5},
}
ORDER = ["x", "A", "y", "n", "B", "z"]


def test_lines_and_texts_have_one_order_by_position():
    assert ordered({"x": 1, "y": 3, "z": 6}, TEXTS) == ORDER


def test_what_is_under_a_section_is_its_lines():
    assert sections(ORDER, TEXTS) == {"": ["x"], "A": ["y"], "B": ["z"]}
    assert sections(["x", "y"], {}) == {"": ["x", "y"]}


@pytest.mark.parametrize(
    ("key", "to", "order"),
    [("x", 3, "A y x n B z"), ("z", 1, "z x A y n B"), ("A", 1, "A x y n B z"), ("B", 6, "x A y n z B")],
)
def test_a_row_goes_to_its_place_and_a_section_begins_where_its_heading_goes(key, to, order):
    assert placed(ORDER, key, to) == order.split()


@pytest.mark.parametrize(
    ("key", "down", "order"),
    [
        ("y", False, "x y A n B z"),
        ("n", True, "x A y B n z"),
        ("B", False, "x A y B n z"),
        ("x", False, "x A y n B z"),
        ("z", True, "x A y n B z"),
    ],
)
def test_a_step_up_or_down(key, down, order):
    assert stepped(ORDER, key, down=down) == order.split()


def test_a_line_goes_to_the_end_of_a_section():
    assert into(ORDER, "x", "A", TEXTS) == ["A", "y", "n", "x", "B", "z"]
    assert into(ORDER, "z", "", TEXTS) == ["x", "z", "A", "y", "n", "B"]
    assert into(ORDER, "y", "B", TEXTS) == ["x", "A", "n", "B", "z", "y"]


def test_a_text_has_words_within_its_length():
    assert wrong_text("section", "Usage") == ""
    assert wrong_text("section", "") == "Give the section a name of 1 to 120 characters."
    assert wrong_text("note", "a" * 501) == "Give the note words of 1 to 500 characters."
    assert wrong_text("poem", "a") == "Add a section or a note."


@pytest.mark.parametrize(
    ("key", "to", "order"),
    [("A", 2, "x B z A y n"), ("B", 1, "x B z A y n"), ("A", 1, "x A y n B z"), ("B", 2, "x A y n B z")],
)
def test_a_section_takes_everything_under_it_along_and_what_has_no_section_stays_first(key, to, order):
    assert moved_whole(ORDER, key, to, TEXTS) == order.split()


def test_which_of_the_sections_it_is():
    assert [place_of(ORDER, key, TEXTS) for key in "AB"] == [(1, 2), (2, 2)]
