"""A real worker over each broker: an accepted quote becomes a contract in the ledger, whatever dies on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings
from django.utils.timezone import now

from billing.models import LedgerContract
from core.models import OutboxMessage
from tests.factories import make_accepted_quote
from tests.running import address_of_test_database, redis_server

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
SECONDS = 60
LOG = settings.VAR / "worker-test.log"


def test_pgmq_carries_the_hint_to_a_worker():
    delivered_by("pgmq://localhost")


def test_redis_carries_the_hint_to_a_worker(redis: str):
    delivered_by(redis)


def test_a_killed_worker_and_a_lost_broker_lose_nothing(tmp_path: Path):
    """The worker dies before it hears of the contract; the next one's sweeper finds the row."""
    message = promised()
    with worker("pgmq://localhost") as first:
        wait_for(lambda: is_ready(first))
        os.killpg(first.pid, signal.SIGKILL)
        first.wait()
    assert OutboxMessage.objects.get(pk=message.pk).state == "pending"
    with worker("pgmq://localhost", "--beat", "--schedule", str(tmp_path / "beat")):
        wait_for(lambda: OutboxMessage.objects.get(pk=message.pk).state == "done")
    assert LedgerContract.objects.count() == 1


def delivered_by(broker: str) -> None:
    """Without a sweeper: only the hint can have reached the worker. A second hint changes nothing."""
    message = promised()
    hint = ["call", "core.tasks.relay", "--kwargs", json.dumps({"message_id": message.pk})]
    with worker(broker) as running:
        wait_for(lambda: is_ready(running))
        for _ in range(2):
            subprocess.run(celery(*hint), env=environment(broker), cwd=settings.BASE_DIR, check=True)
        wait_for(lambda: OutboxMessage.objects.get(pk=message.pk).state == "done")
    assert LedgerContract.objects.count() == 1


def promised() -> OutboxMessage:
    make_accepted_quote(at=now())
    return OutboxMessage.objects.get(topic="contract.created")


@contextmanager
def worker(broker: str, *options: str) -> Iterator[subprocess.Popen[bytes]]:
    """`celery worker` as `make run` starts it, on the test database."""
    command = celery("worker", "--concurrency", "1", "--loglevel", "INFO", *options)
    with LOG.open("wb") as output:
        process = subprocess.Popen(
            command,
            env=environment(broker),
            cwd=settings.BASE_DIR,
            stdout=output,
            stderr=output,
            start_new_session=True,
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


def celery(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "cpq", *arguments]


def environment(broker: str) -> dict[str, str]:
    own = {"DJANGO_SETTINGS_MODULE": "cpq.settings", "DATABASE_URL": address_of_test_database(), "LOG_LEVEL": "INFO"}
    return {**os.environ, **own, "CELERY_BROKER_URL": broker}


def is_ready(process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, LOG.read_text()
    return " ready." in LOG.read_text()


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, LOG.read_text()
        time.sleep(0.1)


@pytest.fixture
def redis() -> Iterator[str]:
    """A Redis of this test's own."""
    with redis_server() as address:
        if not address:
            pytest.skip("redis-server is not installed")
        yield address
