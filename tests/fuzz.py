"""Every operation of the API, called as its description allows and as it does not, on the server of production.

    python -m tests.fuzz [--examples 25] [--seconds 100] [--seed 1]

Two at a time: one calls operation by operation, the other follows the links from one operation to the next. Fails on a
server error, on an answer that the description does not know, or with fewer cases than the goal.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

from bench.served import BASE, Server, database

PORT = int(os.environ.get("PORT", "8118"))
GOAL, MOST_ROUNDS = 5_000, 6
SINGLE, LINKED = "examples,coverage,fuzzing", "stateful"
DRAFTS = ("Q-2026-0001", "Q-2026-0004")  # of `tests.world`, one each: they are not to wait for each other
AGAIN = "fuzzing"  # what another seed changes


class Run(NamedTuple):
    """A run of schemathesis, and where its words go."""

    process: subprocess.Popen[bytes]
    said: Path


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--examples", type=int, default=25, help="of each operation and phase")
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
    """The key to a world that is made for it: `tests.world`."""
    environment = {**os.environ, "DATABASE_URL": address, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.world"]
    return subprocess.run(command, env=environment, cwd=BASE, check=True, capture_output=True, text=True).stdout.strip()


def rounds(key: str, options: argparse.Namespace, rest: list[str]) -> int:
    """One seed after the other until there were cases enough: a busy machine takes more rounds, not fewer cases."""
    cases, failed, begun = 0, False, time.monotonic()
    for seed in range(options.seed, options.seed + MOST_ROUNDS):
        single = SINGLE if seed == options.seed else AGAIN
        runs = [
            started({"QUANTILE_API_KEY": key, "QUANTILE_DRAFT": draft}, seed, phases, options, rest)
            for phases, draft in zip((single, LINKED), DRAFTS, strict=True)
        ]
        for wrong, more in map(ended, runs):
            failed, cases = failed or wrong, cases + more
        if failed or cases >= options.goal:
            break
    found = {"cases": cases, "goal": options.goal, "failed": failed, "seconds": round(time.monotonic() - begun)}
    sys.stdout.write(json.dumps(found) + "\n")
    return int(failed or cases < options.goal)


def started(given: dict[str, str], seed: int, phases: str, options: argparse.Namespace, rest: list[str]) -> Run:
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"http://127.0.0.1:{PORT}/api/v1/openapi.json",
        *("--phases", phases, "--workers", "2", "--seed", str(seed), "--max-examples", str(options.examples)),
        *("--max-time", str(options.seconds), "--generation-database", "none", "--no-color"),
        *rest,
    ]
    hooks = {"PYTHONPATH": str(BASE), "SCHEMATHESIS_HOOKS": "tests.fuzz_hooks"}
    environment = {**os.environ, **given, **hooks}
    said = BASE / "var" / f"fuzz-{phases.partition(',')[0]}.log"
    with said.open("wb") as file:
        return Run(subprocess.Popen(command, cwd=BASE, env=environment, stdout=file), said)


def ended(run: Run) -> tuple[bool, int]:
    """Whether something was wrong, and the number of cases."""
    failed = run.process.wait() != 0
    said = run.said.read_text()
    sys.stdout.write(said)
    found = re.search(r"([\d,]+) generated", said)
    return failed, int(found[1].replace(",", "")) if found else 0


if __name__ == "__main__":
    sys.exit(main())
