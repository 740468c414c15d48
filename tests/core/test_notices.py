"""What people are told: in the app, by mail at once or once a day, or not, as each of them chose."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import notices
from core.audit import history
from core.errors import Invalid
from core.events import EVENTS, Way, events_of, way_for, ways_of
from core.models import Mail, Notice, User
from core.tasks import send_digests
from tests.factories import AT

pytestmark = pytest.mark.django_db
PAGE, WAYS = "/notices/", "/account/notices/"


def told(person: User, event: str, key: str = "k", *, at=AT) -> None:
    notices.give(person, event, f"Title {key}", "Text.", path="/quotes/", key=key, about="quote:Q-2026-0001", at=at)


def state(person: User) -> tuple:
    person.refresh_from_db()
    return person.unread, Notice.objects.filter(person=person).count(), Mail.objects.count()


@pytest.mark.parametrize(
    ("way", "left"), [("mail", (1, 1, 1)), ("digest", (1, 1, 0)), ("app", (1, 1, 0)), ("not", (0, 0, 0))]
)
def test_each_way(ada, way, left):
    notices.choose(ada, {"opened": way}, at=AT)
    told(ada, "opened")
    told(ada, "opened")
    assert state(ada) == left


def test_a_mail_has_the_text_and_the_address(ada):
    told(ada, "mention")
    [mail] = Mail.objects.all()
    assert (mail.to, mail.subject, mail.key, mail.about) == (ada.email, "Title k", "k", "quote:Q-2026-0001")
    assert mail.text == "Text.\n\nhttp://127.0.0.1:8000/quotes/\n"


def test_who_has_no_address_or_has_left(ada, ben):
    User.objects.filter(pk=ada.pk).update(email="")
    User.objects.filter(pk=ben.pk).update(is_active=False)
    ada.refresh_from_db()
    ben.refresh_from_db()
    told(ada, "mention", "a")
    told(ben, "mention", "b")
    assert (state(ada), state(ben)) == ((1, 1, 0), (0, 0, 0))


@pytest.mark.parametrize(("who", "event"), [("ben", "waiting"), ("fay", "handoff")])
def test_what_somebody_waits_for_is_not_left_out(who, event, request):
    person = request.getfixturevalue(who)
    assert list(ways_of(EVENTS[event])) == ["mail", "digest", "app"]
    with pytest.raises(Invalid):
        notices.choose(person, {event: "not"}, at=AT)
    assert (state(person)[0], person.ways, history(f"person:{who}").count()) == (0, {}, 0)
    person.ways = {event: "not"}  # from a time before the rule
    assert way_for(person, event) == Way.APP


def test_a_role_is_told_of_its_own_events(ada, ben, fay, dan):
    assert [list(events_of(person)) for person in (ada, ben, fay, dan)] == [
        ["mention", "decision", "opened", "asked", "answered", "expiring"],
        ["mention", "waiting"],
        ["mention", "waiting", "handoff"],
        [],
    ]


def test_the_daily_mail_has_what_was_not_read_once(ada, ben):
    for number in range(3):
        told(ada, "expiring", f"a{number}", at=AT + timedelta(minutes=number))
    told(ben, "waiting", "b")
    notices.read(ada, pk=Notice.objects.get(key="a0").pk, at=AT)
    Mail.objects.all().delete()
    send_digests()
    send_digests()
    [mail] = Mail.objects.all()
    assert (mail.to, mail.subject) == (ada.email, "2 things happened")
    assert [word in mail.text for word in ("Title a0", "Title a1", "Title a2")] == [False, True, True]
    assert Notice.objects.filter(mailed_at__isnull=False).count() == 2


def test_the_daily_mail_is_in_the_persons_language(ada):
    User.objects.filter(pk=ada.pk).update(language="de")
    told(ada, "expiring")
    assert notices.send_digests(at=AT) == 1
    assert Mail.objects.get().subject == "1 Neuigkeit"


def test_what_was_read_long_ago_is_forgotten(ada):
    told(ada, "mention", "old")
    notices.read(ada, at=AT)
    told(ada, "mention", "new")
    assert notices.forget(at=AT + timedelta(days=91)) == 1
    assert [one.key for one in Notice.objects.all()] == ["new"]


@pytest.mark.parametrize("htmx", [False, True])
def test_reading_one_leads_to_what_it_is_about(ada, ben, client, client_of, htmx):
    told(ada, "mention", "one")
    told(ada, "mention", "two")
    notice = Notice.objects.get(key="one")
    path, headers = f"/notices/{notice.pk}/reading/", {"HX-Request": "true"} if htmx else None
    assert client_of(ada).get(path).status_code == 405
    assert client_of(ben).post(path, headers=headers).status_code == 404
    assert client.post(path).headers["Location"].startswith("/login/")
    assert state(ada)[0] == 2
    answer = client_of(ada).post(path, headers=headers)
    assert answer.headers["HX-Redirect" if htmx else "Location"] == "/quotes/"
    assert state(ada)[0] == 1
    assert client_of(ada).post("/notices/reading/", headers=headers).status_code == (204 if htmx else 303)
    assert state(ada)[0] == 0


def test_the_page_has_the_new_ones_first_and_every_page_their_number(ada, client_of):
    told(ada, "mention", "old")
    notices.read(ada, at=AT)
    told(ada, "mention", "new")
    html = client_of(ada).get(PAGE).content.decode()
    assert html.index("Title new") < html.index("Title old")
    assert '<span class="unread">1<' in client_of(ada).get("/account/").content.decode()


@pytest.mark.parametrize("queries", [4])
def test_1_and_3_notices_take_the_same_queries(ada, client_of, queries):
    client = client_of(ada)
    for keys in (("a",), ("b", "c")):
        for key in keys:
            told(ada, "mention", key)
        with CaptureQueriesContext(connection) as taken:
            assert client.get(PAGE).status_code == 200
        assert len(taken) == queries


def test_a_person_chooses_on_the_page(ben, client_of):
    client = client_of(ben)
    html = client.get(WAYS).content.decode()
    assert ("The deal stands still until you decide" in html, 'name="handoff"' in html) == (True, False)
    assert client.post(WAYS, {"mention": "digest", "waiting": "app"}).headers["Location"] == f"{WAYS}?saved=1"
    ben.refresh_from_db()
    assert ben.ways == {"mention": "digest", "waiting": "app"}
    assert [entry.verb for entry in history("person:ben")] == ["choose_notices"]
    refused = client.post(WAYS, {"mention": "mail", "waiting": "not"})
    ben.refresh_from_db()
    assert (refused.status_code, ben.ways) == (422, {"mention": "digest", "waiting": "app"})


def test_who_is_told_of_nothing_has_nothing_to_choose(dan, client_of):
    assert "Nothing to choose" in client_of(dan).get(WAYS).content.decode()
