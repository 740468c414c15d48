"""How fast 24 months of daily usage are read for 500 customers and 6 meters.

    python -m bench.reading [--json FILE]

The same rows are read three ways: as the forecasts do, as the bare SQL statement inside it, and as PostgreSQL alone can
(adding them up, sending nothing). Beside it, how long the page of data quality takes to find what stands out in them.
Best of the runs.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from bench.served import Processors, database

GOAL, QUALITY_GOAL = 1.0, 0.3
CUSTOMERS, METERS, DAYS, RUNS = 500, 6, 730, 5
LAST = date(2026, 10, 31)

FILL = """
INSERT INTO metering_series (customer_id, meter_id, dimensions)
SELECT customer.id, meter.id, '{{"model": "sonnet"}}' FROM customers_customer customer, catalog_meter meter;
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT series.id, {last} - {days} + 1 + n, 'live', round((random() * 1e7)::numeric, 3), 10
  FROM generate_series(0, {days} - 1) n, metering_series series;
INSERT INTO metering_watermark (customer_id, meter_id, data_date, complete_through, events, late_events, recorded_at)
SELECT customer_id, meter_id, {last}, {last} - 2, 10 * {days}, 25, now() FROM metering_series;
"""
ALONE = "SELECT series_id, count(*), sum(value) FROM metering_dailyusage GROUP BY series_id"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    with database("quantile_bench_reading") as address:
        found = measure(address)
    sys.stdout.write(
        f"data quality of them: {found['quality_s']:.2f} s (goal {QUALITY_GOAL:g} s), "
        f"{found['quality_processor_s']:.2f} s of processor time\n"
        f"{found['days']:,} days read in {found['read_s']:.2f} s (goal {GOAL:g} s), {found['processor_s']:.2f} s of "
        f"processor time; the bare statement {found['statement_s']:.2f} s, ratio {found['ratio']:.2f}; only "
        f"adding them up {found['alone_s']:.2f} s\n"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(found["read_s"] > GOAL or found["quality_s"] > QUALITY_GOAL)


def measure(address: str) -> dict[str, float]:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
    import django  # noqa: PLC0415 (the settings read the address of the database)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from catalog.models import Meter  # noqa: PLC0415
    from customers.models import Customer  # noqa: PLC0415
    from metering.queries.history import MOST, daily_histories  # noqa: PLC0415
    from metering.queries.quality import quality  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        fields = {"legal_name": "", "segment": "startup", "country": "US"}
        Customer.objects.bulk_create(Customer(slug=f"c{n}", name=f"c{n}", **fields) for n in range(CUSTOMERS))
        known = {"unit": "unit", "dimensions": {"model": ["sonnet"]}}
        Meter.objects.bulk_create(Meter(code=f"m{n}", name=f"m{n}", **known) for n in range(METERS))
        cursor.execute(FILL.format(days=DAYS, last=f"DATE '{LAST}'"))
        cursor.execute("VACUUM ANALYZE metering_dailyusage")
        customers = list(Customer.objects.all())
        ids = [customer.pk for customer in customers]

        def bare(statement: str, parameters: list[object] | None = None) -> None:
            cursor.execute("SET work_mem = '256MB'")
            cursor.execute(statement, parameters)
            cursor.fetchall()
            cursor.execute("RESET work_mem")

        read = best(lambda: daily_histories(customers))
        with Processors() as used:
            daily_histories(customers)
        looked = best(lambda: quality(LAST))
        with Processors() as looking:
            quality(LAST)
        statement = best(lambda: bare(MOST, [ids, None, None, None, None]))
        alone = best(lambda: bare(ALONE))
        days = sum(
            len(one.values) for history in daily_histories(customers).values() for one in history.series.values()
        )
    connection.close()
    times = {"read_s": read, "statement_s": statement, "alone_s": alone, "processor_s": used.seconds}
    times |= {"quality_s": looked, "quality_processor_s": looking.seconds}
    return {"days": days, **times, "ratio": read / statement}


def best(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.perf_counter()
        work()
        times.append(time.perf_counter() - began)
    return min(times)


if __name__ == "__main__":
    sys.exit(main())
