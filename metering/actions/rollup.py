"""Adding up days again from the events."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User
from metering.storage import ALL_DAYS, LIVE, Days, Storage


def rebuild(*, days: Days = ALL_DAYS, storage: Storage = LIVE, by: User | str | None, at: datetime) -> int:
    """Make these days' totals from the events alone; the number of totals. They are the same as before."""
    with transaction.atomic():
        count = storage.rebuild(days)
        data = {"storage": storage.name, "first": days.first, "last": days.last, "totals": count}
        audit.record(by, "rebuilt", "usage:totals", at=at, data=data)
    return count
