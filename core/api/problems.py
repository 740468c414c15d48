"""Every error of the API is problem details (RFC 9457): one shape, a stable type, the field and the fix."""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, JsonResponse, UnreadablePostError
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.views import APIView, set_rollback

from core.api.refusals import NotThere, TooLarge, WrongMethod
from core.errors import Busy, Forbidden, Invalid, Problem, SignInNeeded, Unavailable
from core.patience import PASSING, code_of, is_outage
from core.request_ids import request_id

PROBLEM_JSON = "application/problem+json"
MOST_ERRORS = 100
AWAY = (
    "The database cannot be reached. Send the same request again; a POST with an Idempotency-Key is done once, however "
    "often it is sent."
)


def problem_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """Django REST Framework's exception handler; None (a server error) for what nobody foresaw."""
    problem = problem_of(error, context["view"])
    if problem is None:
        return None
    set_rollback()
    details = told(problem, context["request"].path)
    return Response(details, status=problem.status, content_type=PROBLEM_JSON, headers=headers_of(error, problem))


def told(problem: Problem, instance: str) -> dict[str, object]:
    """The details with the name of the request, by which the log is searched."""
    name = request_id.get()
    details = problem.details(instance)
    if isinstance(problem, Invalid) and len(problem.errors) > MOST_ERRORS:
        # Whoever sends thousands of wrong fields learns about the first of them.
        errors = dict(list(problem.errors.items())[:MOST_ERRORS])
        details |= {
            "errors": errors,
            "detail": f"{len(problem.errors)} fields are wrong; `errors` has the first of them.",
        }
    return {**details, **({"request_id": name} if name else {})}


def problem_of(error: Exception, view: APIView | None = None) -> Problem | None:
    if isinstance(error, Problem):
        return error
    if isinstance(error, Http404):
        return NotThere("There is nothing at this address that you may see.")
    if isinstance(error, PermissionDenied | exceptions.PermissionDenied):
        return Forbidden(str(error) or "You may not do this.")
    if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
        return SignInNeeded()
    if isinstance(error, exceptions.ValidationError):
        return Invalid({name: named(name, sentence) for name, sentence in flat(error.detail).items()})
    if isinstance(error, exceptions.MethodNotAllowed) and view:
        return WrongMethod(view.request.method, ", ".join(view.allowed_methods))
    if isinstance(error, exceptions.APIException):
        return other(error, view)
    return of_the_ground(error)


def of_the_ground(error: Exception) -> Problem | None:
    """What web server and database say."""
    if isinstance(error, RequestDataTooBig):
        return TooLarge("body: too large. Send it in parts.")
    if isinstance(error, UnreadablePostError):
        return Problem("body: it ended before it was whole. Send it again.")
    if code_of(error) in PASSING:
        return Busy("Somebody else is changing the same thing, and nothing was changed. Send the same request again.")
    return Unavailable(AWAY) if is_outage(error) else None


def flat(detail: Any, path: str = "") -> dict[str, str]:
    """Nested messages as path -> sentence: {"lines": [{"quantity": [...]}]} gives "lines.0.quantity"."""
    if isinstance(detail, dict):
        pairs = [(f"{path}.{key}" if path else str(key), value) for key, value in detail.items()]
    elif isinstance(detail, list) and any(isinstance(item, dict | list) for item in detail):
        pairs = [(f"{path}.{index}", item) for index, item in enumerate(detail) if item]
    else:
        return {path or "body": " ".join(map(str, detail)) if isinstance(detail, list) else str(detail)}
    return {field: message for key, value in pairs for field, message in flat(value, key).items()}


def named(field: str, sentence: str) -> str:
    """Each sentence begins with its field, so that all of them together can be read."""
    return sentence if sentence.startswith(field) else f"{field}: {sentence}"


def other(error: exceptions.APIException, view: APIView | None) -> Problem:
    """Parse errors, wrong media types, throttling: in our shape, with what is taken instead."""
    problem = Problem(sentence_of(error, view) if view else str(error.detail))
    problem.status = error.status_code
    problem.kind = error.default_code.replace("_", "-")
    problem.title = TITLES.get(problem.kind, HTTPStatus(error.status_code).phrase)
    return problem


def sentence_of(error: exceptions.APIException, view: APIView) -> str:
    if isinstance(error, exceptions.NotAcceptable):
        return f"Accept: this address answers {kinds(view.renderer_classes)}."
    if isinstance(error, exceptions.UnsupportedMediaType):
        return f"Content-Type: {error.detail} Send {kinds(view.parser_classes)}."
    return str(error.detail)


def kinds(classes: Sequence[Any]) -> str:
    return " or ".join(dict.fromkeys(one.media_type for one in classes))


TITLES = {
    "not-acceptable": "Not acceptable",
    "parse-error": "The body cannot be read",
    "throttled": "Too many requests",
    "unsupported-media-type": "Unsupported media type",
}


def headers_of(error: Exception, problem: Problem) -> dict[str, str]:
    wait = getattr(error, "wait", None) or getattr(problem, "wait", None)
    retry = {"Retry-After": str(int(wait))} if wait else {}
    return {**retry, "WWW-Authenticate": "Bearer"} if problem.status == SignInNeeded.status else retry


def outage_problem(request: HttpRequest) -> JsonResponse:
    """For a database that is away before an address of the API is found."""
    problem = Unavailable(AWAY)
    details, headers = told(problem, request.path), headers_of(problem, problem)
    return JsonResponse(details, status=problem.status, content_type=PROBLEM_JSON, headers=headers)


def plain_problem(request: HttpRequest, status: int) -> JsonResponse:
    """For what fails before an address of the API is found, or beyond what it foresaw."""
    problem = Problem(SENTENCES[status])
    problem.status = status
    problem.kind = {403: "forbidden", 404: "not-found", 500: "server-error"}.get(status, "bad-request")
    problem.title = HTTPStatus(status).phrase
    return JsonResponse(told(problem, request.path), status=status, content_type=PROBLEM_JSON)


SENTENCES = {
    400: "This request cannot be read.",
    403: "This is not allowed.",
    404: "There is no such address. The addresses are listed in /api/v1/openapi.json.",
    500: "Something broke on our side, and nothing was changed. The log knows it by this request_id.",
}
