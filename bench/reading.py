"""How fast 24 months of daily usage are read for 500 customers and 6 meters.

    python -m bench.reading [--json FILE]

The same rows are read three ways: as the forecasts do, as the bare SQL statement inside it, and as PostgreSQL alone can
(adding them up, sending nothing). Best of the runs.
"""

import argparse
import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from bench.served import Processors, database

GOAL = 1.0
CUSTOMERS, METERS, DAYS, RUNS = 500, 6, 730, 5

FILL = """
INSERT INTO customers_customer (slug, name, legal_name, segment, country, currency, address, payment_days, note_on_data)
SELECT 'c' || n, 'c' || n, 'x', 'startup', 'US', 'USD', '', 30, '' FROM generate_series(1, {customers}) n;
INSERT INTO catalog_meter (code, name, unit, aggregation, dimensions, defaults, property, zone, derived,
                           display_scale, display_unit)
SELECT 'm' || n, 'm', 'unit', 'sum', '{{}}', '{{}}', 'value', 'UTC', '{{}}', 1, '' FROM generate_series(1, {meters}) n;
INSERT INTO metering_series (customer_id, meter_id, dimensions)
SELECT customer.id, meter.id, '{{"model": "sonnet"}}' FROM customers_customer customer, catalog_meter meter;
INSERT INTO metering_dailyusage (series_id, day, storage, value, events)
SELECT series.id, DATE '2024-11-01' + n, 'live', round((random() * 1e7)::numeric, 3), 10
  FROM generate_series(0, {days} - 1) n, metering_series series;
"""
ALONE = "SELECT series_id, count(*), sum(value) FROM metering_dailyusage GROUP BY series_id"


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    with database("quantile_bench_reading") as address:
        found = measure(address)
    sys.stdout.write(
        f"{found['days']:,} days read in {found['read_s']:.2f} s (goal {GOAL:g} s), {found['processor_s']:.2f} s of "
        f"processor time; the bare statement {found['statement_s']:.2f} s, ratio {found['ratio']:.2f}; only "
        f"adding them up {found['alone_s']:.2f} s\n"
    )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(found["read_s"] > GOAL)


def measure(address: str) -> dict[str, float]:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
    import django  # noqa: PLC0415 (the settings read the address of the database)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from customers.models import Customer  # noqa: PLC0415
    from metering.queries.history import MOST, daily_histories  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute(FILL.format(customers=CUSTOMERS, meters=METERS, days=DAYS))
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
        statement = best(lambda: bare(MOST, [ids, None, None, None, None]))
        alone = best(lambda: bare(ALONE))
        days = sum(
            len(one.values) for history in daily_histories(customers).values() for one in history.series.values()
        )
    connection.close()
    times = {"read_s": read, "statement_s": statement, "alone_s": alone, "processor_s": used.seconds}
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
