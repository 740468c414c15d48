"""Events in ClickHouse, over its HTTP interface: for those whose usage outgrows one machine.

A ReplacingMergeTree ordered by (source, id) keeps the row with the highest rank, and the rank falls with the time of
recording: of two deliveries the first one counts, in whatever order and on whatever replica they were written. What is
read is read with FINAL, so that this holds before the engine has merged them.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import unquote, urlsplit

import httpx
from django.conf import settings

from metering.rules.events import Event, MeterFacts, Void
from metering.sources.retry import patiently
from metering.storage.base import ALL_DAYS, Days, Status, Total
from metering.storage.columns import ORDERED, Dialect, Wanted, totals_sql
from metering.storage.duckdb import row_of, total_of
from metering.storage.facts import meter_facts

DIALECT = Dialect(
    wide="Int128",
    divide="intDiv({a}, {b})",
    rows="values('meter String, day Date32, opens Int64, closes Int64', {rows})",
)
COLUMNS = (
    "source", "id", "target_id", "customer", "meter", "dimensions", "time", "day", "value", "item", "outcome_key",
)  # fmt: skip
CREATE = """
CREATE TABLE IF NOT EXISTS usage_event (
    source LowCardinality(String), id String, target_id String, customer LowCardinality(String),
    meter LowCardinality(String), dimensions LowCardinality(String), time DateTime64(6, 'UTC'), day Date32,
    value Decimal(38, 6), item String, outcome_key String, rank UInt64
) ENGINE = ReplacingMergeTree(rank) ORDER BY (source, id)
"""
STORED = """
stored AS (
    SELECT CAST(source AS String) AS source, id, target_id, CAST(customer AS String) AS customer,
           CAST(meter AS String) AS meter, CAST(dimensions AS String) AS dimensions,
           toUnixTimestamp64Micro(time) AS time, day, value, item, outcome_key,
           lower(hex(substring(SHA256(concat(toString(lengthUTF8(source)), ':', source, id)), 1, 16))) AS key
      FROM usage_event FINAL
)
"""
KNOWN = """
SELECT source, id FROM usage_event
 WHERE (source, id) IN (SELECT source, id FROM format(JSONEachRow, 'source String, id String', {ids}))
"""
SHAPE = "SELECT DISTINCT CAST(meter AS String) FROM usage_event"
VOIDS = "SELECT count() FROM usage_event WHERE target_id <> ''"
HELD = "SELECT min(day), max(day) FROM usage_event WHERE meter IN ({meters}) HAVING count() > 0"
LATEST_RANK = 2**63
# Ids are sent within the query; ClickHouse's own limit is a quarter of a megabyte.
SETTINGS = {
    "max_query_size": "67108864", "wait_end_of_query": "1", "output_format_json_quote_decimals": "1",
    "output_format_json_quote_64bit_integers": "1", "date_time_input_format": "best_effort",
    "input_format_json_read_numbers_as_strings": "1",
}  # fmt: skip


class ClickHouseStorage:
    """Events in the table `usage_event` of the database that the address names: https://user:key@host:8443/database."""

    name = "clickhouse"

    def __init__(self, address: str = "") -> None:
        parts = urlsplit(address or settings.CLICKHOUSE_URL)
        self.endpoint = f"{parts.scheme}://{parts.hostname}:{parts.port or 8123}/"
        self.database = parts.path.strip("/") or "default"
        self.headers = {
            "X-ClickHouse-User": unquote(parts.username or "default"),
            "X-ClickHouse-Key": unquote(parts.password or ""),
        }

    def prepare(self) -> None:
        """Make the table where there is none."""
        self.ask(CREATE)

    def record(self, events: Sequence[Event | Void], *, at: datetime) -> list[Status]:
        """ClickHouse has no part in PostgreSQL's transaction: when that is undone, the same events are duplicates."""
        known = self.known(events)
        statuses, rows = list[Status](), list[str]()
        for position, event in enumerate(events):
            place = (event.source, event.event_id)
            statuses.append(Status.DUPLICATE if place in known else Status.ACCEPTED)
            if place not in known:
                known.add(place)
                rows.append(json.dumps(written(event, at, position), ensure_ascii=False))
        if rows:
            self.ask("INSERT INTO usage_event FORMAT JSONEachRow", "\n".join(rows))
        return statuses

    def daily_totals(self, *, customer: str = "", meter: str = "", days: Days = ALL_DAYS) -> Iterator[Total]:
        sql = self.totals(Wanted(customer, meter, days))
        return (total_of([*row[:3], date.fromisoformat(row[3]), *row[4:]]) for row in self.rows(sql + ORDERED))

    def rebuild(self, days: Days = ALL_DAYS) -> int:
        """Totals are always added up from the events; this has the engine put its parts together."""
        self.ask("OPTIMIZE TABLE usage_event FINAL")
        [[count]] = self.rows(f"SELECT count() FROM ({self.totals(Wanted(days=days))})")
        return int(count)

    def known(self, events: Sequence[Event | Void]) -> set[tuple[str, str]]:
        if not events:
            return set()
        ids = {(event.source, event.event_id) for event in events}
        lines = "\n".join(json.dumps({"source": source, "id": id}, ensure_ascii=False) for source, id in sorted(ids))
        return {(source, id) for source, id in self.rows(KNOWN.format(ids=literal(lines)))}

    def totals(self, wanted: Wanted) -> str:
        codes = {code for (code,) in self.rows(SHAPE)}
        meters = {code: facts for code, facts in meter_facts().items() if code in codes}
        [[voids]] = self.rows(VOIDS)
        return totals_sql(STORED, meters, wanted, DIALECT, voids=int(voids) > 0, held=self.held(meters))

    def held(self, meters: Mapping[str, MeterFacts]) -> Days:
        """The first and the last day of levels."""
        levels = [code for code, facts in meters.items() if facts.aggregation == "unit_hours"]
        found = self.rows(HELD.format(meters=", ".join(map(literal, levels)))) if levels else []
        return Days(*map(date.fromisoformat, found[0])) if found else ALL_DAYS

    def rows(self, sql: str) -> list[list[Any]]:
        """The answer is taken whole before it is used: ClickHouse may say in its midst that it failed."""
        answer = self.ask(f"{sql}\nFORMAT JSONCompactEachRow")
        return [json.loads(line, parse_float=Decimal) for line in answer.splitlines()]

    def ask(self, sql: str, data: str = "") -> str:
        """Asking again is safe: what is inserted twice counts once."""

        def call() -> str:
            answer = httpx.post(
                self.endpoint, params={"database": self.database, **SETTINGS, **({"query": sql} if data else {})},
                content=(data or sql).encode(), headers=self.headers, timeout=settings.CLICKHOUSE_TIMEOUT,
            )  # fmt: skip
            if answer.is_error:
                raise httpx.HTTPStatusError(answer.text[:300], request=answer.request, response=answer)
            return answer.text

        return patiently(call, broken=(httpx.TransportError,), name="ClickHouse")


def written(event: Event | Void, at: datetime, position: int) -> dict[str, object]:
    """The event as a row; the earlier it was recorded, the higher its rank."""
    row = dict(zip(COLUMNS, row_of(event), strict=True))
    rank = LATEST_RANK - (round(at.timestamp() * 1_000_000) + position)
    return {**row, "time": event.time.isoformat(), "day": str(row["day"]), "value": f"{row['value']:f}", "rank": rank}


def literal(value: str) -> str:
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'"
