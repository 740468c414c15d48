"""A real worker over each broker: an accepted quote becomes a contract in the ledger, whatever dies on the way."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from celery import Celery
from django.conf import settings
from django.db import connection
from django.utils.timezone import now

from billing.models import LedgerContract
from core.models import OutboxMessage
from cpq.broker import install_pgmq, pgmq_options
from tests.factories import make_accepted_quote

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
SECONDS = 60


def test_pgmq_carries_the_hint_to_a_worker():
    install_pgmq()
    broker = Celery(broker="pgmq://localhost", set_as_current=False)
    broker.conf.broker_transport_options = pgmq_options(connection.settings_dict, time_limit=300)
    delivered_by(broker, "pgmq://localhost")


def test_redis_carries_the_hint_to_a_worker(redis: str):
    delivered_by(Celery(broker=redis, set_as_current=False), redis)


def test_a_killed_worker_and_a_lost_broker_lose_nothing():
    """The worker dies before it hears of the contract; the next one's sweeper finds the row."""
    message = promised()
    with worker("pgmq://localhost") as first:
        wait_for(lambda: is_ready(first))
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert OutboxMessage.objects.get(pk=message.pk).state == "pending"
    with worker("pgmq://localhost", "--beat", "--schedule", "/tmp/beat-of-a-test"):
        wait_for(lambda: OutboxMessage.objects.get(pk=message.pk).state == "done")
    assert LedgerContract.objects.count() == 1


def delivered_by(broker: Celery, url: str) -> None:
    """Without a sweeper: only the hint can have reached the worker. A second hint changes nothing."""
    message = promised()
    with worker(url):
        for _ in range(2):
            broker.send_task("core.tasks.relay", kwargs={"message_id": message.pk})
        wait_for(lambda: OutboxMessage.objects.get(pk=message.pk).state == "done")
    broker.close()
    assert LedgerContract.objects.count() == 1


def promised() -> OutboxMessage:
    make_accepted_quote(at=now())
    return OutboxMessage.objects.get(topic="contract.created")


@contextmanager
def worker(broker: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`celery worker` as `make run` starts it, on the test database."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "cpq.settings",
        "DATABASE_URL": address_of_test_database(),
        "CELERY_BROKER_URL": broker,
        "LOG_LEVEL": "INFO",
    }
    log = settings.VAR / "worker-test.log"
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "cpq",
        "worker",
        "--concurrency",
        "1",
        "--loglevel",
        "INFO",
        *options,
    ]
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, env=environment, cwd=settings.BASE_DIR, stdout=output, stderr=output, start_new_session=True
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def is_ready(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, log_text()
    return " ready." in log_text()


def log_text() -> str:
    return (settings.VAR / "worker-test.log").read_text()


def address_of_test_database() -> str:
    values = connection.get_connection_params()
    user = f"{values['user']}:{values.get('password', '')}"
    return f"postgresql://{user}@/{values['dbname']}?host={values['host']}&port={values.get('port', '')}"


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, log_text()
        time.sleep(0.1)


@pytest.fixture
def redis(tmp_path: Path) -> Iterator[str]:
    """A Redis of this test's own."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed")
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [program, "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(tmp_path)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    wait_for(lambda: answers(port))
    yield f"redis://127.0.0.1:{port}/0"
    process.terminate()
    process.wait()


def answers(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
