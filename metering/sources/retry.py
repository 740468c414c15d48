"""Asking again, patiently and not for ever: after a cut connection, a slow answer, 429 or a server's fault."""

from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from time import sleep
from typing import Any, TypeVar

from django.utils.timezone import now

from metering.sources.base import SourceFailed

T = TypeVar("T")

ATTEMPTS = 5
FIRST_WAIT, LONGEST_WAIT = 0.5, 60.0
WORTH_ANOTHER_TRY = frozenset({408, 425, 429, 500, 502, 503, 504})


def patiently(call: Callable[[], T], *, broken: tuple[type[Exception], ...], name: str) -> T:
    """The answer to the call, which is made several times if need be.

    `broken` are the client's errors without an answer: connection cut, too slow, an answer that ends too early.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return call()
        except Exception as problem:
            status, headers = answer_of(problem)
            hopeless = status not in WORTH_ANOTHER_TRY if status else not isinstance(problem, broken)
            if hopeless and not status:
                raise
            if hopeless or attempt == ATTEMPTS:
                raise SourceFailed(sentence(name, status, problem, attempt)) from problem
            sleep(wait(headers, attempt))
    raise AssertionError("the loop returns or raises")


def answer_of(problem: Exception) -> tuple[int | None, Mapping[str, str]]:
    """Status and headers of the answer an official client made an error of; each has its own names for them."""
    response: Any = getattr(problem, "response", None)
    named = (getattr(problem, "status_code", None), getattr(problem, "http_status", None))
    status = next(filter(None, named), getattr(response, "status_code", None))
    headers = getattr(problem, "headers", None) or getattr(response, "headers", None) or {}
    return (int(status) if status else None), {str(name).lower(): str(value) for name, value in headers.items()}


def wait(headers: Mapping[str, str], attempt: int) -> float:
    """As long as they ask for, within reason; else twice as long each time."""
    asked = headers.get("retry-after", "")
    try:
        seconds = float(asked) if asked else FIRST_WAIT * 2 ** (attempt - 1)
    except ValueError:
        seconds = seconds_until(asked)
    return max(0.0, min(seconds, LONGEST_WAIT))


def seconds_until(moment: str) -> float:
    try:
        return (parsedate_to_datetime(moment) - now()).total_seconds()
    except (ValueError, TypeError):
        return FIRST_WAIT


def sentence(name: str, status: int | None, problem: Exception, attempts: int) -> str:
    tries = "" if attempts == 1 else f" after {attempts} tries"
    if status in (401, 403):
        return f"{name} does not accept the key ({status}): check the variable that holds it."
    if status:
        return f"{name} answered {status}{tries}: {str(problem)[:200]}"
    return f"{name} gave no whole answer{tries}: {type(problem).__name__}."
