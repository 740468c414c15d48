import json

import pytest
from django.http import Http404
from rest_framework import exceptions
from rest_framework.response import Response
from rest_framework.test import APIRequestFactory
from rest_framework.views import APIView

from core.api.problems import flat, problem_handler
from core.errors import Refused


class Failing(APIView):
    authentication_classes = ()
    permission_classes = ()
    error: Exception = Refused("Not now.")

    def post(self, request) -> Response:
        raise self.error

    def get_exception_handler(self):
        return problem_handler


def answer(error: Exception, method: str = "post"):
    request = getattr(APIRequestFactory(), method)("/api/v1/things/")
    response = Failing.as_view(error=error)(request)
    return response.render()


@pytest.mark.parametrize(
    ("error", "status", "kind"),
    [
        (Refused("Not now."), 409, "refused"),
        (Http404(), 404, "not-found"),
        (exceptions.PermissionDenied(), 403, "forbidden"),
        (exceptions.NotAuthenticated(), 401, "sign-in-needed"),
        (exceptions.ValidationError({"months": ["At most 60."]}), 422, "invalid"),
        (exceptions.ParseError(), 400, "parse-error"),
        (exceptions.UnsupportedMediaType("text/csv"), 415, "unsupported-media-type"),
    ],
)
def test_every_error_has_one_shape(error, status, kind):
    response = answer(error)
    body = json.loads(response.content)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    assert body["type"] == f"urn:quantile:problem:{kind}"
    assert (body["status"], body["instance"]) == (status, "/api/v1/things/")
    assert set(body) - {"errors", "request_id"} == {"type", "title", "status", "detail", "instance"}


def test_a_wrong_method_is_405():
    assert answer(Refused("Not now."), "put").status_code == 405


def test_throttling_says_when_to_come_back():
    assert answer(exceptions.Throttled(wait=7))["Retry-After"] == "7"


def test_what_nobody_foresaw_stays_a_server_error():
    with pytest.raises(ZeroDivisionError):
        answer(ZeroDivisionError())


def test_nested_messages_become_paths():
    detail = {"title": ["Too long."], "lines": [{}, {"quantity": ["At least 1."]}]}
    assert flat(detail) == {"title": "Too long.", "lines.1.quantity": "At least 1."}
    assert flat(["Send a list."]) == {"body": "Send a list."}
