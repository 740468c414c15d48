"""Error pages: what happened, whether anything was lost, and what to do next."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from core.api.problems import plain_problem


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
    if request.path.startswith("/api/"):
        return plain_problem(request, 500)
    return HttpResponse(render_to_string("core/500.html"), status=500)


def problem_page(request: HttpRequest, status: int, kind: str = "") -> HttpResponse:
    if request.path.startswith("/api/"):
        return plain_problem(request, status)
    return render(request, "core/error.html", {"code": status, "kind": kind}, status=status)
