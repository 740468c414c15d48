import json

import pytest
from django.http import Http404
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from core.access import forbid_unless, person
from core.errors import Conflict, Forbidden, Invalid, Problem, Refused, SignInNeeded, refuse
from core.middleware import ProblemMiddleware
from core.roles import Permission


@pytest.fixture(autouse=True)
def login_page(settings):
    settings.LOGIN_URL = "/login/"


HTMX = {"HX-Request": "true", "HX-Current-URL": "http://testserver/quotes/Q-1/?tab=bands"}


def answer(error: Problem, path: str = "/quotes/Q-1/", headers: dict[str, str] | None = None, method="POST"):
    request = RequestFactory().generic(method, path, headers=headers or {})
    request.htmx = HtmxDetails(request)
    return ProblemMiddleware(lambda _: None).process_exception(request, error)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (Refused("No."), 409),
        (Conflict("Late."), 409),
        (Forbidden("No."), 403),
        (Invalid({"months": "At most 60."}), 422),
    ],
)
def test_the_api_answers_problem_details(error, status):
    path = "/api/v1/quotes/Q-1/submission/"
    response = answer(error, path)
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = json.loads(response.content)
    assert body["type"] == f"urn:quantile:problem:{error.kind}"
    assert (body["status"], body["detail"], body["instance"]) == (
        status,
        error.sentence,
        "/api/v1/quotes/Q-1/submission/",
    )


def test_field_errors_are_named():
    body = json.loads(answer(Invalid({"months": "At most 60 months."}), "/api/v1/quotes/").content)
    assert body["errors"] == {"months": "At most 60 months."}


def test_htmx_keeps_the_page_and_shows_a_toast():
    response = answer(Refused("Add a line first."), headers=HTMX)
    assert response.status_code == 409
    assert response["HX-Reswap"] == "none"
    assert json.loads(response["HX-Trigger"]) == {"toast": {"level": "error", "text": "Add a line first."}}


def test_nobody_signed_in_goes_to_login_and_back():
    assert answer(SignInNeeded())["Location"].endswith("?next=%2Fquotes%2FQ-1%2F")


def test_an_expired_session_takes_the_whole_page_to_login():
    response = answer(SignInNeeded(), headers=HTMX, method="GET")
    assert response.status_code == 204
    assert response["HX-Redirect"].endswith("?next=%2Fquotes%2FQ-1%2F%3Ftab%3Dbands")


def test_what_an_expired_session_wanted_to_write_stays_on_the_page():
    response = answer(SignInNeeded(), headers=HTMX)
    assert (response.status_code, response["HX-Reswap"]) == (401, "none")
    assert json.loads(response["HX-Trigger"]) == {
        "sign-in-needed": {"url": "/login/?next=%2Fquotes%2FQ-1%2F%3Ftab%3Dbands"}
    }


def test_the_way_back_never_leads_to_another_host():
    response = answer(SignInNeeded(), headers=HTMX | {"HX-Current-URL": "https://evil.example//x"}, method="GET")
    assert "evil" not in response["HX-Redirect"]


def test_other_errors_are_left_alone():
    request = RequestFactory().get("/")
    assert ProblemMiddleware(lambda _: None).process_exception(request, ValueError()) is None


def test_refuse_is_silent_on_yes():
    refuse("")
    with pytest.raises(Refused, match="Not yet"):
        refuse("Not yet.")


def test_a_person_needs_one_of_the_permissions(ada, dan):
    request = RequestFactory().get("/")
    request.user = ada
    assert person(request, Permission.SEE_ALL_QUOTES, Permission.SEE_OWN_QUOTES) == ada
    request.user = dan
    assert person(request) == dan
    with pytest.raises(Http404):
        person(request, Permission.SEE_OWN_QUOTES)


def test_forbid_unless_says_why(ada):
    forbid_unless(ada, Permission.EDIT_QUOTES, "Only sales edits quotes.")
    with pytest.raises(Forbidden, match="Only deal desk"):
        forbid_unless(ada, Permission.DECIDE_APPROVALS, "Only deal desk decides.")
