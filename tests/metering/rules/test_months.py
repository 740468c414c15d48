from datetime import date, timedelta
from decimal import Decimal

import pytest

from metering.rules.months import cadence, covered_from, every_month, monthly, unfinished

DAYS = {date(2026, 10, 31): Decimal(3), date(2026, 11, 1): Decimal(5), date(2026, 11, 2): Decimal(4)}


@pytest.mark.parametrize(("aggregation", "november"), [("sum", 9), ("count", 9), ("max", 5), ("latest", 4)])
def test_months_follow_the_aggregation(aggregation, november):
    assert monthly(DAYS, aggregation) == {"2026-10": Decimal(3), "2026-11": Decimal(november)}


def test_every_month_crosses_years():
    assert every_month(date(2025, 11, 30), date(2026, 2, 1)) == ["2025-11", "2025-12", "2026-01", "2026-02"]


@pytest.mark.parametrize(("month", "said"), [("2026-05", "from 25 May"), ("2026-06", ""), ("2026-07", "to 15 Jul")])
def test_unfinished_months_say_so(month, said):
    assert unfinished(month, date(2026, 5, 25), date(2026, 7, 15)) == said


def test_a_single_day_says_so():
    assert unfinished("2026-11", date(2026, 11, 19), date(2026, 11, 19)) == "only 19 Nov"


def test_a_weekly_fact_covers_the_six_days_before():
    sundays = [date(2026, 11, 1) + timedelta(weeks=n) for n in range(3)]
    assert cadence(sundays) == 7
    assert covered_from(sundays) == date(2026, 10, 26)
    assert covered_from(list(DAYS)) == date(2026, 10, 31)
    assert cadence([date(2026, 11, 1)]) == 1
