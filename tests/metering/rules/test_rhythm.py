from datetime import date, timedelta

from metering.rules.rhythm import cadence, covered, is_weekly

SUNDAYS = [date(2026, 11, day) for day in (1, 8, 22)]


def test_the_usual_distance_is_the_rhythm():
    assert (cadence([]), cadence(SUNDAYS[:1]), cadence(SUNDAYS[:2])) == (1, 1, 7)
    assert cadence([SUNDAYS[0], *(date(2026, 11, day) for day in (10, 11, 12))]) == 1


def test_a_weekly_fact_speaks_of_its_whole_week():
    assert is_weekly([*SUNDAYS[:2], date(2026, 11, 15)])
    weeks = covered(SUNDAYS[:2])
    assert (min(weeks), max(weeks), len(weeks)) == (date(2026, 10, 26), SUNDAYS[1], 14)


def test_days_speak_of_themselves():
    days = [SUNDAYS[0] + timedelta(days=n) for n in (0, 1, 3)]
    assert covered(days) == set(days)
