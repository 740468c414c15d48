"""The outbox: what must happen outside is a row written in the deciding transaction.

A task after commit is only a hint for speed. `sweep` reads the database, so a lost broker loses nothing. Delivery may
repeat; handlers must do their work once (see docs/HANDOFF.md).
"""

import random
import time
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from itertools import takewhile
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils.module_loading import import_string

from core import chaos
from core.broker import hint
from core.models import OutboxMessage

State = OutboxMessage.State

Handler = Callable[..., None]
"""Called as handler(key=..., payload=..., at=...); raises to be called again later."""

LEASE = timedelta(minutes=2)
"""A message in flight for longer is taken over: its worker is dead."""

ENOUGH = LEASE / 2
"""After this a sweep begins no other delivery: what it has claimed as of its beginning would be taken over."""

WAITS = tuple(timedelta(seconds=s) for s in (5, 30, 120, 600, 1800, 7200, 18000, 36000, 50400, 72000, 86400))
"""How long to wait after each failed attempt: eleven tries over three days, as Standard Webhooks recommends."""


JITTER = 0.2
"""How much longer than that a wait may be, so that what failed together does not come back together."""

MOST_PATIENCE = timedelta(days=1)
"""However much more is asked for: a promise does not sleep for a year because of a wrong header."""

LONGEST_WAIT = max(WAITS) * (1 + JITTER) + timedelta(hours=1)
"""After this a message is either done or given up, unless it was asked for more patience."""


class Again(Exception):
    """Raised by a handler that knows when to be called again: in `seconds`, at the earliest."""

    def __init__(self, sentence: str, *, seconds: float | None = None) -> None:
        super().__init__(sentence)
        self.seconds = seconds


def emit(topic: str, *, key: str, payload: Mapping[str, Any], at: datetime) -> OutboxMessage:
    """Promise, inside the deciding transaction, that the handlers of `topic` will run. `key` is unique per topic."""
    handlers_of(topic)
    message = OutboxMessage.objects.create(topic=topic, key=key, payload=dict(payload), created_at=at, available_at=at)
    transaction.on_commit(lambda: say(message.pk), robust=True)
    return message


def say(message_id: int) -> None:
    """The hint after commit; a process that dies before it loses nothing."""
    chaos.point("before_hint")
    hint(message_id)


def promised(topic: str, *, key: str) -> bool:
    """Whether this was promised before."""
    return OutboxMessage.objects.filter(topic=topic, key=key).exists()


def deliver(message_id: int, *, at: datetime) -> bool:
    """Run the message's handlers if nobody else does. True if it is done now, False if it was not ours or failed."""
    message = claim(message_id, at=at)
    if message is None:
        return False
    try:
        for handler in handlers_of(message.topic):
            handler(key=message.key, payload=message.payload, at=at)
    except Exception as error:
        asked = error.seconds if isinstance(error, Again) else None
        put_back(message, traceback.format_exc(limit=-3), at=at, asked=asked)
        return False
    ours(message).update(state=State.DONE, done_at=at, last_error="")
    return True


def claim(message_id: int, *, at: datetime) -> OutboxMessage | None:
    """Compare-and-set: exactly one caller moves the row to in flight."""
    taken = due(at).filter(pk=message_id).update(state=State.IN_FLIGHT, claimed_at=at, attempts=F("attempts") + 1)
    return OutboxMessage.objects.get(pk=message_id) if taken else None


def due(at: datetime) -> Any:
    """Messages to deliver now: pending and available, or in flight beyond the lease."""
    waiting = Q(state=State.PENDING, available_at__lte=at)
    abandoned = Q(state=State.IN_FLIGHT, claimed_at__lt=at - LEASE * settings.OUTBOX_PACE)
    return OutboxMessage.objects.filter(waiting | abandoned)


def put_back(message: OutboxMessage, error: str, *, at: datetime, asked: float | None = None) -> None:
    """Wait and try again, not before it was asked for, or give up and keep the reason for a person to read."""
    if message.attempts > len(WAITS):
        ours(message).update(state=State.FAILED, last_error=error)
    else:
        usual = WAITS[message.attempts - 1] * random.uniform(1, 1 + JITTER)
        patience = timedelta(seconds=min(asked or 0, MOST_PATIENCE.total_seconds()))
        wait = max(min(usual, timedelta(seconds=settings.OUTBOX_LONGEST)), patience)
        ours(message).update(state=State.PENDING, available_at=at + wait, last_error=error)


def ours(message: OutboxMessage) -> Any:
    """The row only if no other worker has taken it over since: the attempt number tells."""
    return OutboxMessage.objects.filter(pk=message.pk, state=State.IN_FLIGHT, attempts=message.attempts)


def retry(message: OutboxMessage, *, at: datetime) -> None:
    """Make a waiting or failed message due now; safe to call twice."""
    again = OutboxMessage.objects.filter(pk=message.pk, state__in=[State.PENDING, State.FAILED])
    if again.update(state=State.PENDING, available_at=at, attempts=0):
        transaction.on_commit(lambda: say(message.pk), robust=True)


@transaction.atomic
def hasten(topics: Sequence[str], *, payload: Mapping[str, Any], at: datetime) -> int:
    """Make what waits for a later try due now, its tries counted on. Returns how many. Not what is locked now."""
    waits = OutboxMessage.objects.filter(
        state=State.PENDING, topic__in=topics, payload=dict(payload), available_at__gt=at
    ).select_for_update(skip_locked=True)
    found = [message.pk for message in waits]
    OutboxMessage.objects.filter(pk__in=found).update(available_at=at)
    for pk in found:
        transaction.on_commit(partial(say, pk), robust=True)
    return len(found)


def sweep(*, at: datetime, most: int = 100) -> int:
    """Deliver what is due, oldest first, while there is time. Returns how many were done."""
    ids = list(due(at).order_by("available_at").values_list("pk", flat=True)[:most])
    end = time.monotonic() + (ENOUGH * settings.OUTBOX_PACE).total_seconds()
    return sum(deliver(message_id, at=at) for message_id in takewhile(lambda _: time.monotonic() < end, ids))


def handlers_of(topic: str) -> Sequence[Handler]:
    """The handlers wired to the topic; an unknown topic is a programming error."""
    wiring: Mapping[str, Sequence[str]] = import_string(settings.OUTBOX_WIRING)
    return [import_string(path) for path in wiring[topic]]
