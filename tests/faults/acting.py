"""Several at once, and one that dies: threads with their own connections, and a process killed like by the kernel."""

import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

from core.errors import Problem


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """All at the same moment; each answers what it returned, or the refusal it met."""
    barrier, answers = threading.Barrier(len(acts)), [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            answers[number] = act()
        except Problem as problem:
            answers[number] = problem
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    return answers


def dying(act: Callable[[], Any]) -> int:
    """Run it in a process of its own; the signal that ended it, or 0."""
    pid = os.fork()
    if pid == 0:
        # The parent's connection is left as it is: closing it here would end it there.
        kept, connection.connection = connection.connection, None  # noqa: F841
        try:
            act()
        finally:
            os._exit(0)
    return os.WTERMSIG(os.waitpid(pid, 0)[1])


def killed_after(act: Callable[..., Any]) -> Callable[..., Any]:
    """The same, and then SIGKILL to the process that did it."""

    def run(*args: Any, **kwargs: Any) -> None:
        act(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    return run
