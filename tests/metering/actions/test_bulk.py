"""In bulk or event by event: the same days, duplicates and rejections; and a day is counted in one place."""

import os
from decimal import Decimal

import duckdb
import pytest
from django.db import connection

from catalog.models import Meter
from metering.actions import bulk as actions
from metering.actions.history import start_import, work_on
from metering.actions.ingest import record_batch
from metering.models import DailyUsage, HistoryPart, HomeDay, UsageEvent, Watermark
from metering.storage import bulk
from tests.metering.actions.test_history import bring
from tests.metering.events import AT, event, make_acme

HEADING = "id,time,meter,value,direction,customer,source\n"
ROWS = [
    "a,2026-11-01T10:00:00Z,tokens,5,input,,",
    "b,2026-11-01T10:00:00+02:00,tokens,0.000001,output,acme,gateway",
    "c,2026-11-01T23:59:59.999999Z,tokens,-2,input,,",
    "a,2026-11-02T10:00:00Z,tokens,7,input,,",  # a duplicate, whatever it says
    "d,2026-11-02T10:00:00Z,tokens,100000000000000000.123456,cached,,",  # too many digits for the fast lane
    " e , 2026-11-02T10:00:00Z,tokens, 3 ,input,,",
    "f,2026-11-02T10:00:00,tokens,3,input,,",  # no zone
    "g,2026-11-02T10:00:00Z,tokens,1.0000001,input,,",
    "h,2026-11-02T10:00:00Z,tokens,1e3,input,,",  # valid, but not plain
    "i,2026-11-02T10:00:00Z,words,1,input,,",
    "j,2026-11-02T10:00:00Z,tokens,1,input,umbra,",
    "k,2026-11-02T10:00:00Z,tokens,1,,,",
    'l,2026-11-02T10:00:00Z,tokens,1,"a ""quoted"" one",,',
    "m,2026-11-02T10:00:00Z,tokens,1",
    ",2026-11-02T10:00:00Z,tokens,1,input,,",
    "n,1999-11-02T10:00:00Z,tokens,1,input,,",
    "o,2026-13-02T10:00:00Z,tokens,1,input,,",
    "p,1763632800,tokens,8,input,,",
    "q,2026-11-02T10:00:00Z,tokens,,input,,",
    f"{'r' * 201},2026-11-02T10:00:00Z,tokens,1,input,,",
]


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.HISTORY_DIR = tmp_path / "history"
    settings.HISTORY_MEMORY, settings.HISTORY_THREADS = "256MB", 1


def days():
    rows = DailyUsage.objects.values_list("series__meter__code", "series__dimensions", "day", "value", "events")
    return sorted((meter, str(dimensions), str(day), value, events) for meter, dimensions, day, value, events in rows)


def taken(by, text, *, way="bulk", customer=None, **how):
    upload = bring(by, text, customer=customer, **how)
    start_import(upload, way=way, by=by, at=AT)
    return work_on(upload.pk, seconds=60, clock=lambda: AT)


def told(upload):
    reasons = sorted((line, id, reason) for line, id, reason, _ in upload.rejected)
    return upload.accepted, upload.duplicates, upload.rejections, reasons, upload.notes


def forget(upload):
    DailyUsage.objects.all().delete()
    HistoryPart.objects.all().delete()
    for table in ("metering_usageevent", "metering_eventkey"):
        with connection.cursor() as cursor:
            cursor.execute(f"DELETE FROM {table}")


def test_in_bulk_or_event_by_event_gives_the_same(pia):
    acme, text = make_acme(), HEADING + "\n".join(ROWS) + "\n"
    one_by_one = taken(pia, text, way="events", customer=acme)
    expected = days()
    assert len(expected) == 6
    forget(one_by_one)
    in_bulk = taken(pia, text, customer=acme)
    assert in_bulk.state == "recorded"
    assert days() == expected
    assert told(in_bulk) == told(one_by_one)
    assert not UsageEvent.objects.exists()
    assert Watermark.objects.get().data_date.isoformat() == "2026-11-02"


@pytest.mark.parametrize("aggregation", ["sum", "count", "max", "latest", "unique"])
def test_each_aggregation_gives_the_same(pia, aggregation):
    acme = make_acme()
    Meter.objects.filter(code="tokens").update(aggregation=aggregation, zone="America/New_York")
    rows = [f"r{n},2026-11-{1 + n % 3:02}T0{n % 7}:00:00Z,tokens,{n % 5},input,," for n in range(40)]
    text = HEADING + "\n".join(rows) + "\n"
    once = taken(pia, text, way="events", customer=acme)
    expected = days()
    forget(once)
    taken(pia, text, customer=acme)
    assert days() == expected != []


def test_parquet_is_taken_with_its_own_types(pia, tmp_path):
    acme, path = make_acme(), tmp_path / "usage.parquet"
    duckdb.sql(
        "COPY (SELECT n AS id, TIMESTAMPTZ '2026-11-01 00:00:00Z' + INTERVAL (n) HOUR AS time, 'tokens' AS meter,"
        " (n / 4)::DOUBLE AS value, 'input' AS direction FROM range(100) AS rows (n))"
        f" TO '{path}' (FORMAT parquet)"
    )
    once = taken(pia, path.read_bytes(), way="events", customer=acme, format="parquet", name="u.parquet")
    expected = days()
    forget(once)
    done = taken(pia, path.read_bytes(), customer=acme, format="parquet", name="u.parquet")
    assert (done.accepted, done.rejections) == (100, 0)
    assert days() == expected
    assert sum(row[3] for row in expected) == Decimal("1237.5")


def test_parts_know_each_others_ids_and_a_kill_between_them_does_no_harm(pia, monkeypatch):
    monkeypatch.setattr(bulk, "PART_BYTES", 1)
    monkeypatch.setattr(bulk, "BLOCK", 200)
    rows = [f"r{n % 50},2026-11-{1 + n % 9:02}T10:00:00Z,tokens,1,input,," for n in range(60)]
    upload = bring(pia, HEADING + "\n".join(rows) + "\n")
    start_import(upload, way="bulk", by=pia, at=AT)
    steps = 0
    while work_on(upload.pk, seconds=0, clock=lambda: AT).state == "running":
        steps += 1
        assert days() == []
    upload.refresh_from_db()
    assert steps > 5
    assert (upload.state, upload.accepted, upload.duplicates) == ("recorded", 50, 10)
    assert sum(row[4] for row in days()) == 50


def test_the_same_file_again_adds_nothing(pia):
    acme, text = make_acme(), HEADING + ROWS[0] + "\n"
    first, again = (taken(pia, text, customer=acme) for _ in range(2))
    assert (first.accepted, again.accepted, again.duplicates) == (1, 0, 1)
    assert [row[3:] for row in days()] == [(5, 1)]


def test_events_of_earlier_files_are_not_late_again(pia):
    acme = make_acme()
    for rows in (["a,2026-11-01", "b,2026-11-09"], ["c,2026-11-01", "d,2026-11-08"]):
        taken(pia, HEADING + "".join(f"{row}T10:00:00Z,tokens,5,input,,\n" for row in rows), customer=acme)
    mark = Watermark.objects.get()
    assert (mark.events, mark.late_events, str(mark.revised_from)) == (4, 1, "2026-11-01")


def test_what_a_broken_write_left_is_swept_after_a_day(pia, settings):
    acme, folder = make_acme(), settings.HISTORY_DIR / "parts"
    taken(pia, HEADING + ROWS[0] + "\n", customer=acme)
    [kept] = folder.glob("*.parquet")
    (folder / "tmp" / "part-old").mkdir(parents=True)
    old, new = folder / "old.parquet", folder / "new.parquet"
    for path in (old, new):
        path.write_bytes(b"")
    for path in (old, kept, folder / "tmp" / "part-old"):
        os.utime(path, (0, 0))
    taken(pia, HEADING + ROWS[2] + "\n", customer=acme)
    assert (old.exists(), new.exists(), kept.exists()) == (False, True, True)
    assert list((folder / "tmp").iterdir()) == []
    assert sum(row[4] for row in days()) == 2


def test_a_dry_run_leaves_nothing_behind(pia, settings):
    upload = bring(pia, HEADING + "\n".join(ROWS) + "\n")
    start_import(upload, way="bulk", dry_run=True, by=pia, at=AT)
    done = work_on(upload.pk, seconds=60, clock=lambda: AT)
    assert (done.state, done.accepted, done.duplicates) == ("previewed", 8, 1)
    assert days() == []
    assert not HistoryPart.objects.exists()
    assert list((settings.HISTORY_DIR / "parts").glob("*.parquet")) == []


def test_rows_without_ids_are_counted_by_their_line_on_both_ways(pia):
    acme, broken = make_acme(), "2026-11-01T10:00:00Z,tokens"
    rows = [f"2026-11-01T10:00:00{zone},tokens,{n},input" for n, zone in enumerate(["Z", "", "Z", "+0000", "Z"])]
    text = "\n".join(["time,meter,value,direction", rows[0], broken, *rows[1:3], broken, broken, *rows[3:]])
    once = taken(pia, text, way="events", customer=acme)
    ids = sorted(UsageEvent.objects.values_list("event_id", flat=True))
    forget(once)
    in_bulk = taken(pia, text, customer=acme)
    files = list(HistoryPart.objects.values_list("path", flat=True))
    assert sorted(id for (id,) in duckdb.sql(f"SELECT id FROM read_parquet({files})").fetchall()) == ids
    assert told(in_bulk) == told(once)
    assert once.accepted == 4


def test_the_first_of_two_rows_counts_whichever_way_it_goes(pia):
    rows = ["a,2026-11-01T10:00:00+0000,tokens,5,input,,", "a,2026-11-01T10:00:00Z,tokens,7,input,,"]
    done = taken(pia, HEADING + "\n".join(rows) + "\n")
    assert (done.accepted, done.duplicates, days()[0][3]) == (1, 1, 5)


def live(by, *events):
    return [answer.status for answer in record_batch(list(events), by=by, at=AT)]


def test_rows_of_a_day_with_live_events_go_there(pia):
    acme = make_acme()
    source = {"source": "import:acme", "time": "2026-11-01T08:00:00Z"}
    live(pia, event("a", **source), event("z", **source))
    done = taken(pia, HEADING + "\n".join([*ROWS[:3], ROWS[5]]) + "\n", customer=acme)
    assert (done.accepted, done.duplicates) == (3, 1)
    assert not DailyUsage.objects.filter(storage="history", day="2026-11-01").exists()
    assert DailyUsage.objects.filter(storage="live", day="2026-11-01").count() == 2
    assert DailyUsage.objects.filter(storage="history", day="2026-11-02").exists()


def test_a_late_event_brings_its_day_home_and_ids_count_once(pia):
    acme = make_acme()
    taken(pia, HEADING + "\n".join([*ROWS[:3], ROWS[5]]) + "\n", customer=acme)
    before = days()
    source = {"source": "import:acme", "time": "2026-11-01T20:00:00Z"}
    assert live(pia, event("a", **source), event("late", value=4, **source)) == ["duplicate", "accepted"]
    assert HomeDay.objects.get().day.isoformat() == "2026-11-01"
    assert set(DailyUsage.objects.filter(day="2026-11-01").values_list("storage", flat=True)) == {"live"}
    moved = {row[:3]: row[3] for row in days()}
    assert {place: moved[place] - value for *place, value, _ in before for place in [tuple(place)]} == {
        place: (4 if place[2] == "2026-11-01" and "input" in place[1] else 0) for place in moved
    }
    again = taken(pia, HEADING + ROWS[5] + "\n" + ROWS[0] + "\n", customer=acme)
    assert (again.accepted, again.duplicates) == (0, 2)
    assert {row[:3]: row[3] for row in days()} == moved


def test_a_void_reaches_an_event_of_the_history(pia):
    acme = make_acme()
    taken(pia, HEADING + "\n".join(ROWS[:2]) + "\n", customer=acme)
    void = event("v1", source="import:acme", time="2026-11-20T00:00:00Z")
    assert live(pia, {**void, "data": {"voids": "a"}}) == ["accepted"]
    assert [row[1:3] for row in days()] == [("{'direction': 'output'}", "2026-11-01")]


def cloud(id, data='{"value": 5, "direction": "input"}', **more):
    """A line as it stands in the file."""
    fields = {
        "specversion": '"1.0"',
        "id": f'"{id}"',
        "type": '"tokens"',
        "time": '"2026-11-02T10:00:00Z"',
        "data": data,
        **more,
    }
    return "{" + ", ".join(f'"{name}": {value}' for name, value in fields.items() if value) + "}"


LINES = [
    cloud("a"),
    cloud("b", '{"value": "0.000001", "direction": "output"}', subject='"acme"', source='"gateway"'),
    cloud("a", '{"value": 7, "direction": "input"}'),  # a duplicate, whatever it says
    "",
    cloud("c", '{"value": 0.1, "direction": "input"}'),  # no digit may be lost
    cloud("d", '{"value": 0.10000000000000000001, "direction": "input"}'),
    cloud("e", '{"value": 12345678901234567890123, "direction": "input"}'),
    cloud("f", '{"value": "-2", "direction": "input"}') + "\r",
    cloud("g", '{"value": 1, "direction": " input"}'),  # not trimmed: a value of its own
    cloud("h", '{"value": 1, "direction": "inp\\u0075t"}'),
    cloud("i", '{"value": 1, "direction": 5}'),
    cloud("j", '{"value": 1, "direction": null}'),
    cloud("k", '{"value": 1, "direction": "input", "colour": "red"}'),
    cloud("l", '{"value": true, "direction": "input"}'),
    cloud("m", '{"value": -0, "direction": "input"}'),
    cloud("n", '{"value": 1, "value": 2, "direction": "input"}'),
    cloud("o", "5"),
    cloud("p", time="1763632800"),
    cloud("q", time='"1763632800"'),
    cloud("r", time='"2026-11-02"'),
    cloud("s", specversion="null"),
    cloud("t", specversion="", subject="null"),
    cloud("u", subject='"umbra"'),
    cloud("v").replace('"v"', "7"),
    cloud("w", type='"wor\\nds"'),
    cloud("x", type='" tokens"'),
    cloud("y", '{"value": 1, "direction": "in\x01put"}'),
    cloud("z", '{"value": 1, "direction": "é"}'),
    cloud("a b"),
    "nope",
    "[1, 2]",
    "{}",
    '{"a": {"b": 1}, "a.b": 2}',
]


def test_cloud_events_one_a_line_give_the_same_on_both_ways(pia):
    acme, text = make_acme(), ("\ufeff" + "\n".join(LINES)).encode() + b'\n{"id": "\xff"}\n' + cloud("last").encode()
    same_on_both_ways(pia, text, customer=acme, format="ndjson", name="u.ndjson")


def test_objects_of_any_form_give_the_same_on_both_ways(pia):
    acme = make_acme()
    lines = [
        '{"at": "2026-11-02T10:00:00", "usage": {"tokens": 5, "kind": "input"}}',
        '{"at": 1763632800, "usage": {"tokens": " 6 ", "kind": " output "}, "more": [1]}',
        '{"at": "2026-11-02T10:00:00", "usage": {"tokens": 1.5, "kind": "input"}}',
        '{"at": "2026-11-02T10:00:00", "usage": {"tokens": 7, "kind": null}}',
        '{"at": "2026-11-02T10:00:00", "usage": {"tokens": 8}, "usage.kind": "input"}',
        '{"at": "2026-11-02T10:00:00", "usage": {"tokens": 9, "tokens": 10, "kind": "input"}}',
        '{"at": "2026-11-02T10:00:00", "usage": 5}',
        "nope",
    ]
    columns = {"time": "at", "value": "usage.tokens", "direction": "usage.kind"}
    mapping = {"columns": columns, "constants": {"meter": "tokens"}, "zone": "UTC"}
    text = "\n".join(lines)
    in_bulk = same_on_both_ways(pia, text, mapping=mapping, customer=acme, format="ndjson", name="u.ndjson")
    assert in_bulk.accepted == 5


def same_on_both_ways(by, text, *, mapping=None, **how):
    done = []
    for way in ("events", "bulk"):
        upload = bring(by, text, **how)
        start_import(upload, way=way, mapping=mapping, by=by, at=AT)
        done.append((work_on(upload.pk, seconds=60, clock=lambda: AT), days()))
        if way == "events":
            forget(upload)
    (one_by_one, expected), (in_bulk, found) = done
    assert found == expected != []
    assert told(in_bulk) == told(one_by_one)
    assert not UsageEvent.objects.exists()
    return in_bulk


def test_plain_lines_take_the_fast_lane(pia, monkeypatch):
    monkeypatch.setattr(actions, "take_carefully", None)
    plain = [LINES[0], LINES[1], LINES[2], LINES[3]]
    assert taken(pia, "\n".join(plain), format="ndjson", name="u.ndjson").accepted == 2


def test_lines_come_in_parts(pia, monkeypatch):
    monkeypatch.setattr(bulk, "PART_BYTES", 300)
    text = "".join(cloud(f"{n % 9}") + "\n\n" for n in range(12))
    done = taken(pia, text, format="ndjson", name="u.ndjson")
    assert (done.state, done.accepted, done.duplicates, done.lines) == ("recorded", 9, 3, 24)
