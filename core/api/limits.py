"""How often a caller may ask: counted by the minute in PostgreSQL, so that nothing else has to be up and every
process counts together."""

import time
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.conf import settings
from django.db import connection
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

from core.models import ApiKey

MINUTE = 60
COUNT = """
INSERT INTO core_apiuse AS mine (caller, minute, count) VALUES (%s, %s, 1)
ON CONFLICT (caller) DO UPDATE SET
    count = CASE WHEN mine.minute = excluded.minute THEN mine.count + 1 ELSE 1 END, minute = excluded.minute
RETURNING count
"""


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


class MinuteLimit(BaseThrottle):
    """settings.API_REQUESTS_A_MINUTE for each key, or person without one; 0 for no limit."""

    rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_REQUESTS_A_MINUTE
        if not limit:
            return True
        minute, second = divmod(int(time.time()), MINUTE)
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [caller_of(request), minute])
            [count] = cursor.fetchone()
        self.rate = view.rate = Rate(limit, count, MINUTE - second)
        return count <= limit

    def wait(self) -> float | None:
        return self.rate.seconds if self.rate else None


def caller_of(request: Request) -> str:
    if isinstance(request.auth, ApiKey):
        return f"key {request.auth.prefix}"
    if request.user.is_authenticated:
        return f"user {request.user.pk}"
    return f"address {request.META.get('REMOTE_ADDR', '')}"[:80]
