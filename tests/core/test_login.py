import pytest
from django.test import Client

LOGIN = "/login/"


def sign_in(client, username="ada", password="secret", **more):
    return client.post(LOGIN, {"username": username, "password": password, **more})


def test_a_person_signs_in_and_lands_where_they_were_going(ada):
    response = sign_in(Client(), next="/quotes/Q-2026-0001/")
    assert (response.status_code, response["Location"]) == (302, "/quotes/Q-2026-0001/")


def test_the_way_in_never_leads_to_another_host(ada):
    assert sign_in(Client(), next="https://evil.example/")["Location"] == "/"


def test_a_wrong_password_says_what_to_check_and_keeps_the_name(ada):
    response = sign_in(Client(), password="wrong")
    assert response.status_code == 422
    assert "No account matches this user name and password" in response.content.decode()
    assert 'value="ada"' in response.content.decode()


def test_empty_fields_name_themselves(db):
    page = sign_in(Client(), "", "").content.decode()
    assert page.count("This field is required") == 2
    assert page.count('aria-invalid="true"') == 2


def test_signing_out_needs_post_and_ends_the_session(ada, client_of):
    client = client_of(ada)
    assert client.get("/logout/").status_code == 405
    assert client.post("/logout/").status_code == 302
    assert client.get("/")["Location"] == "/login/?next=%2F"


def test_nobody_signed_in_is_asked_to(db):
    assert Client().get("/")["Location"] == "/login/?next=%2F"


def test_someone_without_a_role_gets_a_home_that_explains(dan, client_of):
    page = client_of(dan).get("/").content.decode()
    assert "Your account has no role yet" in page


@pytest.mark.parametrize("theme", ["light", "dark", "system"])
def test_the_theme_is_kept_and_set_by_the_server(theme, ada, client_of):
    client = client_of(ada)
    response = client.post("/theme/", {"theme": theme, "next": "/?a=1"})
    assert (response.status_code, response["Location"]) == (303, "/?a=1")
    assert f'data-theme="{theme}"' in client.get("/").content.decode()


def test_an_unknown_theme_changes_nothing_and_leads_nowhere_else(db):
    client = Client()
    response = client.post("/theme/", {"theme": "</html>", "next": "https://evil.example/"})
    assert (response.status_code, response["Location"]) == (303, "/")
    assert client.cookies.get("theme") is None
    assert client.get("/theme/").status_code == 405
