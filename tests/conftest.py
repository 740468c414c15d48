"""The cast: Ada and Eve sell, Ben runs deal desk, Fay is finance, Pia prices, Ivo integrates, Mia administers accounts,
Dan sees nothing."""

import gc
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test import Client, TransactionTestCase
from hypothesis import settings as examples
from pytest_django.live_server_helper import LiveServer

from billing.queries import routing
from core.models import User
from cpq.embedded.holders import hold
from metering.storage.partitions import ensure_months, months_ahead
from tests.emptying import empty_tables
from tests.quotes.documents.made import made_here

# A busy machine fails no test.
examples.register_profile("untimed", deadline=None)
examples.load_profile("untimed")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Keep the embedded server for the whole session: with xdist, workers come and end on their own."""
    if settings.DATABASES["default"]["ENGINE"] == "cpq.embedded":
        hold()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Long tests first, in whatever order the others come."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


def pytest_collection_finish() -> None:
    """What was imported and collected stays to the end: nobody looks through it again for what may go."""
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """A test that reaches beyond this machine fails."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if isinstance(address, tuple) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"A test wants to reach {address[0]}.")
        connect(self, address)

    socket.socket.connect = guarded  # type: ignore[method-assign]
    yield
    socket.socket.connect = connect  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """The months of the usage that factories record have their tables, made once and not in each test.

    Before the database is dropped, whoever still holds it is let go: a server's thread may end after its browser.
    """
    with django_db_blocker.unblock(), transaction.atomic():
        ensure_months(months_ahead(date(2025, 10, 1), 13))
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


@pytest.fixture
def live_server(live_server: LiveServer, transactional_db: None) -> Iterator[LiveServer]:
    """A server that has answered all it was asked before the tables are emptied: a page may be closed while its last
    request still holds locks."""
    yield live_server
    for thread in threading.enumerate():
        if "(process_request_thread)" in thread.name:
            thread.join(timeout=30)
            assert not thread.is_alive(), "A request of the live server did not end."


@pytest.fixture(autouse=True, scope="session")
def tables_are_emptied_by_deleting() -> Iterator[None]:
    """Where the database's user may; else as Django does it."""
    by_django = TransactionTestCase._fixture_teardown
    patch = pytest.MonkeyPatch()
    patch.setattr(TransactionTestCase, "_fixture_teardown", lambda case: empty_tables() or by_django(case))
    yield
    patch.undo()


@pytest.fixture(autouse=True, scope="session")
def history_folder(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Uploads, parts and rejected rows stay out of the checkout."""
    settings.HISTORY_DIR = tmp_path_factory.mktemp("history")


@pytest.fixture(autouse=True)
def documents_made_here(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Documents are drawn in the process of the test, except where the process apart is what is tested."""
    if "apart" not in request.keywords:
        monkeypatch.setattr("quotes.actions.documents.made_apart", made_here)


@pytest.fixture(autouse=True)
def to_the_ledger() -> None:
    """What other tests set up as billing system is forgotten; asking costs no query."""
    routing.keep(routing.Routes({}))


CAST = {
    "ada": ("Ada", "Lindqvist", "sales"),
    "ben": ("Ben", "Okafor", "deal_desk"),
    "fay": ("Fay", "Moreau", "finance"),
    "pia": ("Pia", "Castellano", "pricing_ops"),
    "ivo": ("Ivo", "Tanaka", "integrator"),
    "mia": ("Mia", "Sato", "admin"),
    "eve": ("Eve", "Winters", "sales"),
    "dan": ("Dan", "Nobody", ""),
}


def pytest_configure() -> None:
    """Nobody needs to break these passwords, and a strong hash costs each test half a second."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def make_person(username: str) -> User:
    """The member of the cast, made when not there yet."""
    first, last, role = CAST[username]
    found = User.objects.filter(username=username).first()
    return found or User.objects.create_user(
        username,
        f"{username}@northlight.example",
        "secret",
        first_name=first,
        last_name=last,
        roles=[role] if role else [],
    )


@pytest.fixture
def ada(db: None) -> User:
    return make_person("ada")


@pytest.fixture
def ben(db: None) -> User:
    return make_person("ben")


@pytest.fixture
def fay(db: None) -> User:
    return make_person("fay")


@pytest.fixture
def pia(db: None) -> User:
    return make_person("pia")


@pytest.fixture
def ivo(db: None) -> User:
    return make_person("ivo")


@pytest.fixture
def mia(db: None) -> User:
    return make_person("mia")


@pytest.fixture
def eve(db: None) -> User:
    return make_person("eve")


@pytest.fixture
def dan(db: None) -> User:
    return make_person("dan")


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A browser in which this person is signed in."""

    def sign_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
