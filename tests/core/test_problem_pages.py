import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from core.views.problems import server_error


def test_an_unknown_address_gets_a_page_that_helps(db):
    response = Client().get("/no/such/page/")
    assert response.status_code == 404
    assert "This page does not exist" in response.content.decode()


def test_a_form_without_its_token_is_refused_with_what_to_do(db):
    response = Client(enforce_csrf_checks=True).post("/login/", {})
    assert response.status_code == 403
    assert "This form is too old to send" in response.content.decode()


def test_the_last_resort_needs_nothing_that_may_be_broken():
    response = server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "Something broke on our side" in response.content.decode()


@pytest.fixture
def away(db):
    """A database of which nothing can be had: who asks it all the same has failed."""

    def nothing(*_):
        raise OperationalError("server closed the connection unexpectedly")

    with connection.execute_wrapper(nothing):
        yield


@pytest.fixture
def adas(ada, client_of) -> Client:
    client = client_of(ada)
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("path", ["/", "/quotes/", "/quotes/Q-2026-0001/", "/login/", "/room/some-token/"])
def test_while_the_database_is_away_a_page_says_so_without_it(adas, away, path):
    answer = adas.get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    page = answer.content.decode()
    assert "Our data cannot be reached at the moment." in page
    assert f'href="{path}">Try again</a>' in page


def test_what_was_sent_meanwhile_can_be_sent_again(adas, away):
    answer = adas.post("/quotes/Q-2026-0001/comments/", {"text": "Look."})
    page = answer.content.decode()
    assert (answer.status_code, "what you typed is still there" in page, "Try again" in page) == (503, True, False)


def test_a_part_of_a_page_is_left_to_the_script(adas, away):
    for headers, whole in (({"HX-Request": "true"}, False), ({"HX-Request": "true", "HX-Boosted": "true"}, True)):
        answer = adas.get("/quotes/", headers=headers)
        assert (answer.status_code, answer["Retry-After"], b"<html" in answer.content) == (503, "5", whole)
        assert "HX-Trigger" not in answer


def test_it_is_said_in_the_language_and_theme_of_the_browser(adas, away):
    adas.cookies["theme"] = "dark"
    page = adas.get("/quotes/", headers={"Accept-Language": "de"}).content.decode()
    assert '<html lang="de" data-theme="dark">' in page
    assert "Gerade nicht erreichbar" in page


@pytest.mark.parametrize("path", ["/api/v1/quotes/", "/api/v1/quotes/Q-2026-0001/submission/", "/api/crm/x/messages/"])
def test_programs_are_told_in_problem_details(adas, away, path):
    answer = adas.post(path, {}, content_type="application/json")
    assert (answer.status_code, answer["Retry-After"]) == (503, "5")
    assert answer["Content-Type"] == "application/problem+json"
    assert (answer.json()["type"], answer.json()["instance"]) == ("urn:quantile:problem:unavailable", path)


def test_the_next_request_finds_it_again(adas, db):
    with connection.execute_wrapper(lambda *_: (_ for _ in ()).throw(InterfaceError("connection already closed"))):
        assert adas.get("/quotes/").status_code == 503
    assert adas.get("/quotes/").status_code == 200


def test_what_else_breaks_is_no_outage(adas, monkeypatch):
    def broken(*_args, **_kwargs):
        raise RuntimeError("a mistake")

    monkeypatch.setattr("quotes.access.person", broken)
    assert adas.get("/quotes/").status_code == 500
