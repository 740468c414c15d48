"""The locks of one server's folder: files whose locks the kernel drops when their holder is gone."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cpq.embedded.place import Place


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
