"""Queries of somebody's own: PostgreSQL for real, ClickHouse by its HTTP answers; and the file that lists sources."""

import json
from datetime import UTC, date, datetime

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from pydantic import SecretStr

from catalog.models import Meter
from metering.actions.sources import is_due, read_due_sources, read_source
from metering.models import DailyUsage, UsageEvent, UsageSource
from metering.sources import retry
from metering.sources.config import Misconfigured, configured_sources
from metering.sources.queries import ClickHouseSource, PostgresSource
from tests.metering.events import AT, make_acme
from tests.metering.sources.vendor import FAULTS, Vendor, serving

QUERY = """
SELECT 'n' || n AS id, timestamptz '2026-11-20T10:00Z' + n * interval '1 hour' AS time, n + 0.5 AS value,
       'cus' AS customer, 'input' AS direction
  FROM generate_series(0, 47) AS n
 WHERE timestamptz '2026-11-20T10:00Z' + n * interval '1 hour' >= %(start)s
   AND timestamptz '2026-11-20T10:00Z' + n * interval '1 hour' < %(end)s
"""
COMMON = {"name": "ours", "start": date(2026, 11, 20), "constants": {"meter": "tokens"}, "customers": {"cus": "acme"}}


@pytest.fixture(autouse=True)
def waits(monkeypatch):
    monkeypatch.setattr(retry, "sleep", lambda seconds: None)


def address() -> str:
    options = connection.get_connection_params()
    return " ".join(f"{name}={options[name]}" for name in ("host", "port", "user", "dbname") if options.get(name))


def postgres(**changes):
    return PostgresSource(**COMMON, kind="postgresql", secret=SecretStr(address()), query=QUERY, **changes)


def read(source, at=AT):
    return read_source(source, clock=lambda: at)


def test_postgresql_is_read_by_pages_and_windows_and_twice_adds_nothing(db, monkeypatch):
    make_acme()
    monkeypatch.setattr("metering.sources.queries.PAGE", 10)
    for _ in range(2):
        state = read(postgres())
        assert (state.error, state.accepted) == ("", 48)
    assert UsageEvent.objects.count() == 48
    assert sum(row.value for row in DailyUsage.objects.all()) == sum(range(48)) + 24
    assert state.watermark == datetime(2026, 11, 24, 17, 55, tzinfo=UTC)


def test_it_goes_on_from_its_watermark_less_what_may_still_change(db):
    make_acme()
    read(postgres(), at=datetime(2026, 11, 21, 0, 0, tzinfo=UTC))
    assert UsageEvent.objects.count() == 14
    assert read(postgres(settle_days=0)).accepted == 48


def test_the_other_database_is_only_read(db):
    make_acme()
    source = postgres().model_copy(update={"query": "DELETE FROM customers_customer RETURNING 1 AS id"})
    assert "read-only transaction" in read(source).error or "syntax error" in read(source).error


def test_a_refused_address_is_said_without_its_password(db):
    make_acme()
    gone = postgres().model_copy(update={"secret": SecretStr("host=127.0.0.1 port=1 password=hush dbname=x")})
    state = read(gone)
    assert "gave no whole answer after 5 tries" in state.error
    assert "hush" not in state.error


def clickhouse(vendor):
    return ClickHouseSource(
        **COMMON, kind="clickhouse", secret=SecretStr("key-1"), endpoint=vendor.url, query="SELECT * FROM usage;",
        timeout=0.5,
    )  # fmt: skip


def usage(request):
    rows = [
        {"id": f"n{n}", "time": "2026-11-20T10:00:00Z", "value": "0.1", "customer": "cus", "direction": "input"}
        for n in range(3)
    ]
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def keyed(request):
    if request.headers["X-ClickHouse-Key"] != "key-1":
        return "wrong key"
    return "" if request.body == b"SELECT * FROM usage\nFORMAT JSONEachRow" else f"not the query: {request.body!r}"


@pytest.mark.parametrize("fault", [None, *FAULTS])
def test_clickhouse_is_read_whole_or_again(db, fault):
    make_acme()
    with serving(Vendor(keyed, usage)) as vendor:
        vendor.faults = [FAULTS[fault]] if fault else []
        state = read(clickhouse(vendor))
    assert (state.error, vendor.refused, state.accepted) == ("", [], 3)
    assert vendor.asked[0].query["param_start"] == f"{datetime(2026, 11, 20, tzinfo=UTC).timestamp():.6f}"
    assert UsageEvent.objects.count() == 3


FILE = """
sources:
  - {name: ours, kind: clickhouse, secret_env: OURS_KEY, start: 2026-11-20, endpoint: "URL", query: SELECT * FROM usage,
     constants: {meter: tokens}, customers: {cus: acme}}
"""


@pytest.fixture
def listed(settings, tmp_path, monkeypatch):
    def write(text):
        path = tmp_path / "sources.yaml"
        path.write_text(text)
        settings.USAGE_SOURCES = str(path)

    monkeypatch.setenv("OURS_KEY", "key-1")
    return write


def test_the_command_tells_and_reads_and_never_shows_the_key(db, listed, capsys):
    make_acme()
    with serving(Vendor(keyed, usage)) as vendor:
        listed(FILE.replace("URL", vendor.url))
        call_command("usage_sources")
        call_command("usage_sources", "--read", "ours")
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "ours (clickhouse, every 60 min): never read"
    assert "3 events, 0 revised" in out
    assert "key-1" not in out


def test_sources_are_read_when_they_are_due(db, listed):
    make_acme()
    with serving(Vendor(keyed, usage)) as vendor:
        listed(FILE.replace("URL", vendor.url))
        [source] = configured_sources()
        assert [one.accepted for one in read_due_sources(seconds=600, clock=lambda: AT)] == [3]
        assert read_due_sources(seconds=600, clock=lambda: AT) == []
        assert is_due(source, AT.replace(hour=20))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[]", 'a list named "sources"'),
        ("sources: [{name: a, kind: fax}]", "a: kind is one of openmeter"),
        ("sources: [{name: a, kind: stripe}]", "secret_env names the variable"),
        (
            "sources: [{name: a, kind: stripe, secret_env: OURS_KEY, start: 2026-01-01, meters: {}}]",
            "customers: Field required",
        ),
        (FILE.replace("start: 2026-11-20", "begin: 2026-11-20"), "start: Field required; begin: Extra inputs"),
        (FILE + FILE.partition("sources:")[2], "this name stands twice"),
    ],
)
def test_a_wrong_file_names_source_and_field(db, listed, text, said):
    listed(text.replace("URL", "http://127.0.0.1:1"))
    with pytest.raises(Misconfigured) as problem:
        configured_sources()
    assert said in str(problem.value)
    assert "key-1" not in str(problem.value)
    with pytest.raises(CommandError):
        call_command("usage_sources")


def test_daily_totals_feed_no_meter_that_counts_events(db, listed):
    make_acme()
    Meter.objects.filter(code="requests").update(aggregation="count")
    listed(
        "sources: [{name: a, kind: openmeter, secret_env: OURS_KEY, start: 2026-01-01, meters: {x: {meter: requests}}}]"
    )
    [state] = read_due_sources(seconds=600, clock=lambda: AT)
    assert "requests is a meter of count" in state.error
    assert UsageSource.objects.get().error == state.error
