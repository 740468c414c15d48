"""Everything on one machine: database, web and worker under one roof, ended by Ctrl-C.

`python -m cpq.up` is what `make run` calls. It listens on 127.0.0.1, port PORT (8000).
"""

import ctypes
import io
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing
from types import FrameType
from urllib.error import HTTPError
from urllib.request import urlopen

import django
from django.conf import settings
from django.core.management import call_command
from django.db import connection

SECONDS = 60
# Ctrl-C, kill, a closed terminal.
WAYS_TO_END = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
DIE_WITH_PARENT = 1
# Celery's, about workers of root: here everything belongs to whoever typed the command.
NO_ROOT_WARNING = "ignore:You're running the worker with superuser"
WEB = "gunicorn -c python:cpq.web --bind 127.0.0.1:{port}"
WORKER = "celery --quiet -A cpq worker --beat --concurrency 1 --loglevel WARNING --without-gossip --without-mingle"


class Ended(Exception):
    """Somebody asked us to end."""


def main() -> int:
    for way in WAYS_TO_END:
        signal.signal(way, end)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cpq.settings")
    processes: list[subprocess.Popen[bytes]] = []
    try:
        django.setup()
        refuse_taken_port(int(settings.PORT))
        link = prepare()
        processes += [start(WEB.format(port=settings.PORT)), start(WORKER)]
        wait_for_web(processes)
        print(BANNER.format(url=settings.SITE_URL, link=link), flush=True)
        return wait_for_end(processes)
    except Ended:
        return 0
    finally:
        stop(processes)
        connection.close()


def end(signum: int, frame: FrameType | None) -> None:
    # A second Ctrl-C must not interrupt the orderly end that the first one began.
    for way in WAYS_TO_END:
        signal.signal(way, signal.SIG_IGN)
    raise Ended


def refuse_taken_port(port: int) -> None:
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            sys.exit(f"Port {port} is taken. Choose another one: PORT={port + 1} make run")


def prepare() -> str:
    """Bring database, static files and demo data up to date; the embedded database starts here and stays ours.

    Returns the demo customer's link.
    """
    print("Preparing the database and the demo company ...", flush=True)
    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    call_command("demo", stdout=io.StringIO())
    link = str(call_command("customer_link", stdout=io.StringIO()))
    connection.close()
    return link


def start(command: str) -> subprocess.Popen[bytes]:
    """In a session of its own, so that Ctrl-C reaches only us and we end our children in order."""
    command_line = [sys.executable, "-W", NO_ROOT_WARNING, "-m", *command.split()]
    return subprocess.Popen(command_line, start_new_session=True, preexec_fn=end_with_parent)


def end_with_parent() -> None:
    """Ask the kernel to end this child when its parent was killed and could not (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(DIE_WITH_PARENT, signal.SIGTERM)


def wait_for_web(processes: list[subprocess.Popen[bytes]]) -> None:
    deadline = time.monotonic() + SECONDS
    while time.monotonic() < deadline and all(process.poll() is None for process in processes):
        try:
            urlopen(f"http://127.0.0.1:{settings.PORT}/login/", timeout=5).close()
        except HTTPError:
            return
        except OSError:
            time.sleep(0.1)
        else:
            return


def wait_for_end(processes: list[subprocess.Popen[bytes]]) -> int:
    """Return when one of the processes ends by itself: without it the others are of no use."""
    while True:
        for process in processes:
            if process.poll() is not None:
                print(f"{process.args!r} ended with {process.returncode}; stopping the rest.", file=sys.stderr)
                return process.returncode or 1
        time.sleep(0.2)


def stop(processes: list[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        process.terminate()
    for process in processes:
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


BANNER = """
  Quantile runs at {url}

    Ada sells           ada  / quantile-demo    start here: open Hartwell Legal, press "New quote"
    Ben runs deal desk  ben  / quantile-demo    approves what Ada submits
    Fay is finance      fay  / quantile-demo    second approver, contracts
    Pia runs pricing    pia  / quantile-demo    catalog and usage

    Cleo buys           {link}
                        no account needed; Ada gets such a link for every quote she sends

  Ctrl-C stops everything.
"""

if __name__ == "__main__":
    sys.exit(main())
