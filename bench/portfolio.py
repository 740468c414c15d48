"""The forecast of a whole portfolio: `python -m bench.portfolio [--customers 5000] [--forecast 200]`.

That many customers with six meters and a year of days each, one in ten of them young, lie in a database of their own.
A portfolio is started as the page starts it; processes of their own deliver its messages, as workers do, until so many
customers are forecast, and one of them is killed (-9) on the way. A chunk costs the same however many there are, so
the whole is told from its part; what is done once (start, end, calibration) is done at full size.
"""

import argparse
import json
import os
import resource
import signal
import subprocess
import sys
import time
from datetime import date
from pathlib import Path
from typing import Any

from bench.served import Processors, database

ROOT = Path(__file__).resolve().parents[1]
METERS, DAYS, WORKERS = 6, 365, 2
LAST = date(2026, 10, 31)
SEGMENTS = ("startup", "mid_market", "enterprise")
COUNTRIES = ("US", "DE", "GB", "FR")
MOST_EACH, MOST_START, MOST_END, MOST_MEMORY, MOST_GROWTH, MOST_QUERIES = 0.35, 2.0, 1.0, 400, 1.25, 40

FILL = """
INSERT INTO metering_series (customer_id, meter_id, dimensions)
SELECT customer.id, meter.id, '{{"model": "sonnet"}}' FROM customers_customer customer, catalog_meter meter;
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT series.id, {last} - n, 'live',
       round((level * exp(trend * (n - 180)) * (CASE WHEN n % 7 < 2 THEN 0.5 ELSE 1 END)
              * exp(0.25 * (random() + random() + random() - 1.5) * 2))::numeric, 3), 10
  FROM (SELECT id, customer_id, exp(4 + 6 * random()) AS level, 0.004 * (random() - 0.7) AS trend FROM metering_series)
       series, generate_series(0, {days} - 1) n
 WHERE n < CASE WHEN series.customer_id % 10 = 0 THEN 60 ELSE {days} END
 ORDER BY series.id, n DESC;
"""
# Those nobody forecasts here get the bands and tests of one that was, so that the end is done at full size.
SAME = """
INSERT INTO forecasting_portfolioforecast (run_id, customer_id, inputs_hash, data_date, bands, hits)
SELECT found.run_id, customer.id, found.inputs_hash, found.data_date, found.bands, found.hits
  FROM customers_customer customer, (SELECT * FROM forecasting_portfolioforecast LIMIT 1) found
    ON CONFLICT DO NOTHING
"""


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, default=5000)
    parser.add_argument("--forecast", type=int, default=200, help="how many of them are forecast")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--later", action="store_true", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.worker:
        work(given.forecast, later=given.later)
        return 0
    with database("quantile_bench_portfolio") as address:
        os.environ |= {"DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
        found = measure(given.customers, min(given.forecast, given.customers))
    return judge(found, given.customers)


def judge(found: dict[str, float], customers: int) -> int:
    """Seconds are of processor time, PostgreSQL's included: the clock tells little where others work too."""
    minutes = found["each_s"] * customers / WORKERS / 60
    met = {
        f"{customers:,} customers started in {found['start_s']:.2f} s, at most {MOST_START:g}; ended in "
        f"{found['finish_s']:.2f} s, calibration read in {found['page_s']:.2f} s, at most {MOST_END:g}":
            found["start_s"] <= MOST_START and max(found["finish_s"], found["page_s"]) <= MOST_END,
        f"{found['each_s']:.3f} s for a customer with {METERS} meters, at most {MOST_EACH:g}: "
        f"{customers:,} take {WORKERS} cores {minutes:.0f} minutes": found["each_s"] <= MOST_EACH,
        f"peak memory of a worker {found['memory_mb']:.0f} MB, at most {MOST_MEMORY}, and {found['growth']:.2f} times "
        f"what it was after two chunks, at most {MOST_GROWTH:g}":
            found["memory_mb"] <= MOST_MEMORY and found["growth"] <= MOST_GROWTH,
        f"{found['queries']:.0f} queries for a chunk of 25 customers, at most {MOST_QUERIES}":
            found["queries"] <= MOST_QUERIES,
        f"{found['done']:,.0f} customers forecast once, {found['lost']:.0f} lost though a worker was killed":
            not found["lost"],
    }  # fmt: skip
    for sentence, kept in met.items():
        sys.stdout.write(f"{'ok  ' if kept else 'MISS'} {sentence}\n")
    return int(not all(met.values()))


def measure(customers: int, wanted: int) -> dict[str, float]:
    import django  # noqa: PLC0415 - the settings read the address of the database

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from forecasting.actions.portfolio import finish, start_portfolio  # noqa: PLC0415
    from forecasting.models import PortfolioForecast  # noqa: PLC0415
    from forecasting.queries.portfolio import calibration_now  # noqa: PLC0415
    from forecasting.rules.portfolio import CHUNK, State  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    fill(customers)
    with Processors() as starting:
        run = start_portfolio(by=None, at=now())
    chunks = -(-wanted // CHUNK)
    connection.close()
    with Processors() as used:
        told = forecast(chunks)
    done = PortfolioForecast.objects.filter(run=run)
    lost = min(chunks * CHUNK, customers) - done.count()
    starts = sum({one["pid"]: one["ready_s"] for one in told}.values())
    found = {
        "start_s": starting.seconds, "each_s": (used.seconds - starts) / done.count(), "done": done.count(),
        "lost": lost,
        "memory_mb": max(one["memory_mb"] for one in told), "queries": max(one["queries"] for one in told),
        "growth": max(one["memory_mb"] for one in told) / max(one["memory_mb"] for one in told if one["number"] <= 2),
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SAME)
    with Processors() as ending:
        finish(run, State.DONE, at=now())
    with Processors() as looking:
        calibration_now()
    found |= {"finish_s": ending.seconds, "page_s": looking.seconds}
    connection.close()
    return found


def fill(customers: int) -> None:
    from django.db import connection  # noqa: PLC0415

    from catalog.models import Meter  # noqa: PLC0415
    from customers.models import Customer  # noqa: PLC0415

    Customer.objects.bulk_create(
        Customer(
            slug=f"c{n}", name=f"c{n}", legal_name="", segment=SEGMENTS[n % len(SEGMENTS)],
            country=COUNTRIES[n // len(SEGMENTS) % len(COUNTRIES)],
        )
        for n in range(customers)
    )  # fmt: skip
    known = {"unit": "unit", "dimensions": {"model": ["sonnet"]}}
    Meter.objects.bulk_create(Meter(code=f"m{n}", name=f"m{n}", **known) for n in range(METERS))
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(days=DAYS, last=f"DATE '{LAST}'"))
        cursor.execute("VACUUM ANALYZE")


def forecast(chunks: int) -> list[dict[str, float]]:
    """Two workers until so many chunks are done; one is killed in the midst of its third, and another takes its place.

    What it held is due again after the lease of the outbox, which nobody waits for here.
    """
    killed, *others = (worker(chunks) for _ in range(WORKERS))
    told = [json.loads(killed.stdout.readline()) for _ in range(2) if killed.stdout]
    time.sleep(0.5)
    os.kill(killed.pid, signal.SIGKILL)
    killed.communicate()
    others.append(worker(chunks))
    told += [one for each in others for one in heard(each)]
    return [*told, *heard(worker(chunks, "--later"))]


def worker(chunks: int, *more: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "bench.portfolio", "--worker", "--forecast", str(chunks), *more]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def heard(process: subprocess.Popen[str]) -> list[dict[str, float]]:
    return [json.loads(text) for text in process.communicate()[0].splitlines()]


def work(chunks: int, *, later: bool) -> None:
    """Deliver messages as the workers' task does, until none of the first so many chunks is due; tell of each."""
    import django  # noqa: PLC0415

    django.setup()
    from django.db import connection  # noqa: PLC0415
    from django.utils.timezone import now  # noqa: PLC0415

    from core import outbox  # noqa: PLC0415
    from forecasting.actions.portfolio import TOPIC  # noqa: PLC0415
    from forecasting.models import PortfolioChunk  # noqa: PLC0415

    ready = time.process_time()
    wanted = list(PortfolioChunk.objects.filter(number__lte=chunks).values_list("pk", flat=True))
    number, asked = 0, 0

    def count(execute: Any, *arguments: Any) -> Any:
        nonlocal asked
        asked += 1
        return execute(*arguments)

    while True:
        at = now() + 2 * outbox.LEASE * later
        due = outbox.due(at).filter(topic=TOPIC, payload__chunk__in=wanted).order_by("pk").first()
        if due is None:
            return
        asked = 0
        with connection.execute_wrapper(count):
            done = outbox.deliver(due.pk, at=at)
        if done:
            number += 1
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            told = {"pid": os.getpid(), "number": number, "queries": asked, "memory_mb": memory, "ready_s": ready}
            sys.stdout.write(json.dumps(told) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
