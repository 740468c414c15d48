"""A database of its own on the embedded server, and the web server of production, to be killed and started again."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import psycopg

from cpq.embedded.holders import hold
from cpq.embedded.place import place_of
from cpq.embedded.server import USER, process_of
from cpq.up import end_with_parent

BASE = Path(__file__).resolve().parent.parent
SECONDS = 120
TICKS = os.sysconf("SC_CLK_TCK")
WEB = "gunicorn -c python:cpq.web --bind 127.0.0.1:{port} --log-level critical"


@contextmanager
def database(name: str) -> Iterator[str]:
    """The address of an empty database, removed at the end."""
    place = hold()
    with psycopg.connect(host=str(place.socket), user=USER, dbname="postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        connection.execute(f"CREATE DATABASE {name}")
        try:
            yield f"postgresql://{USER}@/{name}?host={place.socket}"
        finally:
            connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class Server:
    """gunicorn as `make run` and production start it, on a port of its own."""

    def __init__(self, port: int, address: str) -> None:
        self.port = port
        self.environment = {**os.environ, "DATABASE_URL": address, "PORT": str(port), "LOG_LEVEL": "CRITICAL"}
        self.environment |= {"API_REQUESTS_A_MINUTE": "0"}
        self.process: subprocess.Popen[bytes] | None = None
        self.starts: list[float] = []  # seconds of processor time until the first answer

    def start(self) -> None:
        """Return when it answers."""
        command = [sys.executable, "-m", *WEB.format(port=self.port).split()]
        options = {"start_new_session": True, "preexec_fn": end_with_parent}
        self.process = subprocess.Popen(command, cwd=BASE, env=self.environment, **options)
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            try:
                urlopen(f"http://127.0.0.1:{self.port}/login/", timeout=SECONDS).close()
            except HTTPError as answer:
                answer.close()
            except OSError:
                time.sleep(0.05)
                continue
            return self.starts.append(sum(seconds_of_tree(self.process.pid).values()))
        raise TimeoutError("The server does not answer.")

    def kill(self) -> None:
        """All its processes at once, with no time for anything."""
        if self.process:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Processors:
    """Seconds of processor time that a tree of processes and the database use, killed ones included.

    The clock tells little on a machine that others use too; this tells what the work costs.
    """

    def __init__(self) -> None:
        self.seen: dict[tuple[int, str], tuple[float, float]] = {}
        self.running, self.begun = True, False
        self.thread = threading.Thread(target=self.watch)

    def __enter__(self) -> "Processors":
        self.look()
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.running = False
        self.thread.join()
        self.look()

    def watch(self) -> None:
        while self.running:
            time.sleep(0.1)
            self.look()

    def look(self) -> None:
        for process, seconds in seconds_of_tree(os.getpid(), process_of(place_of())).items():
            first, _ = self.seen.get(process, (0.0 if self.begun else seconds, 0.0))
            self.seen[process] = first, seconds
        self.begun = True

    @property
    def seconds(self) -> float:
        return sum(last - first for first, last in self.seen.values())


def seconds_of_tree(*roots: int) -> dict[tuple[int, str], float]:
    """Processor seconds of these processes and all they started, by process id and the time it began."""
    used, look = {}, list(roots)
    while look:
        pid = look.pop()
        with suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            used[pid, fields[19]] = (int(fields[11]) + int(fields[12])) / TICKS
            for children in Path(f"/proc/{pid}/task").glob("*/children"):
                look += map(int, children.read_text().split())
    return used
