"""A file of any size is recorded to the last row, whatever happens to the worker on the way."""

import csv
import io
from pathlib import Path

import duckdb
import pytest

from core.errors import Conflict, Invalid, Refused
from metering.actions import history
from metering.actions.history import (
    discard_file,
    look_into,
    receive_file,
    rejections_path,
    start_import,
    waiting_imports,
    work_on,
)  # fmt: skip
from metering.models import DailyUsage, UsageEvent, UsageImport
from tests.metering.events import AT, make_acme

HEADING = "request_id,created_at,tokens_used,direction\n"
MAPPING = {
    "columns": {"id": "request_id", "time": "created_at", "value": "tokens_used", "direction": "direction"},
    "constants": {"meter": "tokens"},
    "zone": "UTC",
}


@pytest.fixture(autouse=True)
def small_slices(settings, tmp_path, monkeypatch):
    settings.HISTORY_DIR = tmp_path / "history"
    monkeypatch.setattr(history, "SLICE", 10)


def csv_of(rows: int) -> str:
    return HEADING + "".join(f"r{n},2026-11-{1 + n % 20:02} 10:00:00,{n},input\n" for n in range(rows))


def bring(by, text: str | bytes, *, format: str = "csv", name: str = "usage.csv", customer=None):
    content = text.encode() if isinstance(text, str) else text
    acme = customer or make_acme()
    return receive_file(name=name, format=format, chunks=[content], customer=acme, by=by, at=AT)


def record(upload, by, *, seconds: float = 60, **how):
    start_import(upload, **{"mapping": MAPPING, **how}, by=by, at=AT)
    return work_on(upload.pk, seconds=seconds, clock=lambda: AT)


def test_a_file_is_recorded_slice_by_slice(pia, django_capture_on_commit_callbacks):
    told = []
    upload = bring(pia, csv_of(25))
    start_import(upload, mapping=MAPPING, by=pia, at=AT)
    with django_capture_on_commit_callbacks(execute=True):
        done = work_on(upload.pk, seconds=60, clock=lambda: AT, tell=lambda one: told.append(one.lines))
    assert told == [11, 21, 26]
    assert (done.state, done.accepted, done.done) == ("recorded", 25, done.total)
    assert UsageEvent.objects.count() == 25
    assert sum(row.value for row in DailyUsage.objects.all()) == 300
    assert done.notes == ["The new events happened between 2026-11-01 and 2026-11-20."]
    assert not Path(done.path).exists()


def test_the_first_rows_are_shown_as_events_before_anything_is_recorded(pia):
    upload = bring(pia, csv_of(3) + "r9,2026-11-01 10:00:00,-x,input\n")
    look = look_into(upload, mapping=MAPPING, at=AT)
    assert look.heading == ["request_id", "created_at", "tokens_used", "direction"]
    assert [row.reason for row in look.rows] == ["", "", "", 'value: "-x" is not a number.']
    assert (look.rejected, look.rows_guessed) == (1, 4)
    assert look.rows[1].event["id"] == "r1"
    assert not UsageEvent.objects.exists()


def test_the_likely_mapping_is_proposed_and_its_gaps_are_named(pia):
    upload = bring(pia, csv_of(3))
    assert upload.mapping["columns"] == {"id": "request_id", "time": "created_at", "direction": "direction"}
    with pytest.raises(Invalid, match="meter: choose a column or a constant"):
        start_import(upload, by=pia, at=AT)
    assert upload.state == "previewed"


def test_a_dry_run_reports_everything_and_records_nothing(pia):
    upload = record(bring(pia, csv_of(12) + "r9,soon,5,input\n"), pia, dry_run=True)
    assert (upload.state, upload.accepted, upload.rejections) == ("previewed", 12, 1)
    assert not UsageEvent.objects.exists()
    assert not DailyUsage.objects.exists()
    done = record(upload, pia)
    assert (done.state, done.accepted, done.rejections) == ("recorded", 12, 1)


def test_a_worker_that_dies_between_two_slices_loses_and_doubles_nothing(pia, monkeypatch):
    upload = bring(pia, csv_of(45) + "x,soon,1,input\n")
    start_import(upload, mapping=MAPPING, by=pia, at=AT)
    work_on(upload.pk, seconds=0, clock=lambda: AT)
    died_after(monkeypatch, upload, rows=20)
    upload.refresh_from_db()
    assert (upload.state, upload.lines, UsageEvent.objects.count()) == ("running", 21, 20)
    assert waiting_imports() == [upload.pk]
    done = work_on(upload.pk, seconds=60, clock=lambda: AT)
    assert (done.state, done.accepted, done.duplicates, done.rejections) == ("recorded", 45, 0, 1)
    assert UsageEvent.objects.count() == 45


def died_after(monkeypatch, upload, *, rows: int) -> None:
    """Kill the worker in the midst of a later step: after it recorded rows and wrote rejections, before its commit."""
    real = history.move

    def move(one, states, **values):
        if values.get("lines", 0) > rows + 1:
            raise KeyboardInterrupt
        real(one, states, **values)

    with monkeypatch.context() as patch, pytest.raises(KeyboardInterrupt):
        patch.setattr(history, "move", move)
        work_on(upload.pk, seconds=60, clock=lambda: AT)


def test_rejected_rows_are_written_once_with_their_reasons(pia, monkeypatch):
    text = HEADING + "".join(f"r{n},soon,1,input\n" for n in range(15)) + "=cmd,2026-11-01 10:00:00,-5,\n"
    upload = bring(pia, text)
    start_import(upload, mapping=MAPPING, by=pia, at=AT)
    died_after(monkeypatch, upload, rows=10)
    done = work_on(upload.pk, seconds=60, clock=lambda: AT)
    rows = list(csv.reader(io.StringIO(rejections_path(done).read_text())))
    assert rows[0] == ["line", "id", "reason", "row"]
    assert [row[0] for row in rows[1:]] == [str(n) for n in range(2, 18)]
    assert rows[1] == [
        "2",
        "r0",
        'time: "soon" is not an ISO 8601 time such as 2026-11-02T10:00:00Z.',
        "r0,soon,1,input",
    ]
    assert rows[-1][1] == "'=cmd"
    assert (done.accepted, done.rejections, len(done.rejected)) == (0, 16, 16)


def test_the_same_file_again_adds_nothing(pia):
    acme = make_acme()
    first, again = (record(bring(pia, csv_of(12), customer=acme), pia) for _ in range(2))
    assert (first.accepted, again.accepted, again.duplicates) == (12, 0, 12)
    assert UsageEvent.objects.count() == 12


def test_rows_without_ids_count_once_by_file_and_line(pia):
    acme, mapping = make_acme(), {**MAPPING, "columns": {**MAPPING["columns"]}}
    del mapping["columns"]["id"]
    for _ in range(2):
        record(bring(pia, csv_of(12), customer=acme), pia, mapping=mapping)
    assert UsageEvent.objects.count() == 12


@pytest.mark.parametrize("format", ["ndjson", "parquet"])
def test_other_formats_give_the_same_days(pia, tmp_path, format):
    source, target = tmp_path / "a.csv", tmp_path / f"b.{format}"
    source.write_text(csv_of(33))
    kind = "json" if format == "ndjson" else "parquet"
    duckdb.sql(f"COPY (FROM read_csv('{source}')) TO '{target}' (FORMAT {kind})")
    done = record(bring(pia, target.read_bytes(), format=format), pia)
    assert (done.state, done.accepted, done.done) == ("recorded", 33, done.total)
    assert sum(row.value for row in DailyUsage.objects.all()) == sum(range(33))


def test_cloud_events_need_no_mapping(pia):
    line = '{"specversion":"1.0","id":"%s","source":"app","type":"tokens","subject":"acme","time":"2026-11-20T10:00:00Z","data":{"value":0.1,"direction":"input"}}\n'  # noqa: E501
    upload = bring(pia, "".join(line % n for n in range(3)), format="ndjson")
    assert upload.mapping == {}
    start_import(upload, by=pia, at=AT)
    assert work_on(upload.pk, seconds=60, clock=lambda: AT).accepted == 3


def test_quoted_line_ends_and_strange_bytes_break_no_other_row(pia):
    body = b'"a\nb",2026-11-01 10:00:00,1,input\n\xff,2026-11-01 10:00:00,1,input\n'
    body += b"".join(b"r%d,2026-11-01 10:00:00,1,input\n" % n for n in range(20))
    done = record(bring(pia, b"\xef\xbb\xbf" + HEADING.encode() + body), pia)
    assert (done.accepted, done.rejections, done.rejected[0][:1]) == (21, 1, [4])


def test_a_file_that_vanished_fails_with_the_reason_and_goes_on_when_it_is_back(pia):
    upload = bring(pia, csv_of(25))
    start_import(upload, mapping=MAPPING, by=pia, at=AT)
    work_on(upload.pk, seconds=0, clock=lambda: AT)
    path = Path(upload.path)
    away = path.rename(path.with_suffix(".away"))
    failed = work_on(upload.pk, seconds=60, clock=lambda: AT)
    assert (failed.state, "No such file" in failed.error) == ("failed", True)
    away.rename(path)
    done = record(failed, pia)
    assert (done.state, done.accepted, done.duplicates) == ("recorded", 25, 0)


def test_of_two_workers_the_slower_changes_nothing(pia):
    upload = bring(pia, csv_of(25))
    start_import(upload, mapping=MAPPING, by=pia, at=AT)
    work_on(upload.pk, seconds=0, clock=lambda: AT)
    slow = UsageImport.objects.select_related("customer").get(pk=upload.pk)
    work_on(upload.pk, seconds=0, clock=lambda: AT)
    with pytest.raises(Conflict):
        history.record_slice(slow, history.open_file(Path(slow.path), "csv"), AT)
    assert UsageEvent.objects.count() == 20


def test_what_is_under_way_is_neither_started_nor_discarded(pia):
    upload = start_import(bring(pia, csv_of(3)), mapping=MAPPING, by=pia, at=AT)
    with pytest.raises(Refused, match="waiting for a worker"):
        start_import(upload, mapping=MAPPING, by=pia, at=AT)
    with pytest.raises(Refused, match="waiting for a worker"):
        discard_file(upload, by=pia, at=AT)
    assert UsageImport.objects.get().state == "queued"


def test_a_discarded_file_is_gone_its_report_stays(pia, django_capture_on_commit_callbacks):
    upload = bring(pia, csv_of(3))
    with django_capture_on_commit_callbacks(execute=True):
        discard_file(upload, by=pia, at=AT)
    assert not Path(upload.path).exists()
    assert work_on(upload.pk, seconds=1) is None
    assert UsageImport.objects.get().state == "discarded"


@pytest.mark.parametrize(("content", "format"), [(b'"open', "csv"), (b"PAR0", "parquet")])
def test_an_unreadable_file_leaves_nothing_behind(pia, settings, content, format):
    with pytest.raises(Invalid):
        bring(pia, content, format=format)
    assert not UsageImport.objects.exists()
    assert list((settings.HISTORY_DIR / "uploads").iterdir()) == []
