"""The embedded server, for real, in checkouts of its own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from cpq.embedded import place, server
from cpq.embedded.place import CHECKOUT, Place, Unavailable

HOLD = """
import sys, time
from pathlib import Path
from cpq.embedded import holders, place, server
holders.place_of = lambda: place.place_of(Path(sys.argv[1]), Path(sys.argv[2]))
found = holders.hold()
print(server.process_of(found), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def ground() -> Iterator[Path]:
    """A folder that every user may enter, as most checkouts are (pytest's own are not)."""
    folder = Path(tempfile.mkdtemp(dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    # The watcher of a killed holder may still write while it ends.
    while folder.exists():
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def checkout(ground: Path) -> Path:
    return made(ground / "checkout")


@pytest.fixture
def shared(ground: Path) -> Path:
    return made(ground / "shared")


@pytest.fixture
def started(checkout: Path, shared: Path) -> Iterator[Place]:
    found = place.place_of(checkout, shared)
    server.start(found)
    yield found
    server.stop(found)


def made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def holder(checkout: Path, shared: Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", HOLD, str(checkout), str(shared)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=CHECKOUT)


def say(process: subprocess.Popen[str]) -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def end(process: subprocess.Popen[str]) -> None:
    process.communicate(timeout=60)


def rights(folder: Path) -> dict[Path, int]:
    return {above: above.stat().st_mode for above in (folder, *folder.parents)}


def version_of(found: Place) -> int:
    with psycopg.connect(host=str(found.socket), user=server.USER, dbname=server.DATABASE) as connection:
        return connection.info.server_version


def test_it_answers_keeps_its_data_and_leaves_the_rights_of_every_folder_alone(checkout, shared):
    before = rights(checkout) | rights(shared)
    found = place.place_of(checkout, shared)
    for _ in range(2):
        server.start(found)
        with psycopg.connect(host=str(found.socket), user=server.USER, dbname=server.DATABASE) as connection:
            connection.execute("CREATE TABLE IF NOT EXISTS kept (at timestamptz DEFAULT now())")
            rows = connection.execute("SELECT count(*) FROM kept").fetchone()
            connection.execute("INSERT INTO kept DEFAULT VALUES")
        server.stop(found)
        assert server.process_of(found) == 0
    assert rows == (1,)
    assert rights(checkout) | rights(shared) == before
    assert found.home.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_root_in_a_private_home_gets_a_folder_where_the_server_may_go(checkout, shared):
    home = checkout / "home"
    home.mkdir(mode=0o700)
    before = rights(home)
    found = place.place_of(home, shared)
    server.start(found)
    assert found.home.parent == shared
    assert version_of(found) >= 180000
    server.stop(found)
    assert rights(home) == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs the server as another user")
def test_programs_in_a_private_home_are_copied_whole(checkout, shared, monkeypatch):
    libraries = server.installed().parent.parent
    private = checkout / "private"
    private.mkdir(mode=0o700)
    for name in (server.PACKAGE, f"{server.PACKAGE}.libs"):
        shutil.copytree(libraries / name, private / name, ignore=shutil.ignore_patterns("include", "pginstall"))
    monkeypatch.setattr(server, "installed", lambda: private / server.PACKAGE / server.RELEASE)
    before = rights(private / server.PACKAGE / server.RELEASE / "bin")
    found = place.place_of(checkout, shared)
    server.start(found)
    assert version_of(found) >= 180000
    server.stop(found)
    assert rights(private / server.PACKAGE / server.RELEASE / "bin") == before


@pytest.mark.parametrize("name", ["with a space", "ünïcode, comma", "x" * 90])
def test_any_folder_will_do(checkout, shared, name):
    found = place.place_of(made(checkout / name), shared)
    server.start(found)
    assert version_of(found) >= 180000
    server.stop(found)


def test_after_a_crash_it_starts_again(started):
    process = server.process_of(started)
    os.kill(process, signal.SIGKILL)
    deadline = time.monotonic() + 20
    while server.process_of(started) == process and time.monotonic() < deadline:
        time.sleep(0.05)
    server.start(started)
    assert version_of(started) >= 180000


def test_a_process_id_given_to_another_program_does_not_stop_the_start(started):
    server.stop(started)
    (started.data / "postmaster.pid").write_text(f"{os.getpid()}\n{started.data}\n")
    server.start(started)
    assert version_of(started) >= 180000


def test_it_lives_as_long_as_its_last_holder(checkout, shared):
    first, second = holder(checkout, shared), holder(checkout, shared)
    process = say(first)
    assert process == say(second)
    found = place.place_of(checkout, shared)
    end(first)
    assert server.process_of(found) == process
    end(second)
    assert server.process_of(found) == 0


def test_a_killed_holder_holds_no_longer(checkout, shared):
    killed, last = holder(checkout, shared), holder(checkout, shared)
    assert say(killed) == say(last)
    killed.kill()
    killed.communicate()
    end(last)
    assert server.process_of(place.place_of(checkout, shared)) == 0


def test_it_does_not_outlive_a_killed_last_holder(checkout, shared):
    last = holder(checkout, shared)
    assert say(last)
    last.kill()
    last.communicate()
    found = place.place_of(checkout, shared)
    deadline = time.monotonic() + 20
    while server.process_of(found):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_two_copies_do_not_know_of_each_other(checkout, shared):
    one, other = made(checkout / "one"), made(checkout / "other")
    first, second = holder(one, shared), holder(other, shared)
    assert say(first) != say(second)
    end(first)
    end(second)


def test_a_folder_of_someone_else_is_refused(checkout, shared):
    made(checkout / "var")
    made(checkout / "var" / "postgres").chmod(0o777)
    with pytest.raises(Unavailable, match="must be a folder of"):
        place.place_of(checkout, shared)
