import threading
from decimal import Decimal

import pytest
from django.db import connection

from catalog.models import Meter
from core.models import AuditEntry
from metering.actions.ingest import record_batch, record_file
from metering.actions.rollup import rebuild
from metering.models import DailyUsage, SourceDay, UsageEvent
from metering.rules.files import Row
from tests.metering.events import AT, event, make_acme


def totals():
    rows = DailyUsage.objects.select_related("series").order_by("day", "series__dimensions")
    return [(str(row.day), row.series.dimensions["direction"], row.value, row.events) for row in rows]


def test_days_are_added_up_exactly_in_utc(pia):
    make_acme()
    late = event("e3", value="0.000001", time="2026-11-21T01:30:00+02:00")
    answers = record_batch([event("e1"), event("e2", value="0.1"), late, event("e4", time="2026-11-21T00:00:00Z")],
                           by=pia, at=AT)  # fmt: skip
    assert [answer.status for answer in answers] == ["accepted"] * 4
    assert totals() == [
        ("2026-11-20", "input", Decimal("100.100001"), 3),
        ("2026-11-21", "input", Decimal(100), 1),
    ]


def test_a_duplicate_counts_once_within_a_batch_and_across_batches(pia):
    make_acme()
    first = record_batch([event("e1"), event("e1", value="7")], by=pia, at=AT)
    again = record_batch([event("e1", value="9"), event("e1", source="other")], by=pia, at=AT)
    assert [answer.status for answer in first + again] == ["accepted", "duplicate", "duplicate", "accepted"]
    assert totals() == [("2026-11-20", "input", Decimal(200), 2)]


def test_a_bad_event_is_answered_and_the_others_are_recorded(pia):
    make_acme()
    answers = record_batch([event("e1", value="1e18"), event("e2")], by=pia, at=AT)
    assert [(answer.id, answer.status, answer.reason) for answer in answers] == [
        ("e1", "rejected", "value: 1E+18 is not below 1E+18."),
        ("e2", "accepted", ""),
    ]
    assert UsageEvent.objects.count() == 1


def test_a_late_event_moves_only_its_own_day(pia):
    make_acme()
    record_batch([event("e1"), event("e2", time="2026-11-21T10:00:00Z")], by=pia, at=AT)
    DailyUsage.objects.filter(day="2026-11-21").update(value=1)
    record_batch([event("e3", value="5")], by=pia, at=AT)
    assert [row[2] for row in totals()] == [Decimal(105), Decimal(1)]


@pytest.mark.parametrize(("aggregation", "value"), [("sum", 12), ("count", 3), ("max", 7), ("latest", 3)])
def test_each_aggregation_makes_its_own_day(pia, aggregation, value):
    make_acme()
    Meter.objects.filter(code="tokens").update(aggregation=aggregation)
    events = [
        event("e1", value="3", time="2026-11-20T20:00:00Z"),
        event("e2", value="7", time="2026-11-20T10:00:00Z"),
        event("e3", value="2", time="2026-11-20T11:00:00Z"),
    ]
    record_batch(events, by=pia, at=AT)
    assert DailyUsage.objects.get().value == value


def test_a_rebuild_gives_the_same_rows(pia):
    make_acme()
    record_batch([event(f"e{n}", value=str(n), time=f"2026-11-{n:02}T10:00:00Z") for n in range(1, 9)], by=pia, at=AT)
    before = totals()
    DailyUsage.objects.filter(day__gt="2026-11-04").update(value=1)
    assert rebuild(by=pia, at=AT) == 8
    assert totals() == before


def test_what_takes_usage_back_leaves_an_audit_entry(pia):
    make_acme()
    void = event("v1", data={"voids": "e1", "reason": "test traffic"})
    record_batch([event("e1"), void, event("e2", value="-3")], by=pia, at=AT)
    entry = AuditEntry.objects.get(subject="usage:corrections")
    named = ["app/v1 voids e1", "app/e2: -3.000000 tokens"]
    assert (entry.by, entry.verb) == ("pia", "corrected")
    assert entry.data == {"voids": 1, "negative": 1, "events": named}
    assert totals() == [("2026-11-20", "input", Decimal(-3), 1)]


def test_what_adds_usage_is_counted_by_source(pia):
    make_acme()
    record_batch([event("e1"), event("e1"), event("e2", value="x"), {"source": "\x00"}], by=pia, at=AT)
    record_batch([event("e1")], by=pia, at=AT)
    assert not AuditEntry.objects.filter(subject__startswith="usage:").exists()
    counted = SourceDay.objects.order_by("source").values_list("source", "accepted", "duplicates", "rejected")
    assert list(counted) == [("", 0, 0, 1), ("app", 1, 2, 1)]


def test_queries_do_not_grow_with_the_rows(pia, django_assert_max_num_queries):
    make_acme()
    rows = [Row(n, event(f"e{n}"), "", "") for n in range(1, 2001)]
    with django_assert_max_num_queries(18):
        assert record_file(rows, at=AT).accepted == 2000


@pytest.mark.django_db(transaction=True)
def test_two_writers_of_one_day_lose_nothing(pia):
    make_acme()
    start = threading.Barrier(2)

    def write(name: str) -> None:
        start.wait()
        try:
            for n in range(5):
                record_batch([event(f"{name}{n}", value="1"), event(f"shared{n}", value="1")], by=pia, at=AT)
        finally:
            connection.close()

    threads = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert totals() == [("2026-11-20", "input", Decimal(15), 15)]
