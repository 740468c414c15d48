"""What a day is, for each aggregation, in every storage."""

from datetime import date
from decimal import Decimal

import pytest

from metering.storage import Days, totals_hash
from tests.metering.storage.meters import AT, fact, make_meters, void

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def meters(db):
    make_meters()


def days_of(storage, **narrowed):
    return [(str(total.day), total.value, total.events) for total in storage.daily_totals(**narrowed)]


@pytest.mark.parametrize(
    ("meter", "value"), [("sum", "12.000001"), ("count", 4), ("max", 7), ("latest", 3), ("unique", 2)]
)
def test_a_day_of_each_aggregation(storage, meter, value):
    storage.record(
        [
            fact("1", meter, value=3, time="2026-11-20T20:00Z", item="ann"),
            fact("2", meter, value=7, time="2026-11-20T10:00Z", item="bob"),
            fact("3", meter, value=2, time="2026-11-20T11:00Z", item="ann"),
            fact("4", meter, value="0.000001", time="2026-11-20T12:00Z", item="bob"),
        ],
        at=AT,
    )
    assert days_of(storage) == [("2026-11-20", Decimal(value), 4)]


def test_days_begin_in_the_meters_zone(storage):
    storage.record([fact("1", time="2026-11-20T04:59:59Z"), fact("2", time="2026-11-20T05:00Z", value=5)], at=AT)
    assert days_of(storage) == [("2026-11-19", 1, 1), ("2026-11-20", 5, 1)]


def test_a_level_is_held_until_the_next_event_says_otherwise(storage):
    storage.record(
        [
            fact("1", "unit-hours", value=8, time="2026-11-20T22:00Z"),  # 17:00 in New York: 8 for 7 hours
            fact("2", "unit-hours", value=2, time="2026-11-22T06:00Z"),  # all of the 21st, and one hour of the 22nd
            fact("3", "unit-hours", value=0, time="2026-11-22T06:30Z"),
        ],
        at=AT,
    )
    assert days_of(storage) == [("2026-11-20", 56, 1), ("2026-11-21", 192, 0), ("2026-11-22", 9, 2)]


def test_an_hour_that_a_zone_skips_is_not_held(storage):
    storage.record(
        [
            fact("1", "unit-hours", value=1, time="2026-03-07T05:00Z"),
            fact("2", "unit-hours", value=0, time="2026-03-10T04:00Z"),
        ],
        at=AT,
    )
    assert days_of(storage) == [
        ("2026-03-07", 24, 1),
        ("2026-03-08", 23, 0),
        ("2026-03-09", 24, 0),
        ("2026-03-10", 0, 1),
    ]


def test_a_late_level_divides_what_was_held(storage):
    storage.record([fact("1", "unit-hours", value=4, time="2026-11-20T05:00Z")], at=AT)
    storage.record([fact("3", "unit-hours", value=0, time="2026-11-22T05:00Z")], at=AT)
    storage.record([fact("2", "unit-hours", value=1, time="2026-11-20T17:00Z")], at=AT)
    assert days_of(storage) == [("2026-11-20", 60, 2), ("2026-11-21", 24, 0), ("2026-11-22", 0, 1)]


def test_an_event_moves_only_the_days_between_its_neighbours(storage):
    levels = [(1, "2026-01-05T05:00Z"), (2, "2026-03-01T05:00Z"), (3, "2026-05-01T04:00Z"), (0, "2026-05-03T04:00Z")]
    storage.record([fact(time, "unit-hours", value=value, time=time) for value, time in levels], at=AT)
    late = fact("late", "unit-hours", value=5, time="2026-04-10T16:00Z")
    storage.record([late], at=AT)
    with_late = totals_hash(storage.daily_totals())
    days = {day: value for day, value, _ in days_of(storage)}
    assert [days[f"2026-{day}"] for day in ("02-28", "04-09", "04-10", "04-30", "05-02")] == [24, 48, 84, 120, 72]
    storage.rebuild()
    assert totals_hash(storage.daily_totals()) == with_late
    storage.record([void("v", "late")], at=AT)
    assert {day: value for day, value, _ in days_of(storage)}["2026-04-10"] == 48


@pytest.mark.parametrize("meter", ["sum", "unit-hours"])
def test_some_days_are_rebuilt_and_the_others_stay(storage, meter):
    times = ("2026-11-10T10:00Z", "2026-11-14T10:00Z", "2026-11-18T10:00Z")
    storage.record([fact(time, meter, value=3, time=time) for time in times], at=AT)
    before = totals_hash(storage.daily_totals())
    storage.rebuild(Days(date(2026, 11, 12), date(2026, 11, 15)))
    assert totals_hash(storage.daily_totals()) == before


def test_dimensions_and_customers_are_apart_and_in_order(storage):
    storage.record(
        [
            fact("1", dimensions={"model": "b", "a": "z"}),
            fact("2", dimensions={"a": "y", "model": "b"}),
            fact("3", customer="zeta"),
            fact("4"),
        ],
        at=AT,
    )
    got = [(total.customer, total.dimensions) for total in storage.daily_totals()]
    assert got == [
        ("acme", {"a": "y", "model": "b"}),
        ("acme", {"a": "z", "model": "b"}),
        ("acme", {}),
        ("zeta", {}),
    ]


def test_totals_are_narrowed(storage):
    storage.record(
        [fact("1"), fact("2", "count"), fact("3", customer="zeta"), fact("4", time="2026-11-22T10:00Z")], at=AT
    )
    assert len(days_of(storage, customer="zeta")) == 1
    assert len(days_of(storage, meter="count")) == 1
    assert [day for day, *_ in days_of(storage, days=Days(first=date(2026, 11, 21)))] == ["2026-11-22"]
    assert len(days_of(storage, days=Days(last=date(2026, 11, 20)))) == 3


def test_a_correction_below_zero_adds_up(storage):
    storage.record([fact("1", value=5)], at=AT)
    storage.record([fact("2", value=-7)], at=AT)
    assert days_of(storage) == [("2026-11-20", -2, 2)]


@pytest.mark.parametrize("meter", ["sum", "count", "max", "latest", "unique"])
def test_a_void_takes_an_event_back_whichever_comes_first(storage, meter):
    storage.record([fact("1", meter, item="ann"), void("v2", "2")], at=AT)
    before = days_of(storage)
    storage.record([fact("2", meter, value=9, item="bob"), fact("3", meter, value=9, item="cyd")], at=AT)
    storage.record([void("v3", "3"), void("again", "3")], at=AT)
    assert days_of(storage) == before == [("2026-11-20", 1, 1)]


def test_a_day_whose_events_are_all_taken_back_is_a_day_without_data(storage):
    storage.record([fact("1"), fact("2", "max"), fact("3", "unit-hours")], at=AT)
    storage.record([void("v1", "1"), void("v2", "2"), void("v3", "3")], at=AT)
    assert days_of(storage) == []


def test_a_void_reaches_only_its_own_source_and_no_void(storage):
    storage.record([fact("1"), void("v1", "1", source="other"), void("v2", "v3"), void("v3", "1")], at=AT)
    assert days_of(storage) == []
    assert storage.record([void("v3", "2"), fact("v1")], at=AT) == ["duplicate", "accepted"]
