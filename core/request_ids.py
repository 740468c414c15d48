"""Every request has a name: it comes back in the answer, in a problem and in each line of the log."""

import logging
import re
import secrets
from collections.abc import Callable
from contextvars import ContextVar

from django.http import HttpRequest, HttpResponse

HEADER = "X-Request-Id"
GIVEN = re.compile(r"[\w.:-]{1,64}", re.ASCII)

request_id: ContextVar[str] = ContextVar("request_id", default="")


class RequestIdMiddleware:
    """Takes over the caller's name for the request, or gives it one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get(HEADER, "")
        name = given if GIVEN.fullmatch(given) else secrets.token_hex(8)
        # It stays until the thread's next request: Django logs a refused request after all middleware is done.
        request_id.set(name)
        response = self.get_response(request)
        response.headers[HEADER] = name
        return response


class RequestIdFilter(logging.Filter):
    """Gives every line of the log the name of the request it was written for; "-" outside of one."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = request_id.get() or "-"
        return True
