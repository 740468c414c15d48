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
