"""Who needs the server. It starts for the first process that holds it and stops with the last one.

A hold is a shared lock on a file, so it ends with its process, however that ends. After a kill -9 of the last holder
the server goes on until the next command ends.
"""

import atexit
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO

from cpq.embedded import server
from cpq.embedded.place import Place, place_of


def hold() -> Place:
    """Have the server run while this process lives; cheap when called again."""
    return _hold(os.getpid())


@cache
def _hold(process: int) -> Place:
    """Once per process: a forked child holds for itself."""
    place = place_of()
    with alone(place):
        holder = (place.home / "holders").open("a")
        fcntl.flock(holder, fcntl.LOCK_SH)
        server.start(place)
    atexit.register(release, process, place, holder)
    return place


def release(process: int, place: Place, holder: IO[str]) -> None:
    """Let go; the last one to do so stops the server. A forked child inherits this call but not the duty."""
    if process != os.getpid():
        return
    with alone(place):
        holder.close()
        if not is_held(place.home / "holders"):
            server.stop(place)


@contextmanager
def alone(place: Place) -> Iterator[None]:
    """Nobody else starts or stops the server meanwhile."""
    with (place.home / "starting").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def is_held(holders: Path) -> bool:
    with holders.open("a") as probe:
        try:
            fcntl.flock(probe, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False
