"""A process works on one request at a time, in the order they came, though it has a thread for each.

Threads of one interpreter that compute at once take longer together than one after the other: they interrupt each
other every five milliseconds, and what one has in the core's cache the next one drives out. Requests are read and
answers written beside that, so a slow client delays nobody.
"""

from collections.abc import Callable, Iterable
from threading import Semaphore
from typing import Any

PATIENCE = 0.25  # seconds

Environ = dict[str, Any]
Start = Callable[..., Any]
Application = Callable[[Environ, Start], Iterable[bytes]]


def one_by_one(application: Application, *, patience: float = PATIENCE) -> Application:
    """Return the WSGI application that takes up a request when the one before is answered, or after `patience`.

    Whoever has waited for that long goes ahead: the one before may itself wait for a lock or for another server.
    """
    turn = Semaphore()  # serves who came first, unlike a Lock

    def answer(environ: Environ, start: Start) -> Iterable[bytes]:
        mine = turn.acquire(timeout=patience)
        try:
            return application(environ, start)
        finally:
            if mine:
                turn.release()

    return answer
