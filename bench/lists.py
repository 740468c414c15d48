"""How fast the lists and the search answer with ten thousand quotes.

    python -m bench.lists [--count 10000] [--json FILE]

Whole requests through every middleware, from the test client: what the server does, without the network. The goal is
the p95 of each address (k6's samples have the same threshold). On a machine that others use too, read the processor
time, that of the server and the database together: it is what the work costs.
"""

import argparse
import json
import os
import sys
import time
from pathlib import Path
from statistics import median, quantiles

from bench.served import Processors, database

GOAL_MS = 200.0
RUNS = 40
# Who asks, and for what: {n} differs from run to run, so that nothing is answered from memory.
ASKED = {
    "list, all quotes": ("ben", "/quotes/?all=1"),
    "list, a seller's own": ("ada", "/quotes/?all=1"),
    "list, filtered and sorted": ("ben", "/quotes/?segment=enterprise&least=1000&most=90000{n}&sort=-annual"),
    "list, by status and owner": ("ben", "/quotes/?status=sent&owner=seller{small}&expires=90"),
    "list, one word": ("ben", "/quotes/?search=harbor+{n}"),
    "list, last page": ("ben", "/quotes/?all=1&page=200"),
    "customers, one word": ("ben", "/customers/?q=legal+{n}"),
    "search everything, two words": ("ben", "/search/?q=fjord+{n}"),
    "search everything, nothing found": ("ben", "/search/?q=zzz{n}"),
    "palette, one key more": ("ada", "/search/palette/?q=q-2025-0{n}"),
    "first page of a seller": ("ada", "/quotes/home/"),
    "first page of deal desk": ("ben", "/quotes/home/"),
    "timeline of a quote": ("ben", "/quotes/Q-2025-0{n}/timeline/"),
}


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--count", type=int, default=10_000)
    arguments.add_argument("--json", type=Path, help="write the figures to this file")
    options = arguments.parse_args()
    with database("quantile_bench_lists") as address:
        found = measure(address, options.count)
    missed = 0
    for name, figures in found.items():
        missed += figures["p95_ms"] > GOAL_MS
        sys.stdout.write(
            f"{name:34} p50 {figures['p50_ms']:6.1f} ms  p95 {figures['p95_ms']:6.1f} ms (goal {GOAL_MS:g})  "
            f"processor {figures['processor_ms']:6.1f} ms  {figures['queries']:.0f} queries\n"
        )
    if options.json:
        options.json.write_text(json.dumps(found, indent=2) + "\n")
    return int(bool(missed))


def measure(address: str, count: int) -> dict[str, dict[str, float]]:
    os.environ["DATABASE_URL"] = address
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
    os.environ.setdefault("LOG_LEVEL", "CRITICAL")
    import django  # noqa: PLC0415 (the settings read the address of the database)

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from bench.many_quotes import seed  # noqa: PLC0415
    from core.models import User  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    sys.stdout.write(f"{seed(count):,} quotes\n")
    clients = {}
    for username in {who for who, _ in ASKED.values()}:
        clients[username] = Client(SERVER_NAME="127.0.0.1")
        clients[username].force_login(User.objects.get(username=username))
    found = {name: timed(clients[who], path) for name, (who, path) in ASKED.items()}
    connection.close()
    return found


def timed(client, path: str) -> dict[str, float]:
    from django.db import connection  # noqa: PLC0415
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    times = []
    with Processors() as used:
        for n in range(RUNS):
            asked = path.format(n=f"{1000 + 97 * n}", small=1 + n)
            began = time.perf_counter()
            answer = client.get(asked)
            times.append(1000 * (time.perf_counter() - began))
            if answer.status_code != 200:
                raise RuntimeError(f"{asked}: {answer.status_code}")
    with CaptureQueriesContext(connection) as taken:
        client.get(path.format(n="1000", small=1))
    return {
        "p50_ms": median(times),
        "p95_ms": quantiles(times, n=20)[-1],
        "processor_ms": 1000 * used.seconds / RUNS,
        "queries": len(taken),
    }


if __name__ == "__main__":
    sys.exit(main())
