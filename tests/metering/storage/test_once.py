"""Any order, any duplicates, any split into batches: the same totals, by their hash, and a rebuild changes nothing."""

from datetime import UTC, datetime, timedelta

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from metering.storage import LIVE, totals_hash
from tests.metering.storage.conftest import forgotten
from tests.metering.storage.meters import AT, fact, make_meters, void

pytestmark = pytest.mark.django_db

METERS = ("sum", "count", "max", "unique", "latest", "unit-hours", "chats", "solved")
START = datetime(2026, 10, 30, tzinfo=UTC)


@pytest.fixture(autouse=True)
def meters(db):
    make_meters()


@st.composite
def facts(draw):
    """Events of all meters over four days and a month's end, with few ids so that they meet each other."""
    meter = draw(st.sampled_from(METERS))
    time = START + timedelta(minutes=draw(st.integers(0, 4 * 24 * 60)))
    negative = meter in ("sum", "solved")
    return fact(
        f"{meter}-{draw(st.integers(0, 6))}",
        meter,
        value=draw(st.decimals(-9 if negative else 0, 9, places=3)),
        time=time.isoformat(),
        item=draw(st.sampled_from(["ann", "bob", "cyd"])) if meter in ("unique", "chats") else "",
        outcome_key=draw(st.sampled_from(["c1", "c2"])) if meter in ("chats", "solved") else "",
        dimensions={"model": draw(st.sampled_from(["a", "b"]))} if meter in ("sum", "max") else {},
    )


@st.composite
def histories(draw):
    """Events with one content for each id, some of them voided, and three ways in which they may arrive."""
    events = {event.event_id: event for event in draw(st.lists(facts(), min_size=1, max_size=14))}
    taken = draw(st.lists(st.sampled_from(sorted(events)), max_size=3))
    known = [*events.values(), *(void(f"v{n}", id) for n, id in enumerate(taken))]
    return known, draw(st.lists(arrivals(known), min_size=2, max_size=2))


def arrivals(known):
    """Everything at least once, in some order, cut into batches."""
    again = st.lists(st.sampled_from(known), max_size=5)
    orders = again.flatmap(lambda more: st.permutations([*known, *more]))
    return st.tuples(orders, st.lists(st.integers(1, 5), min_size=1, max_size=4))


def batches(order, sizes):
    rest, n = list(order), 0
    while rest:
        size = sizes[n % len(sizes)]
        yield rest[:size]
        rest, n = rest[size:], n + 1


@pytest.fixture
def one_duckdb(monkeypatch):
    """Shared by all connections: starting one takes longer than what a connection is asked."""
    start, started = duckdb.connect, []

    def connection(config):
        if not started:
            started.append(start(config=config))
        return started[0].cursor()

    monkeypatch.setattr(duckdb, "connect", connection)
    yield
    for one in started:
        one.close()


# Each example records and forgets: what it stored is undone with its transaction.
@pytest.mark.long
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(history=histories())
def test_the_way_in_does_not_matter(storage, one_duckdb, history):
    known, ways = history
    with forgotten(storage):
        storage.record(known, at=AT)
        expected = totals_hash(storage.daily_totals())
        storage.rebuild()
        assert totals_hash(storage.daily_totals()) == expected
    for order, sizes in ways:
        with forgotten(storage):
            accepted = [status for batch in batches(order, sizes) for status in storage.record(batch, at=AT)]
            assert accepted.count("accepted") == len(known)
            assert totals_hash(storage.daily_totals()) == expected


def test_a_second_delivery_is_a_duplicate_whatever_it_says(storage):
    first = storage.record([fact("1"), fact("1", value=9), fact("1", time="2026-01-01T00:00Z")], at=AT)
    again = storage.record([fact("1", customer="zeta"), fact("1", source="other"), fact("1", "count")], at=AT)
    assert first == ["accepted", "duplicate", "duplicate"]
    assert again == ["duplicate", "accepted", "duplicate"]
    assert [(total.customer, total.value, total.events) for total in storage.daily_totals()] == [("acme", 2, 2)]


def test_the_hash_sees_every_part_of_a_total(storage):
    storage.record([fact("1")], at=AT)
    [total] = storage.daily_totals()
    changed = [
        total._replace(**change)
        for change in (
            {"customer": "zeta"},
            {"meter": "count"},
            {"dimensions": {"a": "b"}},
            {"day": AT.date()},
            {"value": total.value * 2},
            {"events": 7},
        )
    ]
    assert len({totals_hash([one]) for one in [total, *changed]} | {totals_hash([])}) == 8
    assert totals_hash([total]) == totals_hash([total._replace(value=total.value.normalize())])


ODD = ["it's", 'a "quoted" one', "back\\slash", "\\N", "\\.", "tab\tline\nreturn\r", "ünïcode ☃", "{brace},", "null"]


def test_any_text_comes_back_as_it_was(db):
    events = [fact(odd, "unique", source=odd, item=odd, outcome_key=odd) for odd in ODD]
    LIVE.record(events, at=AT)
    assert sorted(LIVE.events()) == sorted(events)
    assert LIVE.record(events, at=AT) == ["duplicate"] * len(ODD)
    assert [(total.value, total.events) for total in LIVE.daily_totals()] == [(len(ODD), len(ODD))]
