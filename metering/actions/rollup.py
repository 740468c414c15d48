"""Adding up days again from the events, and bringing the events to another storage."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from django.db import transaction

from core import audit
from core.models import User
from metering.storage import ALL_DAYS, LIVE, Days, Status, Storage

COPIED_AT_ONCE = 20_000


def rebuild(*, days: Days = ALL_DAYS, storage: Storage = LIVE, by: User | str | None, at: datetime) -> int:
    """Make these days' totals from the events alone; the number of totals. They are the same as before."""
    with transaction.atomic():
        count = storage.rebuild(days)
        data = {"storage": storage.name, "first": days.first, "last": days.last, "totals": count}
        audit.record(by, "rebuilt", "usage:totals", at=at, data=data)
    return count


def copy_live_events(to: Storage, *, by: User | str | None, at: datetime) -> Iterator[int]:
    """Record every live event and void in another storage, in batches; how many of each batch were new to it.

    Ids count once there too: what was broken off goes on when it is begun again.
    """
    events, copied = LIVE.events(), 0
    while some := list(islice(events, COPIED_AT_ONCE)):
        new = to.record(some, at=at).count(Status.ACCEPTED)
        copied += new
        yield new
    audit.record(by, "copied", "usage:events", at=at, data={"storage": to.name, "events": copied})
