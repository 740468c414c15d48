from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.utils.timezone import now

from core import audit
from core.models import BrowserSession
from core.sessions import handle

URL = "/sessions/"


def signed_in(username: str = "ada", browser: str = "Firefox") -> Client:
    client = Client(headers={"User-Agent": browser})
    assert client.post("/login/", {"username": username, "password": "secret"}).status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get(URL).status_code == 200


def row_of(client: Client) -> BrowserSession:
    return BrowserSession.objects.get(pk=client.cookies["sessionid"].value)


def age(client: Client, *, idle: timedelta = timedelta(), whole: timedelta = timedelta()) -> None:
    row = row_of(client)
    rows = BrowserSession.objects.filter(pk=row.pk)
    rows.update(seen_at=row.seen_at - idle, signed_in_at=(row.signed_in_at or row.seen_at) - whole)


@pytest.mark.parametrize(
    ("idle", "whole", "stays"),
    [(29, 29, True), (31, 31, False), (0, 719, True), (0, 721, False)],
    ids=["29 min idle", "31 min idle", "11:59 h in all", "12:01 h in all"],
)
def test_a_session_ends_when_idle_or_old(ada, idle, whole, stays):
    client = signed_in()
    age(client, idle=timedelta(minutes=idle), whole=timedelta(minutes=whole))
    assert is_in(client) == stays
    assert BrowserSession.objects.filter(person=ada).exists() == stays


def test_who_works_on_is_not_idle(ada):
    client = signed_in()
    for _ in range(3):
        age(client, idle=timedelta(minutes=20))
        assert is_in(client)


def test_saving_a_session_does_not_make_it_younger(ada):
    client = signed_in()
    before = row_of(client)
    session = client.session
    session["theme"] = "dark"
    session.save()
    after = row_of(client)
    assert (after.person, after.browser, after.signed_in_at) == (ada, "Firefox", before.signed_in_at)


def test_a_request_within_the_minute_writes_nothing(ada):
    client = signed_in()
    before = row_of(client)
    assert is_in(client)
    assert row_of(client).seen_at == before.seen_at


def test_signing_in_takes_a_new_session(ada):
    """A cookie fixed before is worth nothing after."""
    client = Client()
    session = client.session
    session["x"] = 1
    session.save()
    client.cookies["sessionid"] = fixed = session.session_key
    client.post("/login/", {"username": "ada", "password": "secret"})
    assert client.cookies["sessionid"].value != fixed
    attacker = Client()
    attacker.cookies["sessionid"] = fixed
    assert not is_in(attacker)


@pytest.mark.parametrize(
    "change",
    [{"roles": []}, {"roles": ["sales", "finance"]}, {"is_active": False}, {"password": "another"}],
    ids=["no role", "one role more", "deactivated", "new password"],
)
def test_a_change_of_rights_ends_every_session(ada, change):
    clients = [signed_in(), signed_in(browser="Safari")]
    assert all(map(is_in, clients))
    type(ada).objects.filter(pk=ada.pk).update(**change)
    for client in clients:
        assert client.get(URL)["Location"] == "/login/?next=%2Fsessions%2F"


def test_the_page_lists_where_a_person_is_signed_in(ada, ben):
    here, there, _ = signed_in(), signed_in(browser="<b>Safari</b>"), signed_in("ben", "Bens own")
    response = here.get(URL)
    assert {row["session"].browser: row["here"] for row in response.context["rows"]} == {
        "<b>Safari</b>": False,
        "Firefox": True,
    }
    page = response.content.decode()
    assert "&lt;b&gt;Safari" in page
    assert "Bens own" not in page
    assert row_of(there).session_key not in page


def test_one_session_is_ended(ada):
    here, there = signed_in(), signed_in(browser="Safari")
    path = f"{URL}{handle(row_of(there).pk)}/ending/"
    assert here.get(path).status_code == 405
    assert is_in(there)
    done = here.post(path)
    assert (done.status_code, done["Location"]) == (303, URL)
    assert (is_in(here), is_in(there)) == (True, False)
    assert here.post(path).status_code == 404
    assert [entry.verb for entry in audit.history("person:ada")] == ["end_session"]


def test_ending_under_htmx_reloads_the_page(ada):
    here, there = signed_in(), signed_in(browser="Safari")
    done = here.post(f"{URL}{handle(row_of(there).pk)}/ending/", headers={"HX-Request": "true"})
    assert (done.status_code, done["HX-Redirect"]) == (204, URL)
    assert not is_in(there)


def test_all_sessions_are_ended_here_too(ada, ben):
    here, there, other = signed_in(), signed_in(), signed_in("ben")
    assert here.get(f"{URL}ending/").status_code == 405
    assert here.post(f"{URL}ending/").status_code == 303
    assert [is_in(client) for client in (here, there, other)] == [False, False, True]


def test_nobody_ends_the_session_of_another(ada, ben):
    adas, bens = signed_in(), signed_in("ben")
    assert bens.post(f"{URL}{handle(row_of(adas).pk)}/ending/").status_code == 404
    assert Client().post(f"{URL}ending/").status_code == 302
    assert is_in(adas)
    assert audit.newest().count() == 0


def test_wrong_passwords_are_counted_without_any_cache(ada, settings):
    """The count is in the database: no cache server, lost or there, has a say. The wait ends, and others are let in."""
    settings.AXES_ENABLED = True
    redis = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {"default": {"BACKEND": redis, "LOCATION": "redis://127.0.0.1:1"}}
    for _ in range(settings.AXES_FAILURE_LIMIT):
        Client().post("/login/", {"username": "ada", "password": "wrong"})
    good = {"username": "ada", "password": "secret"}
    assert Client().post("/login/", good).status_code == 429
    assert Client().post("/login/", good, REMOTE_ADDR="10.0.0.2").status_code == 302
    AccessAttempt.objects.update(attempt_time=now() - timedelta(minutes=16))
    assert Client().post("/login/", good).status_code == 302
