from decimal import Decimal

import pytest

from core.spreadsheets import decoded, read_cells, written
from quotes.rules.pasting import EXPORTED, mark_of, numbers_of, table_of

KNOWN = {"seats", "platform", "tokens", "model tokens"}


@pytest.mark.parametrize(
    ("text", "cells"),
    [
        ("Seats\t30\nTokens\t\n", [["Seats", "30"], ["Tokens", ""]]),
        ('Seats,"1,200.50"\r\n\r\nTokens,3\r\n', [["Seats", "1,200.50"], ["Tokens", "3"]]),
        ("Seats;1.200,50;15 %", [["Seats", "1.200,50", "15 %"]]),
        ("\ufeffSeats,3", [["Seats", "3"]]),
        ("1,200.50\n30", [["1,200.50"], ["30"]]),
        ("'=SUM,'quoted", [["=SUM", "'quoted"]]),
        (" \n\n", []),
    ],
)
def test_cells_are_read_from_tabs_commas_and_semicolons(text, cells):
    assert read_cells(text) == cells


def test_what_is_written_is_read_again():
    rows = [["=1", "two\nlines", 'a "b"', "", "3"]]
    assert read_cells(written(rows)) == rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_files_of_all_spreadsheets_are_read(encoding):
    assert decoded("Müller;1".encode(encoding)) == "Müller;1"


@pytest.mark.parametrize(
    ("cells", "heading", "columns"),
    [
        ([["Product", "Qty", "Discount %"], ["Seats", "3", ""]], True, ("what", "quantity", "discount_percent")),
        ([["Artikel", "Menge", "Bemerkung"], ["Seats", "3", ""]], True, ("what", "quantity", "")),
        ([["Was", "Menge"], ["Seats", "3"]], True, ("what", "quantity")),
        ([["Service", "Qty", "Remark"], ["Seats", "3", "x"]], True, ("what", "quantity", "")),
        ([["Remark", "Name", "Qty"], ["x", "Seats", "3"]], True, ("", "what", "quantity")),
        ([["Line", "Remark", "Qty"], ["seats", "Seats", "3"]], True, ("line", "", "quantity")),
        ([["Qty", "Discount"], ["3", "5"]], True, ("quantity", "discount_percent")),
        ([["Seats", "3", "15 %"], ["Tokens", "4", "0"]], False, ("what", "quantity", "discount_percent")),
        ([["3", "note", "Seats"], ["4", "", "tokens"]], False, ("quantity", "", "what")),
        ([["Seats", "3", "4"]], False, ("what", "quantity", "")),
        ([["Nobody knows", "3"]], False, ("what", "quantity")),
        ([["Seats", "Quantity", "Quantity"], ["1", "2", "3"]], False, ("what", "", "")),
        (
            [[*EXPORTED]],
            True,
            ("line", "what", "name", "", "quantity", "allowance", "discount_percent", "price", "", ""),
        ),
        ([["Seats"], ["Tokens", "3"]], False, ("what", "quantity")),
        ([], False, ()),
    ],
)
def test_columns_are_guessed_by_heading_and_by_content(cells, heading, columns):
    table = table_of(cells, KNOWN)
    assert (table.heading, table.columns) == (heading, columns)


def test_rows_keep_the_number_that_the_spreadsheet_counts():
    table = table_of([["Product", "Qty"], ["Seats", "3"], ["Tokens", "4"]], KNOWN)
    assert table.rows == [(2, {"what": "Seats", "quantity": "3"}), (3, {"what": "Tokens", "quantity": "4"})]
    changed = table.with_cell(3, "quantity", " 5 ").with_cell(9, "quantity", "6").with_cell(2, "name", "x")
    assert changed.rows == [(2, {"what": "Seats", "quantity": "3"}), (3, {"what": "Tokens", "quantity": "5"})]


@pytest.mark.parametrize(
    ("texts", "numbers"),
    [
        (["1,200.50", "1,200"], ["1200.50", "1200"]),
        (["1.200,50", "1.200"], ["1200.50", "1200"]),
        (["1.200", "3,5", "1.125,250"], ["1200", "3.5", "1125.25"]),
        (["1,200", "3.5"], ["1200", "3.5"]),
        (["1.000.000", "0,125"], ["1000000", "0.125"]),
        (["15 %", "12,5%"], ["15", "12.5"]),
        (["many", "2"], [None, "2"]),
    ],
)
def test_one_clear_number_speaks_for_its_column(texts, numbers):
    got = numbers_of(dict(enumerate(texts)), exported=False)
    assert list(got.values()) == [None if number is None else Decimal(number) for number in numbers]


def test_an_exported_file_has_no_groups():
    assert numbers_of({1: "1.125", 2: "0.000003", 3: "12"}, exported=True) == {
        1: Decimal("1.125"),
        2: Decimal("0.000003"),
        3: Decimal(12),
    }


def test_one_clear_cell_shows_the_mark_of_its_column():
    assert [mark_of(texts) for texts in (["1.200", "6,20"], ["1,200", "7.5"], ["1.200", ""], [])] == [",", ".", "", ""]
