from datetime import UTC, datetime
from decimal import Decimal

import pytest

from metering.rules.mapping import ColumnMap, Unmapped, guess


def test_columns_are_found_by_what_others_call_them():
    found = guess(["Request ID", "created_at", "tenant", "metric", "quantity", "Model", "note"], dimensions=["model"])
    assert found.columns == {
        "id": "Request ID",
        "time": "created_at",
        "customer": "tenant",
        "meter": "metric",
        "value": "quantity",
        "model": "Model",
    }


def test_the_only_meter_needs_no_column():
    assert guess(["time"], dimensions=[], meter="tokens").constants == {"meter": "tokens"}


def test_a_row_becomes_a_cloud_event():
    mapping = ColumnMap({"time": "ts", "value": "n", "model": "m"}, {"meter": "tokens", "direction": "input"}, "UTC")
    assert mapping.raw(7, {"ts": "2026-11-20 10:00", "n": " 5 ", "m": "", "x": "1"}, subject="acme", file="f.csv") == {
        "id": "f.csv:7:n",
        "time": "2026-11-20T10:00:00+00:00",
        "type": "tokens",
        "source": "import:acme",
        "subject": "acme",
        "data": {"value": "5", "direction": "input"},
    }


@pytest.mark.parametrize(
    ("value", "zone", "time"),
    [
        ("1763632800", "", "2025-11-20T10:00:00+00:00"),
        (1763632800500, "", "2025-11-20T10:00:00.500000+00:00"),
        (datetime(2026, 1, 2, tzinfo=UTC), "", "2026-01-02T00:00:00+00:00"),
        (datetime(2026, 7, 2), "Europe/Berlin", "2026-07-02T00:00:00+02:00"),  # noqa: DTZ001
        ("2026-07-02T00:00:00Z", "Europe/Berlin", "2026-07-02T00:00:00Z"),
        ("2026-07-02", "", "2026-07-02"),
        ("soon", "UTC", "soon"),
        ("12", "UTC", "12"),
    ],
)
def test_times_are_told_apart(value, zone, time):
    assert ColumnMap({"time": "t"}, {}, zone).raw(1, {"t": value})["time"] == time


def test_numbers_stay_exact():
    raw = ColumnMap({"value": "v"}).raw(1, {"v": Decimal("0.100000")})
    assert raw["data"] == {"value": "0.100000"}


def test_all_problems_are_said():
    mapping = ColumnMap({"time": "when"})
    assert mapping.problems(["ts"]) == [
        'time: the file has no column "when".',
        "meter: choose a column or a constant.",
        "customer: choose a column or a constant.",
    ]
    assert ColumnMap({"time": "ts"}, {"meter": "tokens"}).problems(["ts"], subject="acme") == []


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"zone": "Mars"}, "zone:"),
        ({"columns": {"id": 1}}, "id: text"),
        ({"columns": {"id": "a"}, "constants": {"id": "b"}}, "not both"),
    ],
)
def test_what_cannot_be_is_refused(data, said):
    with pytest.raises(Unmapped, match=said):
        ColumnMap.parse(data)


def test_the_json_form_comes_back():
    mapping = ColumnMap({"time": "t"}, {"meter": "m"}, "UTC")
    assert ColumnMap.parse(mapping.to_json()) == mapping
