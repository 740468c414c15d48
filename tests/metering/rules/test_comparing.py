from datetime import date, timedelta
from decimal import Decimal

import pytest

from metering.rules.comparing import compare

LAST = date(2026, 11, 22)


def days(first, last, value=1):
    return {first + timedelta(days=n): Decimal(value) for n in range((last - first).days + 1)}


def test_the_month_so_far_stands_beside_the_same_days_of_the_month_before():
    used = days(date(2026, 10, 1), date(2026, 10, 31), 2) | days(date(2026, 11, 1), LAST, 3)
    found = compare(used, set(used), last=LAST, weekly=False, how="sum")
    assert (found.label, found.value, found.before_label, found.before) == ("1 to 22 Nov", 66, "1 to 22 Oct", 44)
    assert (found.change, found.note) == (Decimal("50.0"), "")


def test_a_shorter_month_before_is_taken_whole():
    used = days(date(2026, 2, 1), date(2026, 3, 31))
    found = compare(used, set(used), last=date(2026, 3, 31), weekly=False, how="sum")
    assert (found.value, found.before_label, found.before) == (31, "1 to 28 Feb", 28)


def test_missing_days_are_told_on_both_sides():
    used = days(date(2026, 11, 2), LAST)
    found = compare(used, set(used), last=LAST, weekly=False, how="sum")
    assert (found.before, found.change) == (None, None)
    assert found.note == "1 of 22 days without data in 1 to 22 Nov; 22 of 22 days without data in 1 to 22 Oct."


def test_nothing_before_gives_no_percentage():
    used = days(date(2026, 10, 1), LAST, 0)
    assert compare(used, set(used), last=LAST, weekly=False, how="sum").change is None


def test_weekly_facts_compare_four_weeks_with_four():
    sundays = {LAST - timedelta(weeks=n): Decimal(n + 1) for n in range(8)}
    found = compare(sundays, set(), last=LAST, weekly=True, how="sum")
    assert (found.label, found.value, found.before) == ("Last 4 weeks", 10, 26)


@pytest.mark.parametrize(("how", "value", "before"), [("max", 9, 8), ("latest", 4, 2)])
def test_other_aggregations_compare_as_they_count(how, value, before):
    used = {date(2026, 10, 1): 8, date(2026, 10, 2): 2, date(2026, 11, 1): 9, date(2026, 11, 2): 4}
    exact = {day: Decimal(amount) for day, amount in used.items()}
    found = compare(exact, set(used), last=date(2026, 11, 2), weekly=False, how=how)
    assert (found.value, found.before) == (value, before)
