"""Problems become answers, and a finished login never lands in a table cell."""

import json
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import OperationalError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseNotAllowed,
    HttpResponsePermanentRedirect,
    JsonResponse,
)
from django.middleware.common import CommonMiddleware
from django.shortcuts import render, resolve_url
from django.urls import reverse
from django.utils.timezone import now

from core.api.problems import PROBLEM_JSON, told
from core.api.refusals import WrongMethod
from core.errors import Problem, SecondFactorNeeded, SignInNeeded
from core.http import is_partial, see_other
from core.limits import MINUTE, TooOften, caller, spend
from core.patience import tried_again

API = "/api/"


class SameRequestElsewhere(HttpResponsePermanentRedirect):
    """Unlike after 301, no client makes a GET without its body out of a POST."""

    status_code = HTTPStatus.PERMANENT_REDIRECT


class AddressMiddleware(CommonMiddleware):
    """Where the last slash of an address is missing, the same request is sent to the address that has it."""

    response_redirect_class = SameRequestElsewhere


class ProblemMiddleware:
    """Answers a `core.errors.Problem` as JSON, as an htmx toast or as a page; a wrong method too, to a program."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if isinstance(response, HttpResponseNotAllowed) and request.path.startswith(API):
            return wrong_method(request, response.headers["Allow"])
        return response

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        found = tried_again(request, error) if isinstance(error, OperationalError) else error
        if isinstance(found, Problem):
            return said(request, found)
        return found if isinstance(found, HttpResponse) else None


class LimitMiddleware:
    """Counts what `settings.LIMITS` names, and refuses what is asked too often."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *_view: object) -> HttpResponse | None:
        name = request.resolver_match.view_name if request.resolver_match else ""
        if name not in settings.LIMITS:
            return None
        try:
            spend(name, caller(request), most=settings.LIMITS[name], per=MINUTE, at=now())
        except TooOften as problem:
            return said(request, problem)
        return None


def said(request: HttpRequest, error: Problem) -> HttpResponse:
    """The problem as whoever asked can read it; with the seconds to wait, where waiting helps."""
    response = as_asked(request, error)
    if wait := getattr(error, "wait", 0):
        response.headers["Retry-After"] = str(wait)
    return response


def wrong_method(request: HttpRequest, allowed: str) -> HttpResponse:
    response = as_asked(request, WrongMethod(request.method, allowed))
    response.headers["Allow"] = allowed
    return response


def as_asked(request: HttpRequest, error: Problem) -> HttpResponse:
    """JSON for a program, a toast for a part of a page, a page for a browser."""
    if request.path.startswith(API):
        return JsonResponse(told(error, request.path), status=error.status, content_type=PROBLEM_JSON)
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
