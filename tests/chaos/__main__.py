"""`make chaos`: the long form, on a database and a Redis of its own. Exits with 1 if anything was lost or doubled."""

import argparse
import os
import signal
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings.testing")
django.setup()

from django.db import connection  # noqa: E402
from django.test.utils import setup_test_environment  # noqa: E402

from tests.chaos.storm import Storm  # noqa: E402
from tests.running import address_of_test_database, redis_server  # noqa: E402


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--acceptances", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    options = parser.parse_args()
    # Whoever ends it ends its processes too: they are in groups of their own.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    setup_test_environment()
    connection.creation.create_test_db(verbosity=0, autoclobber=True)
    try:
        with redis_server() as broker:
            storm = Storm(
                options.acceptances,
                broker=broker or "pgmq://localhost",
                database=address_of_test_database(),
                seed=options.seed,
                patience=options.minutes * 60,
            )
            result = storm.run()
    finally:
        connection.creation.destroy_test_db("quantile", verbosity=0)
    sys.stdout.write(f"{result.table}\n")
    return 1 if result.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
