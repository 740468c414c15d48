"""Periods tile: no gap, no overlap, and the anchor day is never lost."""

from calendar import monthrange
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pricing.periods import month_after, periods, spans

DAYS = st.dates(date(2024, 1, 1), date(2040, 12, 31))


def test_anchor_day_comes_back_after_a_short_month():
    starts = [tile.start for tile in periods(date(2027, 1, 31), 4)]
    assert starts == [date(2027, 1, 31), date(2027, 2, 28), date(2027, 3, 31), date(2027, 4, 30)]


def test_leap_day_is_billed():
    tiles = periods(date(2028, 1, 31), 3)
    assert [tile.start for tile in tiles] == [date(2028, 1, 31), date(2028, 2, 29), date(2028, 3, 31)]
    assert [tile.days for tile in tiles] == [29, 31, 30]


def test_every_anchor_day_of_every_start_from_2024_to_2040_tiles():
    day = date(2024, 1, 1)
    while day <= date(2040, 12, 31):
        check(day, 14, None)
        day += timedelta(days=1)


@pytest.mark.parametrize("anchor", range(1, 32))
def test_every_anchor_day_with_stubs_tiles(anchor):
    for offset in range(0, 366, 3):
        check(date(2027, 12, 1) + timedelta(days=offset), 13, anchor)


@pytest.mark.parametrize("anchor", range(1, 32))
def test_every_anchor_day_tiles_2024_to_2040_in_one_term(anchor):
    check(date(2024, 1, 1), 17 * 12, anchor)
    starts = [tile.start for tile in periods(date(2024, 1, 1), 17 * 12, anchor)[1:]]
    assert all(day.day == min(anchor, monthrange(day.year, day.month)[1]) for day in starts)


@given(DAYS, st.integers(1, 60), st.integers(1, 31))
def test_any_term_tiles(start, months, anchor):
    check(start, months, anchor)


def check(start: date, months: int, anchor: int | None) -> None:
    tiles = periods(start, months, anchor)
    assert tiles[0].start == start
    assert tiles[-1].end == month_after(start, months)
    assert all(before.end == after.start for before, after in pairwise(tiles))
    assert all(0 < tile.days <= tile.full <= 31 for tile in tiles)
    inner = tiles[1:-1] if anchor else tiles
    assert all(tile.days == tile.full for tile in inner)
    assert len(tiles) == months if anchor is None else months <= len(tiles) <= months + 1


def test_a_cut_interval_keeps_the_anchor_day_of_its_whole():
    """The second quarter opens on 29 Feb 2028 and would end on 31 May: 92 days, not the 90 to 29 May."""
    quarters = spans(periods(date(2027, 11, 30), 5, 31), "quarter", 31)
    assert [tuple(span) for span in quarters] == [(0, 3, (91, 91)), (3, 5, (61, 92))]


def test_stubs_at_both_ends():
    tiles = periods(date(2027, 1, 15), 2, anchor_day=1)
    assert [(tile.start.isoformat(), tile.days, tile.full) for tile in tiles] == [
        ("2027-01-15", 17, 31),
        ("2027-02-01", 28, 28),
        ("2027-03-01", 14, 31),
    ]


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ("month", [(0, 1, (31, 31)), (1, 2, (28, 28)), (2, 3, (31, 31)), (3, 4, (30, 30))]),
        ("quarter", [(0, 3, (90, 90)), (3, 4, (30, 91))]),
        ("year", [(0, 4, (120, 365))]),
        ("term", [(0, 4, (1, 1))]),
        ("once", [(0, 4, (1, 1))]),
    ],
)
def test_windows_of_a_term_say_how_much_of_them_lies_in_it(window, expected):
    assert [tuple(span) for span in spans(periods(date(2027, 1, 1), 4), window, 1)] == expected
