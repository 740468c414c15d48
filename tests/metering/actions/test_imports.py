import pytest

from core.errors import Conflict, Invalid, Refused
from metering.actions.imports import discard_import, preview_import, record_import
from metering.models import DailyUsage, UsageEvent, UsageImport
from tests.metering.events import AT, make_acme

CSV = b"""id,time,meter,value,direction
1,2026-11-20T10:00:00Z,tokens,100,input
2,2026-11-21T10:00:00Z,tokens,50,cached
2,2026-11-21T10:00:00Z,tokens,50,cached
3,2026-11-22T10:00:00Z,tokens,1e18,input
"""


def preview(by, content=CSV, **changes):
    acme = changes.pop("customer", None) or make_acme()
    values = {"name": "usage.csv", "format": "csv", "customer": acme, **changes}
    return preview_import(**values, content=content, by=by, at=AT)


def test_a_preview_says_everything_and_records_nothing(pia):
    upload = preview(pia)
    assert (upload.state, upload.accepted, upload.duplicates) == ("previewed", 2, 1)
    assert upload.rejected == [[5, "3", "value: 1E+18 is not below 1E+18.", "3,2026-11-22T10:00:00Z,tokens,1e18,input"]]
    assert upload.notes == [
        "The new events happened between 2026-11-20 and 2026-11-21.",
        "tokens direction=cached is not among the values the catalog knows; 1 event kept.",
    ]
    assert not UsageEvent.objects.exists()
    assert not DailyUsage.objects.exists()


def test_recording_does_what_the_preview_said(pia):
    upload = record_import(preview(pia), by=pia, at=AT)
    upload.refresh_from_db()
    assert (upload.state, upload.accepted, upload.content) == ("recorded", 2, None)
    assert UsageEvent.objects.count() == DailyUsage.objects.count() == 2


def test_the_same_file_again_holds_nothing_new(pia):
    record_import(preview(pia), by=pia, at=AT)
    again = preview_import(
        name="other name.csv", format="csv", content=CSV, customer=UsageImport.objects.get().customer, by=pia, at=AT
    )
    assert (again.accepted, again.duplicates) == (0, 3)
    with pytest.raises(Refused, match="no new event"):
        record_import(again, by=pia, at=AT)


def test_a_discarded_file_cannot_be_recorded(pia):
    upload = discard_import(preview(pia), by=pia, at=AT)
    with pytest.raises(Refused, match="discarded"):
        record_import(upload, by=pia, at=AT)
    assert not UsageEvent.objects.exists()
    assert upload.content is None


def test_of_two_clicks_one_records(pia):
    upload = preview(pia)
    other = UsageImport.objects.get(pk=upload.pk)
    record_import(upload, by=pia, at=AT)
    with pytest.raises(Conflict):
        record_import(other, by=pia, at=AT)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xff\xfe\x00a", "not a text file in UTF-8"),
        (b"id,time\n", "must name the columns"),
        (b"x" * (20 * 1024 * 1024 + 1), "At most 20 MB"),
    ],
    ids=["bytes", "heading", "size"],
)
def test_a_file_that_cannot_be_read_names_the_fix_and_stores_nothing(pia, content, said):
    with pytest.raises(Invalid) as problem:
        preview(pia, content)
    assert said in problem.value.errors["file"]
    assert not UsageImport.objects.exists()


def test_unreadable_characters_are_shown_and_stored(pia):
    content = b'{"id": "\\ud800", "type": "tokens"}\n{"id": "a\\u0000b"}\n\x00\n'
    upload = preview(pia, content, format="ndjson")
    assert [row[1] for row in upload.rejected] == ["?", "a�b", ""]
