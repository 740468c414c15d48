"""Every error of the API is problem details (RFC 9457): one shape, a stable type, the field and the fix."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import set_rollback

from core.errors import Forbidden, Invalid, Problem, SignInNeeded
from core.middleware import PROBLEM_JSON


class NotThere(Problem):
    """Nothing here that this person may know of."""

    status = 404
    kind = "not-found"
    title = "Not found"


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST Framework's exception handler; None (a server error) for what nobody foresaw."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    details = problem.details(context["request"].path)
    return Response(details, status=problem.status, content_type=PROBLEM_JSON, headers=headers_of(error, problem))


def problem_of(error: Exception) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return NotThere("There is nothing at this address that you may see.")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return Forbidden(str(error) or "You may not do this.")
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return SignInNeeded()
    if isinstance(error, exceptions.ValidationError):
        return Invalid(flat(error.detail))
    if isinstance(error, exceptions.APIException):
        return other(error)
    return None


def flat(detail: Any, path: str = "") -> dict[str, str]:
    """Nested messages as path -> sentence: {"lines": [{"quantity": [...]}]} gives "lines.0.quantity"."""
    if isinstance(detail, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(f"{path}.{index}", item) for index, item in enumerate(detail) if item]
    else:
        return {path or "body": " ".join(map(str, detail)) if isinstance(detail, list) else str(detail)}
    return {field: message for key, value in pairs for field, message in flat(value, key).items()}


def other(error: exceptions.APIException) -> Problem:
    """Parse errors, wrong methods, wrong media types, throttling: the framework's sentence in our shape."""
    problem = Problem(str(error.detail))
    problem.status = error.status_code
    problem.kind = error.default_code.replace("_", "-")
    problem.title = str(error.default_detail)
    return problem


def headers_of(error: Exception, problem: Problem) -> dict[str, str]:
    wait = getattr(error, "wait", None)
    retry = {"Retry-After": str(int(wait))} if wait else {}
    return {**retry, "WWW-Authenticate": "Bearer"} if problem.status == SignInNeeded.status else retry
