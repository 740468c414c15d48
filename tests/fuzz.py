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
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from bench.served import BASE, Server, database

PORT = int(os.environ.get("PORT", "8118"))
GOAL, MOST_ROUNDS = 5_000, 6
SINGLE, LINKED = "examples,coverage,fuzzing", "stateful"
AGAIN = "fuzzing"  # what another seed changes
LOADING = 10  # seconds


class World(NamedTuple):
    """A server, and the key of somebody who may do everything on it."""

    server: Server
    key: str


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
    # A world for each of the two: what one has just made, the other must not take away.
    with database("quantile_fuzz") as one, database("quantile_fuzz_links") as other, ExitStack() as ending:
        worlds = made((one, other))
        for world in worlds:
            ending.callback(world.server.kill)
            world.server.start()
        return rounds(worlds, options, rest)


def made(addresses: Sequence[str]) -> list[World]:
    """The worlds of `tests.world`, both at once."""
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "cpq.settings"}
    command = [sys.executable, "-W", "ignore", "-m", "tests.world"]
    makers = [
        subprocess.Popen(
            command, env={**environment, "DATABASE_URL": address}, cwd=BASE, stdout=subprocess.PIPE, text=True
        )
        for address in addresses
    ]
    worlds = []
    for n, (maker, address) in enumerate(zip(makers, addresses, strict=True)):
        key = maker.communicate()[0].strip()
        server = Server(PORT + n, address)
        server.environment["LOG_LEVEL"] = "ERROR"
        worlds.append(World(server, key))
    return worlds


def rounds(worlds: Sequence[World], options: argparse.Namespace, rest: list[str]) -> int:
    """One seed after the other until there were cases enough: a busy machine takes more rounds, not fewer cases."""
    cases, failed, begun, seconds = 0, False, time.monotonic(), options.seconds
    for seed in range(options.seed, options.seed + MOST_ROUNDS):
        single = SINGLE if seed == options.seed else AGAIN
        ways = zip(worlds, (single, LINKED), strict=True)
        limits = ("--max-time", str(seconds), "--max-examples", str(options.examples), "--seed", str(seed))
        runs = [started(world, phases, [*limits, *rest]) for world, phases in ways]
        for wrong, more in map(ended, runs):
            failed, cases = failed or wrong, cases + more
        if failed or not 0 < cases < options.goal:
            break
        # As long as what is missing took, and a little more.
        seconds = LOADING + round(1.2 * (time.monotonic() - begun) * (options.goal - cases) / cases)
    found = {"cases": cases, "goal": options.goal, "failed": failed, "seconds": round(time.monotonic() - begun)}
    sys.stdout.write(json.dumps(found) + "\n")
    return int(failed or cases < options.goal)


def started(world: World, phases: str, limits: list[str]) -> Run:
    """One call after the other: two that edit one draft would wait for each other, and be told that it is busy."""
    command = [
        str(Path(sys.executable).with_name("st")),
        "run",
        f"http://127.0.0.1:{world.server.port}/api/v1/openapi.json",
        *("--phases", phases, "--workers", "1", "--generation-database", "none", "--no-color"),
        *limits,
    ]
    given = {"QUANTILE_API_KEY": world.key, "PYTHONPATH": str(BASE), "SCHEMATHESIS_HOOKS": "tests.fuzz_hooks"}
    said = BASE / "var" / f"fuzz-{phases.partition(',')[0]}.log"
    with said.open("wb") as file:
        return Run(subprocess.Popen(command, cwd=BASE, env={**os.environ, **given}, stdout=file), said)


def ended(run: Run) -> tuple[bool, int]:
    """Whether something was wrong, and the number of cases."""
    failed = run.process.wait() != 0
    said = run.said.read_text()
    sys.stdout.write(said)
    found = re.search(r"([\d,]+) generated", said)
    return failed, int(found[1].replace(",", "")) if found else 0


if __name__ == "__main__":
    sys.exit(main())
