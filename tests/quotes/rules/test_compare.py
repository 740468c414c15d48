from copy import deepcopy

from quotes.rules.compare import Change, changes
from tests.quotes.documents.samples import snapshot


def test_equal_snapshots_have_no_changes():
    assert changes(snapshot(), snapshot()) == ()


def test_header_lines_and_totals_are_compared_in_words():
    new = deepcopy(snapshot())
    new["months"] = 24
    new["lines"][1]["quantity"] = "50"
    new["lines"][1]["discount_percent"] = None
    gone = new["lines"].pop()
    new["totals"]["committed"] = "60000.00"
    assert changes(snapshot(), new) == (
        Change("Term", "12 months", "24 months"),
        Change("Agent seats: quantity", "40", "50"),
        Change("Agent seats: discount", "16.67 %", "0 %"),
        Change(gone["name"], "1 × USD 12,000.00", ""),
        Change("Committed", "USD 54,000.00", "USD 60,000.00"),
    )


def test_a_new_line_is_there_whole():
    old = snapshot(lines=5)
    assert changes(old, snapshot()) == (Change("Prepaid credits", "", "1 × USD 12,000.00"),)
