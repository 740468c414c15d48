"""Deadlocks, locks held for too long, statements that run for too long: rows F22 and F23, on PostgreSQL."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
import pytest
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from core.models import Counter
from cpq.settings import PATIENCE
from quotes.models import Quote, QuoteVersion
from tests.factories import make_submitted_quote
from tests.faults.acting import at_once

pytestmark = pytest.mark.django_db(transaction=True)

TRIES: list[str] = []
MEETING: list[threading.Barrier] = []


def both(request: HttpRequest, first: str, second: str) -> HttpResponse:
    """A view that takes two locks; on the first try, only once the other request holds its first."""
    with transaction.atomic():
        add_one(first)
        TRIES.append(first)
        if len(TRIES) <= 2:
            MEETING[0].wait(10)
        add_one(second)
    return HttpResponse("done")


def add_one(series: str) -> None:
    row = Counter.objects.select_for_update().get(pk=series)
    row.last += 1
    row.save()


def always(request: HttpRequest) -> HttpResponse:
    """A view that loses its serialization each time."""
    TRIES.append("always")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DO $$ BEGIN RAISE EXCEPTION 'lost' USING ERRCODE = '40001'; END $$")
    return HttpResponse("done")


urlpatterns = [path("both/<first>/<second>/", both), path("always/", always), path("login/", always, name="login")]


@pytest.fixture
def own_views(settings) -> None:
    settings.ROOT_URLCONF = "tests.faults.test_waiting"
    settings.MIDDLEWARE = ["core.middleware.ProblemMiddleware"]
    TRIES.clear()
    MEETING[:] = [threading.Barrier(2)]
    Counter.objects.bulk_create([Counter(series="a"), Counter(series="b")])


def test_f22_a_deadlock_is_tried_again_and_both_are_done(own_views):
    answers = at_once(lambda: Client().get("/both/a/b/"), lambda: Client().get("/both/b/a/"))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert len(TRIES) >= 3  # one of the two was broken off; a quick retry may meet the other one again
    assert sorted(Counter.objects.values_list("series", "last")) == [("a", 2), ("b", 2)]


def test_f22_after_three_more_tries_it_is_said_politely(own_views, settings):
    settings.MIDDLEWARE = [
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
        "core.middleware.ProblemMiddleware",
    ]
    answer = Client(headers={"HX-Request": "true"}).get("/always/")
    assert (answer.status_code, len(TRIES)) == (503, 4)


@contextmanager
def held(statement: str) -> Iterator[None]:
    """Somebody at psql who holds a lock."""
    given = connection.get_connection_params()
    given = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    with psycopg.connect(**given) as other:
        other.execute(statement)
        yield
        other.rollback()


@contextmanager
def patience(**values: str) -> Iterator[None]:
    """Less patience than a web process has, so that the test need not wait."""
    with connection.cursor() as cursor:
        for name, value in values.items():
            cursor.execute(f"SET {name} = '{value}'")
    yield
    connection.close()


def test_f23_a_lock_held_from_elsewhere_is_waited_for_a_little_and_then_said(ben, client_of):
    version = make_submitted_quote()
    client, address = client_of(ben), f"/quotes/{version.quote.number}/v1/decision/"
    given = {"decision": "approve", "sha256": version.sha256}
    with held(f"SELECT 1 FROM {Quote._meta.db_table} FOR UPDATE"), patience(lock_timeout="100ms"):
        answer = client.post(address, given)
    assert answer.status_code == 503
    assert "Nothing was changed; try again in a moment." in answer.content.decode()
    assert QuoteVersion.objects.get().status == "submitted"
    assert client.post(address, given).status_code == 303


def test_f23_a_web_process_has_limits():
    """Statements, locks and idle transactions: what `PATIENCE` says is what a connection of the web gets."""
    given = connection.get_connection_params()
    given = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    with psycopg.connect(**given, options=PATIENCE) as web:
        shown = [
            web.execute(f"SHOW {name}").fetchone()[0]
            for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
        ]
    assert shown == ["15s", "2s", "15s"]


@pytest.mark.parametrize(
    ("limit", "act"),
    [
        ("statement_timeout", lambda web: web.execute("SELECT pg_sleep(30)")),
        ("idle_in_transaction_session_timeout", lambda web: idle(web)),
    ],
    ids=["statement", "idle transaction"],
)
def test_f23_what_runs_or_idles_too_long_is_ended(limit: str, act: Callable[[psycopg.Connection], object]):
    given = connection.get_connection_params()
    given = {name: given[name] for name in ("dbname", "user", "password", "host", "port") if given.get(name)}
    web = psycopg.connect(**given, options=f"-c {limit}=100ms")
    with pytest.raises(psycopg.OperationalError):
        act(web)
    web.close()


def idle(web: psycopg.Connection) -> None:
    """Begins a transaction and does nothing; the server hangs up, and the next word finds nobody."""
    web.execute("SELECT 1")
    for _note in web.notifies(timeout=10, stop_after=1):
        pass
    web.execute("SELECT 1")
