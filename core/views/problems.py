"""Error pages: what happened, whether anything was lost, and what to do next."""

import sys

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation

from core.api.problems import outage_problem, plain_problem
from core.context import theme_of
from core.errors import Unavailable
from core.languages import current
from core.patience import is_outage


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 403)


def csrf_failed(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form older than the session behind it."""
    return problem_page(request, 403, "stale-form")


def locked_out(request: HttpRequest, *_: object) -> HttpResponse:
    """Too many wrong passwords or codes for one name from one address (django-axes)."""
    return problem_page(request, 429)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return problem_page(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Rendered without context processors: whatever broke may break them too."""
    if is_outage(sys.exception()):
        return outage(request)
    if request.path.startswith("/api/"):
        return plain_problem(request, 500)
    return HttpResponse(render_to_string("core/500.html"), status=500)


def outage(request: HttpRequest) -> HttpResponse:
    """The database is away: said without asking it anything, not even who the reader is."""
    if request.path.startswith("/api/"):
        return outage_problem(request)
    later = {"Retry-After": str(Unavailable.wait)}
    if request.headers.get("HX-Request") and not request.headers.get("HX-Boosted"):
        # Its script says so: in the part that was asked for, or in a toast.
        return HttpResponse("503", content_type="text/plain", status=Unavailable.status, headers=later)
    with translation.override(translation.get_language_from_request(request)):
        read = request.method in ("GET", "HEAD")
        shown = {"theme": theme_of(request), "language": current(), "again": request.get_full_path() if read else ""}
        page = render_to_string("core/503.html", shown)
    return HttpResponse(page, status=Unavailable.status, headers=later)


def problem_page(request: HttpRequest, status: int, kind: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return plain_problem(request, status)
    return render(request, "core/error.html", {"code": status, "kind": kind}, status=status)
