"""Real threads on PostgreSQL: whatever they do at once, the totals are those of one after the other."""

import random
import threading
import time
from collections.abc import Callable, Sequence

import pytest
from django.db import connection, transaction

from metering.models import EventKey, UsageEvent
from metering.storage import LIVE, totals_hash
from tests.metering.storage.meters import AT, fact, make_meters, some_facts

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(jobs: Sequence[Callable[[], object]]) -> list[BaseException]:
    """Run each job in a thread with a connection of its own; what they raised."""
    start, problems = threading.Barrier(len(jobs)), list[BaseException]()

    def run(job: Callable[[], object]) -> None:
        start.wait()
        try:
            job()
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return problems


def writer(events: list, seed: int) -> Callable[[], None]:
    """Sends all of it, in an order and in batches of its own."""
    rng = random.Random(seed)
    order = rng.sample(events, len(events))

    def write() -> None:
        at = 0
        while at < len(order):
            size = rng.randint(1, 12)
            LIVE.record(order[at : at + size], at=AT)
            at += size

    return write


def test_four_writers_of_the_same_events_count_them_once():
    make_meters()
    events = some_facts(96)
    with transaction.atomic():
        LIVE.record(events, at=AT)
        expected = totals_hash(LIVE.daily_totals())
        transaction.set_rollback(True)
    assert at_once([writer(events, seed) for seed in range(4)]) == []
    assert totals_hash(LIVE.daily_totals()) == expected
    assert UsageEvent.objects.count() == EventKey.objects.filter(kind=EventKey.Kind.EVENT).count() == 96
    LIVE.rebuild()
    assert totals_hash(LIVE.daily_totals()) == expected


def test_a_rebuild_beside_writers_loses_nothing():
    make_meters()
    events = some_facts(64)
    jobs = [writer(events[::2], 1), writer(events[1::2], 2), LIVE.rebuild, LIVE.rebuild]
    assert at_once(jobs) == []
    beside = totals_hash(LIVE.daily_totals())
    LIVE.rebuild()
    assert totals_hash(LIVE.daily_totals()) == beside
    assert UsageEvent.objects.count() == 64


def test_the_first_events_of_a_new_month_and_series_at_once():
    make_meters()
    day = "2021-03-01T00:00:00Z"
    batches = [[fact(f"{n}-{m}", time=day, dimensions={"model": str(m)}) for m in range(5)] for n in range(4)]
    assert at_once([lambda batch=batch: LIVE.record(batch, at=AT) for batch in batches]) == []
    assert [total.events for total in LIVE.daily_totals()] == [4] * 5


@pytest.mark.parametrize(
    ("meter", "value"), [("sum", 5), ("count", 2), ("max", 3), ("unique", 2), ("latest", 3), ("unit-hours", 2)]
)
def test_a_writer_waits_for_another_ones_unfinished_day(meter, value):
    """The second writer comes while the first has recorded but not committed: it must not add up without it."""
    make_meters()
    # The series is known already: writers of a new one wait for each other anyway.
    LIVE.record([fact("before", meter, value=0, time="2026-11-18T10:00Z", item="ann")], at=AT)
    recorded = threading.Event()

    def first() -> None:
        with transaction.atomic():
            LIVE.record([fact("a", meter, value=2, time="2026-11-20T10:00Z", item="ann")], at=AT)
            recorded.set()
            time.sleep(0.3)

    def second() -> None:
        recorded.wait()
        LIVE.record([fact("b", meter, value=3, time="2026-11-20T11:00Z", item="bob")], at=AT)

    assert at_once([first, second]) == []
    assert [(total.value, total.events) for total in LIVE.daily_totals()][-1] == (value, 2)


def test_an_action_and_its_outcome_that_arrive_at_once_find_each_other():
    make_meters()
    LIVE.record([fact("before", "chats", item="c1", outcome_key="c1"), fact("none", "solved", outcome_key="c0")], at=AT)
    recorded = threading.Event()

    def action() -> None:
        with transaction.atomic():
            LIVE.record([fact("a", "chats", time="2026-11-22T10:00Z", item="c2", outcome_key="c2")], at=AT)
            recorded.set()
            time.sleep(0.3)

    def outcome() -> None:
        recorded.wait()
        LIVE.record([fact("b", "solved", time="2026-11-22T11:00Z", outcome_key="c2")], at=AT)

    assert at_once([action, outcome]) == []
    assert [(total.meter, total.value) for total in LIVE.daily_totals()] == [("chats", 1), ("chats", 1), ("solved", 1)]
