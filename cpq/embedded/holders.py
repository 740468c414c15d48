"""Who needs the server. It starts for the first process that holds it and stops with the last one.

A hold is a shared lock on a file, so it ends with its process, however that ends. A watcher stops the server when the
last holder was killed.
"""

import atexit
import fcntl
import os
from functools import cache
from typing import IO

from cpq.embedded import server
from cpq.embedded.locks import alone, is_held
from cpq.embedded.place import Place, place_of
from cpq.embedded.watcher import start_watcher


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
        if not server.process_of(place):
            server.start(place)
            start_watcher(place)
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
