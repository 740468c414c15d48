"""Passwords: changed by their owner, set anew through a link that only their mailbox gets."""

import re

import pytest
from django.core import mail as server
from django.test import Client
from django.utils.timezone import now

from core import audit, outbox
from core.models import Mail, OutboxMessage, Spending
from tests.conftest import make_person

pytestmark = pytest.mark.django_db

CHANGE, FORGOTTEN = "/account/password/", "/account/password/forgotten/"
GOOD = "violet harbour stapler"


def changed(client: Client, old: str = "secret", new: str = GOOD, again: str = ""):
    return client.post(CHANGE, {"old_password": old, "new_password1": new, "new_password2": again or new})


def deliver() -> None:
    while waiting := list(OutboxMessage.objects.filter(state="pending")):
        for message in waiting:
            outbox.deliver(message.pk, at=now())


def asked_for(email: str = "ada@northlight.example") -> str:
    """The link that this address got."""
    answer = Client().post(FORGOTTEN, {"email": email})
    assert "Look into your mailbox" in answer.content.decode()
    deliver()
    [sent] = server.outbox
    assert (sent.to, sent.subject) == ([email], "Set a new password for Quantile")
    return re.search(r"https?://[^/]+(/account/password/\S+)", sent.body)[1]


def test_a_person_changes_the_password_and_other_sessions_end(ada, client_of):
    here, there = client_of(ada), client_of(ada)
    answer = changed(here)
    assert (answer.status_code, answer["Location"]) == (302, "/account/")
    ada.refresh_from_db()
    assert ada.check_password(GOOD)
    assert (here.get("/account/").status_code, there.get("/account/").status_code) == (200, 302)
    assert [entry.verb for entry in audit.history("person:ada")] == ["change_password"]
    assert Mail.objects.get().subject == "Your password for Quantile was changed"
    assert GOOD not in Mail.objects.get().text


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"old": "wrong"}, "not your present password"),
        ({"new": "short-enough"[:11]}, "at least 12"),
        ({"new": "1qaz2wsx3edc"}, "too common"),
        ({"new": "843759284375"}, "entirely numeric"),
        ({"new": "adaadaadaada@northlight.example"[12:]}, "too similar"),
        ({"again": "something else"}, "match"),
    ],
)
def test_a_weak_or_wrong_password_changes_nothing(ada, client_of, given, message):
    answer = changed(client_of(ada), **given)
    assert answer.status_code == 422
    assert message in answer.content.decode()
    ada.refresh_from_db()
    assert ada.check_password("secret")
    assert (audit.newest().count(), Mail.objects.count()) == (0, 0)


def test_nobody_signed_in_changes_nothing(ada):
    assert changed(Client())["Location"].startswith("/login/")
    ada.refresh_from_db()
    assert ada.check_password("secret")


def test_a_link_sets_a_new_password_once(ada):
    client, link = Client(), asked_for()
    form = client.get(link)
    assert form["Location"].endswith("/set-password/")  # the token leaves the address
    page = form["Location"]
    assert client.post(page, {"new_password1": "short", "new_password2": "short"}).status_code == 422
    assert client.post(page, {"new_password1": GOOD, "new_password2": GOOD})["Location"] == "/login/"
    ada.refresh_from_db()
    assert ada.check_password(GOOD)
    assert client.get("/account/").status_code == 302  # signing in is another step, with its code
    assert "opens nothing any more" in Client().get(link, follow=True).content.decode()


@pytest.mark.parametrize("email", ["nobody@northlight.example", "dan@northlight.example"])
def test_an_unknown_or_closed_address_gets_the_same_answer_and_no_mail(ada, email):
    dan = make_person("dan")
    dan.is_active = False
    dan.save()
    known = Client().post(FORGOTTEN, {"email": ada.email}).content
    strange = Client().post(FORGOTTEN, {"email": email}).content
    without = re.compile(rb'name="csrfmiddlewaretoken" value="\w+"|"X-CSRFToken": "\w+"')
    assert without.sub(b"", known) == without.sub(b"", strange)
    assert OutboxMessage.objects.filter(topic="password.forgotten").count() == 2
    deliver()
    assert [letter.to for letter in Mail.objects.all()] == [ada.email]


def test_asking_again_and_again_writes_one_mail_and_ends(ada):
    for _ in range(10):
        assert Client().post(FORGOTTEN, {"email": ada.email}).status_code == 200
    assert Client().post(FORGOTTEN, {"email": "other@northlight.example"}).status_code == 429
    deliver()
    assert Mail.objects.count() == 1
    assert Spending.objects.get().count == 11


def test_nobody_reads_the_link_in_the_mailbox(ada, ben, client_of):
    link = asked_for()
    letter = Mail.objects.get()
    assert "/account/password/" not in letter.text
    page = client_of(ben).get(f"/mailbox/{letter.pk}/").content.decode()
    assert "/account/password/" not in page
    assert not any(link in str(message.payload) for message in OutboxMessage.objects.all())
