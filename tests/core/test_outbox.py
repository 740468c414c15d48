from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.utils.timezone import now

from core import outbox
from core.models import OutboxMessage

NOON = now().replace(hour=12)
CALLS: list[str] = []
HANDLERS = {"ping": ("tests.core.test_outbox.note",), "boom": ("tests.core.test_outbox.fail",)}


def note(*, key: str, payload: dict, at) -> None:
    CALLS.append(key)


def fail(**_: object) -> None:
    raise RuntimeError("The target said no.")


@pytest.fixture(autouse=True)
def wiring(settings, monkeypatch):
    CALLS.clear()
    settings.OUTBOX_WIRING = "tests.core.test_outbox.HANDLERS"
    hints: list[int] = []
    monkeypatch.setattr(outbox, "hint", hints.append)
    return hints


def test_a_message_is_promised_with_the_decision_or_not_at_all(transactional_db, wiring):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        outbox.emit("ping", key="a", payload={}, at=NOON)
        raise ZeroDivisionError
    assert OutboxMessage.objects.count() == 0
    assert wiring == []


def test_the_worker_is_told_after_commit(transactional_db, wiring):
    with transaction.atomic():
        message = outbox.emit("ping", key="a", payload={}, at=NOON)
        assert wiring == []
    assert wiring == [message.pk]


def test_a_dead_broker_does_not_undo_the_decision(transactional_db, monkeypatch):
    def dead(_: int) -> None:
        raise ConnectionError

    monkeypatch.setattr(outbox, "hint", dead)
    with transaction.atomic():
        outbox.emit("ping", key="a", payload={}, at=NOON)
    assert outbox.sweep(at=NOON) == 1
    assert CALLS == ["a"]


def test_a_message_is_delivered_once(db):
    message = outbox.emit("ping", key="a", payload={}, at=NOON)
    assert outbox.deliver(message.pk, at=NOON) is True
    assert outbox.deliver(message.pk, at=NOON) is False
    assert CALLS == ["a"]
    message.refresh_from_db()
    assert (message.state, message.done_at) == ("done", NOON)


def test_a_topic_without_handlers_is_refused(db):
    with pytest.raises(KeyError):
        outbox.emit("nobody.listens", key="a", payload={}, at=NOON)


def test_a_failure_waits_and_is_tried_again(db):
    message = outbox.emit("boom", key="a", payload={}, at=NOON)
    assert outbox.deliver(message.pk, at=NOON) is False
    message.refresh_from_db()
    assert message.state == "pending"
    assert outbox.WAITS[0] <= message.available_at - NOON <= outbox.WAITS[0] * (1 + outbox.JITTER)
    assert "The target said no." in message.last_error
    assert outbox.sweep(at=NOON) == 0
    outbox.sweep(at=message.available_at)
    message.refresh_from_db()
    assert message.attempts == 2


def test_who_asks_for_patience_is_not_called_before(db, monkeypatch):
    def busy(**_):
        raise outbox.Again("Come back in ten minutes.", seconds=600)

    message = outbox.emit("boom", key="a", payload={}, at=NOON)
    monkeypatch.setattr(outbox, "handlers_of", lambda topic: [busy])
    outbox.deliver(message.pk, at=NOON)
    message.refresh_from_db()
    assert (message.state, message.available_at) == ("pending", NOON + timedelta(minutes=10))


def test_no_more_patience_than_a_day(db, monkeypatch):
    def far_too_busy(**_):
        raise outbox.Again("Come back in a million years.", seconds=3e13)

    message = outbox.emit("boom", key="a", payload={}, at=NOON)
    monkeypatch.setattr(outbox, "handlers_of", lambda topic: [far_too_busy])
    outbox.deliver(message.pk, at=NOON)
    message.refresh_from_db()
    assert (message.state, message.available_at) == ("pending", NOON + timedelta(days=1))


def test_a_sweep_ends_while_it_holds_its_leases(db, monkeypatch):
    for key in "ab":
        outbox.emit("ping", key=key, payload={}, at=NOON)
    with monkeypatch.context() as patch:
        patch.setattr(outbox, "ENOUGH", timedelta(0))
        assert outbox.sweep(at=NOON) == 0
    assert set(OutboxMessage.objects.values_list("state", flat=True)) == {"pending"}
    assert outbox.sweep(at=NOON) == 2


def test_twelve_tries_take_three_days():
    assert len(outbox.WAITS) + 1 == 12
    assert timedelta(hours=75) < sum(outbox.WAITS, timedelta()) < timedelta(hours=77)


def test_after_the_last_wait_a_person_is_needed_and_a_retry_starts_again(db):
    message = outbox.emit("boom", key="a", payload={}, at=NOON)
    at = NOON
    for wait in outbox.WAITS:
        outbox.deliver(message.pk, at=at)
        at += wait * (1 + outbox.JITTER)
    outbox.deliver(message.pk, at=at)
    message.refresh_from_db()
    assert message.state == "failed"
    outbox.retry(message, at=at)
    outbox.retry(message, at=at)
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("pending", 0)


def test_a_message_whose_worker_died_is_taken_over(db):
    message = outbox.emit("ping", key="a", payload={}, at=NOON)
    outbox.claim(message.pk, at=NOON)
    assert outbox.sweep(at=NOON + outbox.LEASE) == 0
    assert outbox.sweep(at=NOON + outbox.LEASE + timedelta(seconds=1)) == 1


def test_a_slow_worker_that_was_overtaken_changes_nothing(db):
    message = outbox.emit("ping", key="a", payload={}, at=NOON)
    slow = outbox.claim(message.pk, at=NOON)
    outbox.sweep(at=NOON + outbox.LEASE + timedelta(seconds=1))
    outbox.put_back(slow, "too late", at=NOON)
    message.refresh_from_db()
    assert (message.state, message.last_error) == ("done", "")


def test_eight_workers_at_once_deliver_once(transactional_db):
    message = outbox.emit("ping", key="a", payload={}, at=NOON)
    start = Barrier(8)

    def work() -> None:
        start.wait()
        outbox.deliver(message.pk, at=NOON)
        connection.close()

    threads = [Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert CALLS == ["a"]
