"""Every operation of the API, called as its description allows and as it does not, on the server of production.

    python -m tests.fuzz [--examples 40] [--seconds 100] [--seed 1]

Fails on a server error, on an answer that the description does not know, or with fewer cases than the goal.
"""

import argparse
import json
import os
import re
import subprocess
import sys
from pathlib import Path

from bench.served import BASE, Server, database

PORT = int(os.environ.get("PORT", "8118"))
GOAL, MOST_ROUNDS = 5_000, 6


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=40, help="of each operation and phase")
    arguments.add_argument("--seconds", type=int, default=100)
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--goal", type=int, default=GOAL)
    options, rest = arguments.parse_known_args()
    with database("quantile_fuzz") as address:
        key = made(address)
        server = Server(PORT, address)
        server.environment["LOG_LEVEL"] = "ERROR"
        server.start()
        try:
            return rounds(key, options, rest)
        finally:
            server.kill()


def made(address: str) -> str:
    """A world to call: customers, quotes at every station, a contract; the key of somebody who may do everything."""
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.world"]
    return subprocess.run(command, env=environment, cwd=BASE, check=True, capture_output=True, text=True).stdout.strip()


def rounds(key: str, options: argparse.Namespace, rest: list[str]) -> int:
    """One seed after the other until there were cases enough: a busy machine takes more rounds, not fewer cases."""
    cases = 0
    for seed in range(options.seed, options.seed + MOST_ROUNDS):
        failed, more = fuzzed(key, seed, options, rest)
        cases += more
        if failed or cases >= options.goal:
            break
    sys.stdout.write(json.dumps({"cases": cases, "goal": options.goal, "failed": failed}) + "\n")
    return int(failed or cases < options.goal)


def fuzzed(key: str, seed: int, options: argparse.Namespace, rest: list[str]) -> tuple[bool, int]:
    """Whether something was wrong, and the number of cases."""
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"http://127.0.0.1:{PORT}/api/v1/openapi.json",
        *("--workers", "2", "--seed", str(seed), "--max-examples", str(options.examples)),
        *("--max-time", str(options.seconds), "--generation-database", "none", "--no-color"),
        *rest,
    ]
    environment = {**os.environ, "QUANTILE_API_KEY": key}
    run = subprocess.Popen(command, cwd=BASE, env=environment, stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None
    said = ""
    for line in run.stdout:
        sys.stdout.write(line)
        said += line
    found = re.search(r"([\d,]+) generated", said)
    return run.wait() != 0, int(found[1].replace(",", "")) if found else 0


if __name__ == "__main__":
    sys.exit(main())
