import pytest

from core.spreadsheets import csv_answer, plain_cell, safe_cell


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@cmd", "\t1", "\r1"])
def test_no_cell_is_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["tokens", "'quoted'", "", "o'clock"])
def test_plain_cells_stay(text):
    assert safe_cell(text) == text
    assert plain_cell(text) == text


def test_an_answer_is_a_file_of_safe_cells():
    answer = csv_answer("x.csv", [("name", "size"), ("=1+1", -1)])
    assert b"".join(answer.streaming_content).decode() == "name,size\r\n'=1+1,-1\r\n"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="x.csv"'
