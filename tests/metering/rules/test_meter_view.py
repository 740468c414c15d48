from datetime import date, timedelta
from decimal import Decimal

import pytest

from metering.rules.grains import MOST_DAYS
from metering.rules.meter_view import MeterWords, Range, label_with, look_at
from metering.rules.parts import OTHERS, Stream, by_dimension, few, matching, parts

TOKENS = MeterWords("tokens", "Tokens", "k tokens", Decimal(1000), "sum")
FIRST, LAST = date(2026, 11, 1), date(2026, 11, 10)


def stream(values, customer=1, **dimensions):
    return Stream(customer, "tokens", dimensions, {date(2026, 11, day): Decimal(v) for day, v in values.items()})


def look(streams, chosen=None, meter=TOKENS, settled=None, by="model"):
    chosen = chosen or Range(FIRST, LAST)
    return look_at(
        streams, meter, chosen, key_of=by_dimension(by), label_of=label_with({"flash": "Flash!"}), settled=settled
    )


SOME = [
    stream({1: 1000, 2: 0, 4: 3000, 10: 500}, model="sonnet", direction="input"),
    stream({1: 2000, 4: 1000}, model="sonnet", direction="output"),
    stream({4: 500}, model="flash", direction="input"),
]


def test_parts_are_stacked_the_largest_first_and_gaps_are_not_zeros():
    view = look(SOME)
    assert [(part.label, part.total) for part in view.parts] == [("Sonnet", Decimal("7.5")), ("Flash!", Decimal("0.5"))]
    assert view.totals == [3, 0, None, Decimal("4.5"), None, None, None, None, None, Decimal("0.5")]
    assert (view.total, view.missing, view.highest) == (8, 6, (date(2026, 11, 4), Decimal("4.5")))
    assert view.parts[1].values[:4] == [None, None, None, Decimal("0.5")]


def test_what_lies_before_the_range_is_compared_and_not_shown():
    before = Stream(1, "tokens", {"model": "sonnet"}, {date(2026, 10, 5): Decimal(4000)})
    view = look([*SOME, before])
    assert (view.total, view.comparison.before, view.comparison.change) == (8, 4, 100)


def test_days_after_the_watermark_may_still_grow():
    view = look(SOME, settled=date(2026, 11, 8))
    assert view.open_from == 8
    assert view.notes == [""] * 8 + ["may still grow"] * 2
    assert look(SOME).open_from == 10


def test_a_week_says_how_many_of_its_days_are_known_and_grows_as_a_whole():
    view = look(SOME, Range(FIRST, LAST, "week"), settled=date(2026, 11, 9))
    assert view.notes == ["", "2 of 7 days known", "1 of 2 days known, may still grow"]
    assert view.open_from == 2


def test_weekly_facts_are_shown_by_week_and_cover_it():
    sundays = {date(2026, 10, 4) + timedelta(weeks=n): Decimal(7) for n in range(8)}
    facts = [Stream(1, "tokens", {}, {day: value for day, value in sundays.items() if day.day != 18})]
    view = look(facts, Range(date(2026, 9, 28), date(2026, 11, 22), "day"))
    assert (view.grain, view.weekly) == ("week", True)
    assert "reported by the week" in view.grain_note
    assert [bar.known for bar in view.bars] == [7, 7, 0, 7, 7, 7, 7, 7]
    assert view.notes == [""] * 8


def test_too_many_days_are_shown_by_week():
    view = look(SOME, Range(LAST - timedelta(days=MOST_DAYS), LAST, "day"))
    assert view.grain == "week"
    assert f"More than {MOST_DAYS} days" in view.grain_note


def test_maxima_of_parts_do_not_stack():
    seats = MeterWords("seats", "Seats", "seats", Decimal(1), "max")
    view = look(SOME, meter=seats)
    assert (view.stacked, view.totals[3], view.total) == (False, 3000, 3000)


def test_a_family_says_on_which_days_a_company_has_no_data():
    view = look([*SOME, stream({2: 5000, 3: 1000, 4: 1000}, customer=2, model="sonnet")])
    assert (view.incomplete, view.missing) == (1, 5)
    assert view.notes[:4] == ["", "", "a company has no data", ""]


def test_a_filter_that_nothing_fits_shows_an_empty_range():
    view = look([])
    assert (view.total, view.highest, set(view.totals), view.parts) == (0, None, {None}, [])


def test_more_parts_than_a_chart_can_tell_apart_become_others():
    many = [stream({1: n + 1}, model=f"m{n}") for n in range(9)]
    shown = few(parts(many, by_dimension("model"), "sum"), "sum")
    assert [part.key for part in shown] == ["m8", "m7", "m6", "m5", "m4", OTHERS]
    assert shown[-1].total == 1 + 2 + 3 + 4


@pytest.mark.parametrize(
    ("where", "count"), [({}, 3), ({"model": "sonnet"}, 2), ({"model": "flash", "direction": "output"}, 0)]
)
def test_dimension_values_narrow(where, count):
    assert len(matching(SOME, where)) == count
