from metering.actions.imports import import_rows
from metering.models import DailyUsage, UsageEvent
from metering.rules.files import read_rows
from tests.metering.events import AT, make_acme

CSV = b"""id,time,meter,value,direction
1,2026-11-20T10:00:00Z,tokens,100,input
2,2026-11-21T10:00:00Z,tokens,50,cached
2,2026-11-21T10:00:00Z,tokens,50,cached
3,2026-11-22T10:00:00Z,tokens,1e18,input
"""


def bring(by):
    rows = read_rows(iter(CSV.decode().splitlines(keepends=True)), "csv", subject=make_acme().slug)
    return import_rows(rows, name="usage.csv", format="csv", customer=None, by=by, at=AT)


def test_streamed_rows_are_recorded_and_their_report_is_kept(pia):
    done = bring(pia)
    assert (done.state, done.accepted, done.duplicates) == ("recorded", 2, 1)
    assert done.rejected == [[5, "3", "value: 1E+18 is not below 1E+18.", "3,2026-11-22T10:00:00Z,tokens,1e18,input"]]
    assert done.notes == [
        "The new events happened between 2026-11-20 and 2026-11-21.",
        "tokens direction=cached is not among the values the catalog knows; 1 event kept.",
    ]
    assert UsageEvent.objects.count() == DailyUsage.objects.count() == 2
