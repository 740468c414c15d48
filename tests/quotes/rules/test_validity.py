"""The last valid day ends at midnight of the seller's zone, whatever the clock does that night."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quotes.rules.validity import end_of_day, today

ZONES = ["America/Los_Angeles", "Europe/Berlin", "Asia/Tokyo", "Asia/Kolkata", "Pacific/Auckland", "UTC"]


@pytest.mark.parametrize(
    ("day", "zone", "end"),
    [
        (date(2026, 12, 31), "America/Los_Angeles", datetime(2027, 1, 1, 8, tzinfo=UTC)),
        (date(2026, 12, 31), "Asia/Tokyo", datetime(2026, 12, 31, 15, tzinfo=UTC)),
        (date(2026, 3, 8), "America/Los_Angeles", datetime(2026, 3, 9, 7, tzinfo=UTC)),  # 23 hours long
        (date(2026, 11, 1), "America/Los_Angeles", datetime(2026, 11, 2, 8, tzinfo=UTC)),  # 25 hours long
        (date(2028, 2, 29), "Europe/Berlin", datetime(2028, 2, 29, 23, tzinfo=UTC)),
        (date(2026, 4, 23), "Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),  # its next day starts at 01:00
    ],
)
def test_end_of_day(day, zone, end):
    assert end_of_day(day, zone) == end


@given(day=st.dates(date(2024, 1, 1), date(2040, 12, 31)), zone=st.sampled_from(ZONES))
def test_the_last_second_is_in_and_the_next_is_out(day, zone):
    end = end_of_day(day, zone)
    assert today(end - timedelta(seconds=1), zone) == day
    assert today(end, zone) == day + timedelta(days=1)
