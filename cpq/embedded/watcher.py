"""Stops the server when its last holder was killed and could not stop it itself."""

import fcntl
import os
import pwd
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from cpq.embedded import server
from cpq.embedded.locks import alone, is_held
from cpq.embedded.place import CHECKOUT, Place

LOOK_AGAIN = 1


def watch(place: Place) -> None:
    """Return when nobody holds the server any more and it has stopped, or its folder is gone."""
    with suppress(FileNotFoundError):
        while not stopped(place):
            time.sleep(LOOK_AGAIN)


def stopped(place: Place) -> bool:
    """Stop the server unless it is held. Starts and stops exclude each other, so nobody loses a server under way."""
    with alone(place):
        if is_held(place.home / "holders"):
            return False
        server.stop(place)
        return True


def start_watcher(place: Place) -> None:
    """In the background, with nothing of ours open: whoever waits for our output must not wait for the watcher."""
    command = '"$0" -m cpq.embedded.watcher "$1" "$2" >/dev/null 2>&1 </dev/null &'
    arguments = ["/bin/sh", "-c", command, sys.executable, str(place.home), str(place.socket)]
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT)}
    subprocess.run(arguments, check=True, cwd="/", env=environment, start_new_session=True)


def main(home: Path, socket: Path) -> None:
    with (home / "watcher").open("a") as only:
        try:
            fcntl.flock(only, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        watch(Place(home, socket, pwd.getpwuid(home.stat().st_uid)))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
