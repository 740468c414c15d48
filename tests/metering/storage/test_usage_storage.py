import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEntry
from metering.actions.rollup import copy_live_events
from metering.models import DailyUsage
from metering.storage import LIVE, totals_hash
from metering.storage.duckdb import HistoryStorage
from tests.metering.storage.meters import AT, make_meters, some_facts, void


@pytest.fixture
def recorded(db):
    """Events of every kind of meter, some taken back, one before it came."""
    make_meters()
    events = some_facts(60)
    LIVE.record([*events, void("late", "e9999")], at=AT)
    return len({(event.source, event.event_id) for event in events}) + 1


def test_events_copied_to_another_storage_give_the_same_totals(recorded, tmp_path):
    other = HistoryStorage(tmp_path / "parts")
    assert [sum(copy_live_events(other, by=None, at=AT)) for _ in range(2)] == [recorded, 0]
    assert totals_hash(other.daily_totals()) == totals_hash(LIVE.daily_totals())
    assert list(AuditEntry.objects.filter(verb="copied").order_by("pk").values_list("data__events", flat=True)) == [
        recorded,
        0,
    ]


def test_a_rebuild_says_whether_anything_differs(recorded, capsys):
    call_command("usage_storage", "--rebuild")
    assert capsys.readouterr().out.endswith(f"the same, SHA-256 {totals_hash(LIVE.daily_totals())}\n")
    DailyUsage.objects.filter(pk=DailyUsage.objects.order_by("pk").first().pk).update(value=1_000_000)
    with pytest.raises(CommandError, match="the daily totals differ"):
        call_command("usage_storage", "--rebuild")


def test_copying_needs_an_address(recorded, settings):
    settings.CLICKHOUSE_URL = ""
    with pytest.raises(CommandError, match="CLICKHOUSE_URL"):
        call_command("usage_storage", "--copy")


@pytest.mark.clickhouse
def test_live_events_are_copied_to_clickhouse(recorded, clickhouse, settings, capsys):
    settings.CLICKHOUSE_URL = clickhouse
    for copied in (recorded, 0):
        call_command("usage_storage", "--copy")
        assert capsys.readouterr().out.startswith(f"{copied} events copied; the daily totals are the same, SHA-256 ")
