"""Requests of one process: one at a time and in order, but nobody waits long for one that hangs."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Lock, Thread
from typing import Any

import pytest

from cpq.one_by_one import one_by_one

LONG = 60  # seconds: never reached


def test_requests_are_worked_on_one_at_a_time() -> None:
    at_once, most, counting = 0, 0, Lock()

    def work(_environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        nonlocal at_once, most
        with counting:
            at_once += 1
            most = max(most, at_once)
        time.sleep(0.01)
        with counting:
            at_once -= 1
        return [b"done"]

    application = one_by_one(work, patience=LONG)
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: application({}, print), range(24)))

    assert (most, answers) == (1, [[b"done"]] * 24)


def test_who_came_first_is_served_first() -> None:
    served_in_order, first_came, first_may_end = [], Event(), Event()

    def work(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        served_in_order.append(environ["n"])
        if environ["n"] == 0:
            first_came.set()
            first_may_end.wait(LONG)
        return []

    application = one_by_one(work, patience=LONG)
    threads = [Thread(target=application, args=({"n": n}, print)) for n in range(5)]
    for thread in threads:
        thread.start()
        first_came.wait(LONG)
        time.sleep(0.02)  # until it stands in the queue
    first_may_end.set()
    for thread in threads:
        thread.join()

    assert served_in_order == [0, 1, 2, 3, 4]


def test_a_request_that_hangs_holds_up_nobody_for_longer_than_patience() -> None:
    hangs, may_end = Event(), Event()

    def work(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("hangs"):
            hangs.set()
            may_end.wait(LONG)
        return [b"done"]

    application = one_by_one(work, patience=0.01)
    stuck = Thread(target=application, args=({"hangs": True}, print))
    stuck.start()
    assert hangs.wait(LONG)

    answers = [application({}, print) for _ in range(3)]

    assert stuck.is_alive()
    assert answers == [[b"done"]] * 3
    may_end.set()
    stuck.join()


def test_after_an_error_the_next_one_is_served() -> None:
    def work(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("fails"):
            raise RuntimeError("broken")
        return [b"done"]

    application = one_by_one(work, patience=LONG)
    with pytest.raises(RuntimeError, match="broken"):
        application({"fails": True}, print)

    assert application({}, print) == [b"done"]


def test_an_answer_is_written_beside_the_work_on_the_next_request() -> None:
    """A client that reads slowly keeps its thread, not the turn."""

    def work(environ: dict[str, Any], _start: Callable[..., Any]) -> Iterable[bytes]:
        yield environ["n"]

    application = one_by_one(work, patience=LONG)
    begun = time.monotonic()
    slow, quick = application({"n": b"slow"}, print), application({"n": b"quick"}, print)

    assert (list(quick), list(slow)) == ([b"quick"], [b"slow"])
    assert time.monotonic() - begun < LONG, "the second waited for its turn until its patience ended"


def test_that_is_how_the_server_serves() -> None:
    asked = [sys.executable, "-c", "from cpq.wsgi import application; print(application.__qualname__)"]

    assert subprocess.check_output(asked, text=True).startswith("one_by_one.")
