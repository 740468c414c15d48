"""PostgreSQL crashes and comes back while people write: row F10, on a server, a web process and data of its own."""

import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psycopg
import pytest
from django.conf import settings

from cpq.embedded import place, server
from cpq.embedded.place import Place
from tests.cpq.test_looks import session_of
from tests.factories import make_draft_quote
from tests.running import address_of_test_database, free_port

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
WRITERS = 4
SECONDS = 60
LOG = settings.VAR / "restart-test.log"


@dataclass
class Writer(threading.Thread):
    """Somebody who comments on a quote, one comment after the other until it is enough, and remembers the answers."""

    url: str
    cookies: dict[str, str]
    name_of: str
    told: list[tuple[str, int, float]] = field(default_factory=list)  # text, status, when it was sent
    enough: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def __hash__(self) -> int:
        return id(self)

    def run(self) -> None:
        headers = {"X-CSRFToken": self.cookies["csrftoken"], "HX-Request": "true"}
        with httpx.Client(cookies=self.cookies, headers=headers, timeout=SECONDS) as client:
            while not self.told or not self.enough.is_set():
                text, sent = f"{self.name_of} {len(self.told)}", time.monotonic()
                self.told.append((text, client.post(self.url, data={"text": text}).status_code, sent))


@pytest.fixture
def own_server() -> Iterator[Place]:
    """A PostgreSQL that nobody else uses, with what the test database holds."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    for name in ("checkout", "shared"):
        (folder / name).mkdir()
    found = place.place_of(folder / "checkout", folder / "shared")
    server.start(found)
    yield found
    server.stop(found)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def web(ada, own_server: Place) -> Iterator[str]:
    """The address where comments on a quote are posted, of a web process that runs on that server."""
    quote = make_draft_quote().quote
    session, port = session_of("ada"), free_port()
    copy_to(own_server)
    command = "gunicorn -c python:cpq.web --workers 1 --threads 8 --worker-connections 8 --bind"
    env = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpq.settings",
        "DATABASE_URL": address(own_server),
        "PORT": str(port),
        "SECRET_KEY": settings.SECRET_KEY,
    }
    with LOG.open("wb") as log:
        started = [sys.executable, "-m", *command.split(), f"127.0.0.1:{port}"]
        process = subprocess.Popen(started, env=env, stdout=log, stderr=log)
    url = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + SECONDS
    while not answers(f"{url}/api/v1/") and time.monotonic() < deadline:
        time.sleep(0.1)
    yield f"{url}/quotes/{quote.number}/comments/|{session}"
    assert process.poll() is None, "the web process must outlive the crash"
    process.terminate()
    process.wait()


def test_f10_the_database_crashes_and_only_what_it_was_doing_fails(web: str, own_server: Place):
    url, session = web.split("|")
    cookies = {"sessionid": session, "csrftoken": secrets.token_hex(16)}
    writers = [Writer(url, cookies, f"Writer {n}") for n in range(WRITERS)]
    for writer in writers:
        writer.start()
    wait_for_each(writers, since=0.0)
    back = crashed_and_back(own_server)
    wait_for_each(writers, since=back)
    for writer in writers:
        writer.enough.set()
        writer.join(SECONDS)
    # Every thread holds a connection that is dead now, and finds out before it asks anything of it.
    crashed_and_back(own_server)
    later = [Writer(url, cookies, f"Later {n}") for n in range(WRITERS)]
    for writer in later:
        writer.enough.set()
        writer.start()
        writer.join(SECONDS)
    writers += later

    told = [one for writer in writers for one in writer.told]
    done, failed = (
        {text for text, status, _ in told if status == 200},
        {text for text, status, _ in told if status == 503},
    )
    assert len(done) + len(failed) == len(told), Counter(status for _, status, _ in told)
    assert [text for text, _, sent in told if sent > back and text in failed] == []
    with psycopg.connect(address(own_server)) as connection:
        kept = Counter(text for (text,) in connection.execute("SELECT text FROM quotes_comment"))
        said = "SELECT count(*) FROM core_auditentry WHERE verb = 'comment'"
        [entries] = connection.execute(said).fetchone() or (0,)
    assert done <= set(kept) <= done | failed
    assert (max(kept.values()), entries) == (1, len(kept))


def wait_for_each(writers: list[Writer], *, since: float) -> None:
    """Until each of them has been told that a comment sent since then was taken."""
    deadline = time.monotonic() + SECONDS
    while not all(any(status == 200 and sent > since for _, status, sent in list(w.told)) for w in writers):
        assert time.monotonic() < deadline, [writer.told[-3:] for writer in writers]
        time.sleep(0.05)


def crashed_and_back(found: Place) -> float:
    """Ended as by a power cut, nothing closed and nothing written down, and started again: when it answered."""
    os.kill(server.process_of(found), signal.SIGQUIT)
    while server.process_of(found):
        time.sleep(0.01)
    server.start(found)
    return time.monotonic()


def copy_to(found: Place) -> None:
    programs = server.programs_of(found)
    made = subprocess.run([programs / "pg_dump", address_of_test_database()], capture_output=True, check=True)
    command = [programs / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", address(found)]
    subprocess.run(command, input=made.stdout, check=True, capture_output=True)


def address(found: Place) -> str:
    return f"postgresql://{server.USER}@/{server.DATABASE}?host={found.socket}"


def answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).status_code < 500
    except httpx.HTTPError:
        return False
