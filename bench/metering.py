"""Bulk history: files into daily totals in PostgreSQL, beside one DuckDB statement: `python -m bench.metering`.

The events have a real shape: requests of the Azure LLM traces repeated over time and 500 tenants, 1 % sent twice.
The statement removes the duplicates and adds up, from the same file, with the same memory and threads, and what it
found is copied into a bare table of PostgreSQL and committed; it checks nothing and keeps no event. Each work runs in a
process of its own, whose peak memory is measured. `--full` adds 30 million events.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from bench.served import Processors

ROOT = Path(__file__).resolve().parents[1]
MEMORY, THREADS = "800MB", 2
TENANTS, EVENTS_A_DAY = 500, 220_000

MOST_TIMES, MOST_MEMORY, MOST_GROWTH = 1.5, 1500, 1.25

Work = Callable[[Path, Path], dict[str, float]]

TRACES = """
CREATE TABLE trace AS
SELECT row_number() OVER () - 1 AS n, * FROM (
    SELECT 'conv' AS service, ContextTokens AS read, GeneratedTokens AS written FROM read_csv('{conv}')
    UNION ALL SELECT 'code', ContextTokens, GeneratedTokens FROM read_csv('{code}'))
"""
# Without the traces: numbers of their size.
MADE_UP = """
CREATE TABLE trace AS
SELECT n, CASE WHEN n % 3 = 0 THEN 'code' ELSE 'conv' END AS service, 200 + hash(n) % 4000 AS read,
       10 + hash(n + 1) % 400 AS written FROM range(28000) AS rows (n)
"""
EVENTS = """
COPY (
    WITH sent AS (
        -- Every hundredth request is a second delivery of one a little before.
        SELECT CASE WHEN nth % 100 = 99 THEN nth - 50 ELSE nth END AS k FROM range({events}) AS rows (nth)
    )
    SELECT 'req-' || k AS id, 'gateway' AS source, 'tenant-' || (hash(k) % {tenants}) AS customer, 'tokens' AS meter,
           TIMESTAMPTZ '2026-01-01 00:00:00Z' + INTERVAL (k * 86400 / {a_day}) SECOND AS time,
           CASE WHEN k % 2 = 0 THEN read ELSE written END::BIGINT AS value,
           CASE WHEN k % 2 = 0 THEN 'input' ELSE 'output' END AS direction,
           service || '-' || (hash(k // 7) % 4) AS model
      FROM sent JOIN trace ON trace.n = k % {traces}
) TO '{path}' (FORMAT parquet)
"""
STATEMENT = """
COPY (SELECT customer, meter, model, direction, CAST(time AS DATE) AS day, sum(value) AS value, count(*) AS events
        FROM (SELECT any_value(customer) AS customer, any_value(meter) AS meter, any_value(model) AS model,
                     any_value(direction) AS direction, any_value(time) AS time,
                     any_value(CAST(value AS DECIMAL(24, 6))) AS value
                FROM read_parquet('{path}') GROUP BY source, id)
       GROUP BY ALL)
  TO '{out}' (FORMAT csv, HEADER false)
"""
TABLE = """
CREATE TABLE bare_totals (customer text, meter text, model text, direction text, day date, value numeric(30, 6),
                          events integer)
"""


def main() -> int:
    """Print every figure and whether it meets its goal; 1 if one does not."""
    sizes = (1_000_000, 10_000_000, 30_000_000) if "--full" in sys.argv else (1_000_000, 10_000_000)
    found: dict[int, dict[str, float]] = {}
    with tempfile.TemporaryDirectory(prefix="bench-metering-") as folder:
        for events in sizes:
            found[events] = measure(events, Path(folder))
            say(f"{events:,}", *(f"{name}={value:,.2f}" for name, value in found[events].items()))
    met = dict(verdicts(found))
    for sentence, ok in met.items():
        say("ok  " if ok else "MISS", sentence)
    return int(not all(met.values()))


def verdicts(found: dict[int, dict[str, float]]) -> Iterator[tuple[str, bool]]:
    """What was promised, in words, and whether it was kept."""
    ten = found[10_000_000]
    yield (
        f"10 million events, 1 % of them twice, into {ten['totals']:,.0f} daily totals in PostgreSQL: "
        f"{ten['ours_s']:.1f} s, {ten['ratio']:.2f} times the statement with its copy ({ten['statement_s']:.1f} s, "
        f"{ten['alone_s']:.1f} s of it the statement), at most {MOST_TIMES} times; of processor time, PostgreSQL's "
        f"included, {ten['ours_processor_s']:.1f} s beside {ten['statement_processor_s']:.1f} s",
        ten["ratio"] <= MOST_TIMES,
    )
    memory = max(one["memory_mb"] for one in found.values())
    yield f"peak memory {memory:,.0f} MB, at most {MOST_MEMORY:,} MB", memory <= MOST_MEMORY
    costs = [one["us_per_event"] for one in found.values()]
    growth = max(more / fewer for fewer, more in pairwise(costs))
    sizes = ", ".join(f"{events // 1_000_000}" for events in found)
    told = ", ".join(f"{cost:.1f}" for cost in costs)
    yield (
        f"microseconds an event at {sizes} million: {told}; from one size to the next at most {growth:.2f} times, "
        f"flat up to {MOST_GROWTH}",
        growth <= MOST_GROWTH,
    )


def measure(events: int, folder: Path) -> dict[str, float]:
    """The statement and ours, on one file."""
    path = folder / "events.parquet"
    make_events(path, events)
    theirs, ours = (in_a_process(work, path, folder) for work in ("statement", "ours"))
    assert ours["events"] == theirs["events"] == events - events // 100, (ours, theirs)
    assert ours["totals"] == theirs["totals"] and ours["value"] == theirs["value"], (ours, theirs)  # noqa: PT018
    return {
        "statement_s": theirs["seconds"],
        "alone_s": theirs["alone_s"],
        "ours_s": ours["seconds"],
        "ratio": ours["seconds"] / theirs["seconds"],
        "statement_processor_s": theirs["processor_s"],
        "ours_processor_s": ours["processor_s"],
        "us_per_event": ours["seconds"] / events * 1e6,
        "statement_mb": theirs["memory_mb"],
        "memory_mb": ours["memory_mb"],
        "totals": ours["totals"],
    }


def make_events(path: Path, events: int) -> None:
    with duckdb.connect(config={"memory_limit": MEMORY, "threads": THREADS}) as connection:
        folder = next((up / "shared/data/usage" for up in ROOT.parents if (up / "shared/data/usage").is_dir()), None)
        files = {name: f"{folder}/azure_llm_2023_{name}.csv.gz" for name in ("conv", "code")}
        connection.execute(TRACES.format(**files) if folder else MADE_UP)
        traces = connection.execute("SELECT count(*) FROM trace").fetchall()[0][0]
        connection.execute(EVENTS.format(events=events, tenants=TENANTS, a_day=EVENTS_A_DAY, path=path, traces=traces))


def in_a_process(work: str, path: Path, folder: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "bench.metering", work, str(path), str(folder)]
    environment = {**os.environ, "HISTORY_DIR": str(folder / "history"), "HISTORY_MEMORY": MEMORY}
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=environment)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def statement(path: Path, folder: Path) -> dict[str, float]:
    """The least that gives the same totals: one statement, and its rows in a table without an index."""
    from django.db import connection, transaction  # noqa: PLC0415 - only this process has an application

    config: dict[str, Any] = {
        "memory_limit": MEMORY, "threads": THREADS, "temp_directory": str(folder / "tmp"),
        "preserve_insertion_order": False,
    }  # fmt: skip
    out = folder / "out.csv"
    began = time.perf_counter()
    with Processors() as used, duckdb.connect(config=config) as duck:
        duck.execute("SET TimeZone = 'UTC'")
        duck.execute(STATEMENT.format(path=path, out=out))
        alone = time.perf_counter() - began
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(TABLE)
            with out.open("rb") as source, cursor.copy("COPY bare_totals FROM STDIN (FORMAT csv)") as target:
                while block := source.read(1024**2):
                    target.write(block)
    seconds = time.perf_counter() - began
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*), sum(events), sum(value) FROM bare_totals")
        totals, events, value = cursor.fetchone()
    known = {"totals": totals, "events": int(events), "value": float(value)}
    return {"seconds": seconds, "alone_s": alone, "processor_s": used.seconds, **known}


def ours(path: Path, folder: Path) -> dict[str, float]:
    """The whole way of the command: checked, kept as history, added up, in PostgreSQL."""
    return bring(path)


def with_database(work: Work, path: Path, folder: Path) -> dict[str, float]:
    """Do it in a database of its own."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "cpq.settings"
    import django  # noqa: PLC0415 - only this process has an application

    django.setup()
    from django.db import connection  # noqa: PLC0415 - after setup

    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return work(path, folder)
    finally:
        connection.creation.destroy_test_db("quantile", verbosity=0)


def bring(path: Path) -> dict[str, float]:
    from django.core.management import call_command  # noqa: PLC0415 - after setup
    from django.db.models import Sum  # noqa: PLC0415

    from catalog.models import Meter  # noqa: PLC0415
    from customers.models import Customer  # noqa: PLC0415
    from metering.models import DailyUsage  # noqa: PLC0415

    models = [f"{service}-{n}" for service in ("conv", "code") for n in range(4)]
    dimensions = {"model": models, "direction": ["input", "output"]}
    Meter.objects.create(code="tokens", name="Tokens", unit="token", dimensions=dimensions)
    Customer.objects.bulk_create(
        Customer(slug=f"tenant-{n}", name=f"Tenant {n}", legal_name="", segment="startup", country="US")
        for n in range(TENANTS)
    )
    began = time.perf_counter()
    with Processors() as used:
        call_command("import_usage", str(path), "--bulk", stdout=sys.stderr)
    seconds = time.perf_counter() - began
    found = DailyUsage.objects.aggregate(Sum("events"), Sum("value"))
    return {
        "seconds": seconds,
        "processor_s": used.seconds,
        "totals": DailyUsage.objects.count(),
        "events": found["events__sum"],
        "value": float(found["value__sum"]),
    }


def say(*words: str) -> None:
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    if len(sys.argv) > 2:
        work, path, folder = {"statement": statement, "ours": ours}[sys.argv[1]], Path(sys.argv[2]), Path(sys.argv[3])
        result = with_database(work, path, folder)
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        say(json.dumps({**result, "memory_mb": memory}))
        sys.exit(0)
    sys.exit(main())
