import io

import pytest

from metering.rules.files import Unreadable, read_rows


def rows(text: str, format: str = "csv", subject: str = "acme"):
    return list(read_rows(io.StringIO(text, newline=""), format, subject=subject))


def test_csv_columns_become_a_cloud_event_and_the_rest_dimensions():
    [row] = rows(
        'id,time,meter,value,direction\r\n1,2026-11-20T10:00:00Z,tokens,"1,5",input\r\n'.replace('"1,5"', "15")
    )
    assert row.line == 2
    assert row.raw == {
        "id": "1",
        "time": "2026-11-20T10:00:00Z",
        "type": "tokens",
        "source": "import:acme",
        "subject": "acme",
        "data": {"value": "15", "direction": "input"},
    }


def test_a_row_may_name_its_customer_and_source():
    text = "id,time,meter,value,customer,source\n1,t,tokens,5,umbra,their-app\n"
    assert rows(text, subject="")[0].raw["subject"] == "umbra"
    assert rows(text)[0].raw["source"] == "their-app"


@pytest.mark.parametrize(
    ("heading", "said"),
    [
        ("id,time,value", "missing: meter."),
        ("", "missing: id, time, meter, value."),
        ("id,time,meter,value,value", "names a column twice"),
    ],
)
def test_a_wrong_heading_is_refused_as_a_whole(heading, said):
    with pytest.raises(Unreadable, match=said):
        rows(heading + "\n1,2,3\n")


def test_without_a_customer_the_column_is_needed():
    with pytest.raises(Unreadable, match="missing: customer"):
        rows("id,time,meter,value\n", subject="")


def test_a_broken_line_keeps_its_number_and_the_others_go_on():
    got = rows('id,time,meter,value\n1,t,tokens\n\n2,"t\nt",tokens,5\n3,t,tokens,6\n')
    assert [(row.line, row.problem) for row in got] == [(2, "4 columns expected, 3 found."), (5, ""), (6, "")]


def test_ndjson_takes_objects_only_and_keeps_numbers_exact():
    got = rows('{"id": "1", "data": {"value": 0.1}}\n\nnope\n[1]\n', "ndjson")
    assert [(row.line, row.problem) for row in got] == [
        (1, ""),
        (3, "not a JSON object on one line."),
        (4, "not a JSON object on one line."),
    ]
    assert got[0].raw == {"subject": "acme", "source": "import:acme", "id": "1", "data": {"value": "0.1"}}
