from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise

import pytest

from metering.rules.grains import Place, fitting, gathered, places, starts, together

NOV = [date(2026, 11, day) for day in range(1, 31)]


@pytest.mark.parametrize(
    ("grain", "first", "last", "expected"),
    [
        ("day", "2026-02-27", "2026-03-01", ["2026-02-27", "2026-02-28", "2026-03-01"]),
        ("week", "2026-11-01", "2026-11-09", ["2026-10-26", "2026-11-02", "2026-11-09"]),
        ("week", "2026-11-02", "2026-11-08", ["2026-11-02"]),
        ("month", "2025-11-30", "2026-02-01", ["2025-11-01", "2025-12-01", "2026-01-01", "2026-02-01"]),
        ("month", "2024-02-29", "2024-02-29", ["2024-02-01"]),
    ],
)
def test_bars_begin_on_days_mondays_and_firsts(grain, first, last, expected):
    found = starts(date.fromisoformat(first), date.fromisoformat(last), grain)
    assert [day.isoformat() for day in found] == expected


@pytest.mark.parametrize("grain", ["day", "week", "month"])
def test_bars_tile_the_range(grain):
    first, last = date(2025, 12, 17), date(2026, 3, 4)
    bars = places(first, last, grain, [])
    assert (bars[0].first, bars[-1].last) == (first, last)
    assert all(after.first == before.last + timedelta(days=1) for before, after in pairwise(bars))
    assert sum(bar.days for bar in bars) == (last - first).days + 1


def test_a_bar_knows_how_many_of_its_days_are_known():
    bars = places(date(2026, 11, 4), date(2026, 11, 15), "week", [NOV[3], NOV[4], NOV[29]])
    assert bars == [Place(date(2026, 11, 4), date(2026, 11, 8), 2), Place(date(2026, 11, 9), date(2026, 11, 15), 0)]


@pytest.mark.parametrize(
    ("aggregation", "expected"),
    [("sum", 6), ("count", 6), ("unit_hours", 6), ("max", 3), ("latest", 1), ("unique", 6)],
)
def test_days_become_one_value_as_the_meter_says(aggregation, expected):
    days = {NOV[4]: Decimal(1), NOV[1]: Decimal(2), NOV[2]: Decimal(3)}
    bars = places(date(2026, 10, 1), date(2026, 11, 30), "month", days)
    assert gathered(days, bars, "month", aggregation) == [None, expected]


def test_a_zero_is_not_a_gap():
    days = {NOV[0]: Decimal(0)}
    assert gathered(days, places(NOV[0], NOV[1], "day", days), "day", "sum") == [Decimal(0), None]


@pytest.mark.parametrize(("aggregation", "expected"), [("sum", 5), ("latest", 5), ("max", 3)])
def test_streams_of_one_day_make_one(aggregation, expected):
    one, other = {NOV[0]: Decimal(2), NOV[1]: Decimal(7)}, {NOV[0]: Decimal(3)}
    assert together([one, other], aggregation) == {NOV[0]: expected, NOV[1]: Decimal(7)}


@pytest.mark.parametrize(
    ("days", "weekly", "grain"),
    [(1, False, "day"), (100, False, "day"), (101, False, "week"), (30, True, "week"), (551, False, "month")],
)
def test_the_grain_fits_the_range(days, weekly, grain):
    assert fitting(NOV[0], NOV[0] + timedelta(days=days - 1), weekly) == grain
