"""Asking, wishing for changes and showing the quote to a colleague, from Cleo's browser."""

import pytest
from django.test import Client

from quotes.actions.sending import address
from quotes.models import RoomLink, RoomMessage
from tests.factories import AT
from tests.quotes.rooms import browser_of, set_clock, text_of, with_options
from tests.quotes.views.deals import post

pytestmark = pytest.mark.django_db

ASKED = {"text": "Is SSO in it?", "line": "platform"}
COLLEAGUE = {"name": "Al", "email": "al@acme.example"}
POSTS = {"questions": ASKED, "changes": {"text": "Later start."}, "forwarding": COLLEAGUE}


@pytest.fixture
def sent(ada, monkeypatch):
    set_clock(monkeypatch, AT)
    return with_options(ada)


@pytest.fixture
def cleo(sent) -> Client:
    return browser_of(sent.token)


def counts() -> tuple[int, int]:
    return RoomMessage.objects.count(), RoomLink.objects.count()


@pytest.mark.parametrize("htmx", [False, True])
def test_a_question_stands_in_the_room_and_is_answered_there(ada, sent, cleo, client_of, htmx):
    answer = post(cleo, "/room/questions/", ASKED, htmx=htmx)
    assert (answer.status_code, answer["Location"]) == (303, "/room/#questions")
    page = text_of(cleo.get("/room/"))
    assert "Is SSO in it?" in page
    assert "Ada Lindqvist has been told and answers here." in page
    message = RoomMessage.objects.get()
    path = f"/quotes/{sent.version.quote.number}/messages/{message.pk}/answer/"
    assert "Is SSO in it?" in client_of(ada).get(f"/quotes/{sent.version.quote.number}/v1/").content.decode()
    seller = post(client_of(ada), path, {"answer": "Yes."}, htmx=htmx)
    assert seller.status_code == (200 if htmx else 303)
    assert "Ada Lindqvist , Northlight AI, Inc." in text_of(cleo.get("/room/"))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_wish_for_changes_leaves_the_quote_open(cleo, sent, htmx):
    assert post(cleo, "/room/changes/", {"text": "Later start."}, htmx=htmx).status_code == 303
    assert RoomMessage.objects.get().kind == "changes"
    assert "wishes for changes" in text_of(cleo.get("/room/"))
    assert "Send me the code" in text_of(cleo.get("/room/"))


@pytest.mark.parametrize("htmx", [False, True])
def test_a_colleague_is_among_the_links_of_the_seller(ada, sent, cleo, client_of, htmx):
    assert post(cleo, "/room/forwarding/", COLLEAGUE, htmx=htmx).status_code == 303
    assert RoomLink.objects.get(email="al@acme.example").right == "view"
    page = text_of(client_of(ada).get(f"/quotes/{sent.version.quote.number}/v1/"))
    assert "shown by Cleo Hartmann" in page


@pytest.mark.parametrize("name", POSTS)
def test_these_are_posts_of_a_person_with_a_key_and_a_csrf_token(sent, cleo, name):
    path = f"/room/{name}/"
    assert cleo.get(path).status_code == 405
    assert Client().post(path, POSTS[name]).status_code == 404
    strict = Client(enforce_csrf_checks=True)
    strict.get(f"/room/{sent.token}/")
    assert strict.post(path, POSTS[name]).status_code == 403
    assert counts() == (0, 1)


@pytest.mark.parametrize("name", POSTS)
def test_in_a_closed_room_nothing_happens(sent, cleo, monkeypatch, name):
    set_clock(monkeypatch, sent.version.expires_at)
    answer = cleo.post(f"/room/{name}/", POSTS[name])
    assert (answer.status_code, "This quote has expired" in text_of(answer)) == (409, True)
    assert counts() == (0, 1)


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("questions", {"text": " ", "line": ""}, "This field is required."),
        ("questions", {"text": "Why?", "line": "nothing"}, "Select a valid choice."),
        ("changes", {"text": ""}, "This field is required."),
        ("forwarding", {"name": "Al", "email": "nobody"}, "Enter a valid email address."),
        ("forwarding", {"name": "Cleo", "email": "cleo@acme.example"}, "This person has a link already."),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(cleo, name, data, words):
    answer = cleo.post(f"/room/{name}/", data)
    assert (answer.status_code, words in text_of(answer)) == (422, True)
    assert all(str(value) in answer.content.decode() for value in data.values())
    assert counts() == (0, 1)


def test_t9_a_colleague_reads_and_asks_but_neither_signs_picks_nor_shows_on(cleo, sent):
    cleo.post("/room/forwarding/", COLLEAGUE)
    token = address(RoomLink.objects.get(email="al@acme.example").pk).split("/")[-2]
    al = browser_of(token)
    page = text_of(al.get("/room/"))
    assert ("This link is for reading" in page, "Send me the code" in page) == (True, False)
    assert al.post("/room/questions/", ASKED).status_code == 303
    refused = {
        "codes": {},
        "refusal": {"reason": "No."},
        "selection": {"pick": "seats", "sha256": sent.version.sha256},
        "forwarding": {"name": "Bo", "email": "bo@acme.example"},
    }
    assert {name: al.post(f"/room/{name}/", data).status_code for name, data in refused.items()} == dict.fromkeys(
        refused, 409
    )
    sent.version.refresh_from_db()
    assert (sent.version.status, RoomLink.objects.count()) == ("sent", 2)


@pytest.mark.parametrize("bad", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7|add:7 }}"])
def test_t10_what_a_customer_types_is_text_on_every_page(ada, sent, cleo, client_of, bad):
    cleo.post("/room/questions/", {"text": bad, "line": ""})
    cleo.post("/room/forwarding/", {"name": bad[:100], "email": "al@acme.example"})
    number = sent.version.quote.number
    pages = [cleo.get("/room/"), client_of(ada).get(f"/quotes/{number}/v1/")]
    pages.append(client_of(ada).get(f"/quotes/{number}/timeline/"))
    for page in pages:
        html = page.content.decode()
        assert ("<script>alert" in html, "<img src=x" in html, ">14<" in html) == (False, False, False)


def test_what_was_asked_is_no_toast(ada, sent, cleo, client_of):
    cleo.post("/room/questions/", ASKED)
    for page in (cleo.get("/room/"), client_of(ada).get(f"/quotes/{sent.version.quote.number}/v1/")):
        assert "MessageRow" not in page.content.decode()
