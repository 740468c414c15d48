"""Problems become answers, and a finished login never lands in a table cell."""

import json
from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render, resolve_url
from django.urls import reverse

from core.errors import Problem, SecondFactorNeeded, SignInNeeded
from core.http import is_partial, see_other
from core.patience import tried_again

PROBLEM_JSON = "application/problem+json"


class ProblemMiddleware:
    """Answers a `core.errors.Problem` as JSON, as an htmx toast or as a page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        found = tried_again(request, error) if isinstance(error, OperationalError) else error
        return found if isinstance(found, HttpResponse) else self.problem(request, found)

    def problem(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if not isinstance(error, Problem):
            return None
        if request.path.startswith("/api/"):
            return JsonResponse(error.details(request.path), status=error.status, content_type=PROBLEM_JSON)
        if isinstance(error, SignInNeeded):
            return to_login(request)
        if isinstance(error, SecondFactorNeeded) and not (is_partial(request) and request.method == "POST"):
            return see_other(request, reverse("core:second_factor"))
        if is_partial(request):
            return problem_toast(error)
        return render(request, "core/problem.html", {"problem": error}, status=error.status)


def to_login(request: HttpRequest) -> HttpResponse:
    """To the login page and, after it, back to the page the person was on.

    What htmx wanted to write stays on the page: the answer offers to sign in in another tab and to try again.
    """
    if is_partial(request) and request.method == "POST":
        trigger = json.dumps({"sign-in-needed": {"url": login_url(current_path(request))}})
        return HttpResponse(status=401, headers={"HX-Reswap": "none", "HX-Trigger": trigger})
    if is_partial(request):
        return HttpResponse(status=204, headers={"HX-Redirect": login_url(current_path(request))})
    return HttpResponse(status=302, headers={"Location": login_url(request.get_full_path())})


def login_url(back: str) -> str:
    return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': back})}"


def current_path(request: HttpRequest) -> str:
    """The page htmx sits on, never another host's."""
    parts = urlsplit(request.headers.get("HX-Current-URL", ""))
    return f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"


def problem_toast(error: Problem) -> HttpResponse:
    """Leave the page as it is and say the sentence."""
    trigger = json.dumps({"toast": {"level": "error", "text": error.sentence}})
    return HttpResponse(
        error.sentence,
        status=error.status,
        content_type="text/plain; charset=utf-8",
        headers={"HX-Reswap": "none", "HX-Trigger": trigger},
    )
