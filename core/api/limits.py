"""How often a caller of the API may ask: counted by the minute with the other limits, and told in every answer."""

from collections.abc import Mapping
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


class MinuteLimit(BaseThrottle):
    """settings.API_REQUESTS_A_MINUTE for each key, or person without one; 0 for no limit."""

    rate: Rate | None = None

    def allow_request(self, request: Request, view: Any) -> bool:
        limit = settings.API_REQUESTS_A_MINUTE
        if not limit:
            return True
        at = now()
        used, ends_at = count("api", caller_of(request), per=MINUTE, at=at)
        self.rate = view.rate = Rate(limit, used, ceil((ends_at - at).total_seconds()))
        return used <= limit

    def wait(self) -> float | None:
        return self.rate.seconds if self.rate else None


def caller_of(request: Request) -> str:
    return f"key {request.auth.prefix}" if isinstance(request.auth, ApiKey) else caller(request)
