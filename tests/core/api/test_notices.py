"""One's own notices over the API, and how one wants to be told."""

import pytest

from core import notices
from core.models import Notice
from tests.factories import AT

pytestmark = pytest.mark.django_db

URL = "/api/v1/notices/"
WAYS = f"{URL}ways/"


def told(person, key="k"):
    notices.give(person, "opened", f"Title {key}", "Text.", path="/quotes/", key=key, about="", at=AT)
    return Notice.objects.get(key=key)


def choose(client, ways, match="*"):
    headers = {"If-Match": match} if match else {}
    return client.patch(WAYS, {"ways": ways}, content_type="application/json", headers=headers)


def test_notices_are_listed_and_read(ada, client_of):
    adas, first, second = client_of(ada), told(ada, "a"), told(ada, "b")
    assert [(row["id"], row["read_at"]) for row in adas.get(URL).json()["results"]] == [
        (second.pk, None),
        (first.pk, None),
    ]
    read = adas.post(f"{URL}{first.pk}/reading/", content_type="application/json")
    assert (read.status_code, read.json()["read_at"] is not None, read.json()["title"]) == (201, True, "Title a")
    assert [row["id"] for row in adas.get(f"{URL}?unread=true").json()["results"]] == [second.pk]
    assert adas.post(f"{URL}reading/", content_type="application/json").status_code == 204
    assert adas.get(f"{URL}?unread=true").json()["results"] == []
    ada.refresh_from_db()
    assert ada.unread == 0


def test_nobody_reads_or_marks_what_others_were_told(ada, ben, client_of):
    notice = told(ada)
    assert client_of(ben).get(URL).json()["results"] == []
    assert client_of(ben).post(f"{URL}{notice.pk}/reading/", content_type="application/json").status_code == 404
    assert client_of(ben).post(f"{URL}reading/", content_type="application/json").status_code == 204
    notice.refresh_from_db()
    assert notice.read_at is None


def test_ways_are_chosen_on_the_state_that_was_seen(ada, client_of):
    adas = client_of(ada)
    seen = adas.get(WAYS)
    assert {row["event"]: row["way"] for row in seen.json()["results"]}["opened"] == "mail"
    changed = choose(adas, {"opened": "not"}, seen["ETag"])
    assert {row["event"]: row["way"] for row in changed.json()["results"]}["opened"] == "not"
    assert [choose(adas, {"opened": "app"}, tag).status_code for tag in (seen["ETag"], "")] == [412, 428]
    for wrong in ({"handoff": "mail"}, {"opened": "pigeon"}):
        assert choose(adas, wrong).status_code == 422
    ada.refresh_from_db()
    assert ada.ways == {"opened": "not"}


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(ada, client_of, count, django_assert_num_queries):
    for n in range(count):
        told(ada, str(n))
    adas = client_of(ada)
    with django_assert_num_queries(3):
        assert len(adas.get(URL).json()["results"]) == count
