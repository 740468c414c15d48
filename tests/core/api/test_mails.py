"""The mailbox over the API: what was written, without what only the mail itself has, and sending it again."""

import pytest

from core import mail
from core.models import Mail
from tests.factories import AT

pytestmark = pytest.mark.django_db

URL = "/api/v1/mails/"


def post(n: int = 1, **more) -> Mail:
    return mail.post("cleo@x.example", "Your quote", "Here it is.", key=f"k{n}", at=AT, about="quote:Q-1", **more)


def test_a_mail_is_found_read_and_sent_again(ben, client_of):
    bens = client_of(ben)
    found = post()
    assert (
        bens.post(f"{URL}{found.pk}/resending/", content_type="application/json").status_code == 409
    )  # it still waits
    Mail.objects.update(state="failed", error="No such mailbox.")
    [row] = bens.get(f"{URL}?about=quote:Q-1&state=failed").json()["results"]
    assert (row["to"], row["subject"], row["error"]) == ("cleo@x.example", "Your quote", "No such mailbox.")
    assert bens.get(f"{URL}?state=sent").json()["results"] == []
    url, options = (
        f"{URL}{found.pk}/resending/",
        {"content_type": "application/json", "headers": {"Idempotency-Key": "k"}},
    )
    again, repeated = (bens.post(url, {}, **options) for _ in range(2))
    assert (again.status_code, repeated.json()) == (201, again.json())
    assert bens.get(again["Location"]).json() == {**again.json(), "text": "Here it is.", "state": "queued"}
    assert Mail.objects.count() == 2


def test_a_personal_link_is_only_in_the_mail_itself(ben, client_of, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    found = mail.post("c@x.example", "Link", f"Open {mail.SECRET}", key="s", at=AT, secret="room-link:1")
    assert client_of(ben).get(f"{URL}{found.pk}/").json()["text"] == "Open (only in the mail itself)"


@pytest.mark.parametrize("name", ["ada", "ivo", "dan"])
def test_for_strangers_nothing_is_there(name, request, client_of):
    client, one = client_of(request.getfixturevalue(name)), f"{URL}{post().pk}/"
    assert [
        client.get(URL).status_code,
        client.get(one).status_code,
        client.post(f"{one}resending/", content_type="application/json").status_code,
    ] == [404] * 3
    assert Mail.objects.count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(ben, client_of, count, django_assert_num_queries):
    for n in range(count):
        post(n)
    bens = client_of(ben)
    with django_assert_num_queries(3):
        assert len(bens.get(URL).json()["results"]) == count
