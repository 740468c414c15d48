"""How often a caller of the API may ask: counted by the minute in the database, and told in every answer."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from math import ceil
from typing import Any, NamedTuple

from django.conf import settings
from django.utils.timezone import now
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.limits import MINUTE, caller, count
from core.models import ApiKey


class Rate(NamedTuple):
    """What of the minute's requests is left, and when the next minute begins."""

    limit: int
    used: int
    seconds: int

    @property
    def headers(self) -> Mapping[str, str]:
        left = max(self.limit - self.used, 0)
        return {
            "RateLimit-Limit": str(self.limit),
            "RateLimit-Remaining": str(left),
            "RateLimit-Reset": str(self.seconds),
        }


class Lease(NamedTuple):
    """Numbers of a minute's requests that this process took for itself, to be given out one by one."""

    numbers: Iterator[int]
    ends_at: datetime


LEASES: dict[str, Lease] = {}
MOST_LEASES = 10_000


class MinuteLimit(BaseThrottle):
    """settings.API_REQUESTS_A_MINUTE for each key, or person without one; 0 for no limit."""

    rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_REQUESTS_A_MINUTE
        if not limit:
            return True
        at = now()
        number, ends_at = numbered(caller_of(request), limit, at)
        self.rate = view.rate = Rate(limit, number, ceil((ends_at - at).total_seconds()))
        return number <= limit

    def wait(self) -> float | None:
        return self.rate.seconds if self.rate else None


def numbered(who: str, limit: int, at: datetime) -> tuple[int, datetime]:
    """Which request of this minute it is, and when the minute ends.

    A process takes a hundredth of the limit at a time, so that a read does not write. What it then does not use is
    lost: the limit is never passed, and reached a few requests early by a caller whom several processes serve.
    """
    lease = LEASES.get(who)
    # One step of an iterator is whole: of two threads at once each gets its own number.
    if lease and lease.ends_at > at and (number := next(lease.numbers, None)):
        return number, lease.ends_at
    parcel = max(limit // 100, 1)
    used, ends_at = count("api", who, per=MINUTE, at=at, more=parcel)
    if len(LEASES) >= MOST_LEASES:
        LEASES.clear()
    first = used - parcel + 1
    LEASES[who] = Lease(iter(range(first + 1, used + 1)), ends_at)
    return first, ends_at


def caller_of(request: Request) -> str:
    return f"key {request.auth.prefix}" if isinstance(request.auth, ApiKey) else caller(request)
