from datetime import datetime, timedelta
from importlib import import_module

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models


class BrowserSession(AbstractBaseSession):
    """A browser that comes back, and the person who signed in with it, if anybody did."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="sessions")
    browser = models.CharField(max_length=200, blank=True)  # as it calls itself
    signed_in_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person=None, signed_in_at=None)
                | models.Q(person__isnull=False, signed_in_at__isnull=False),
                name="session_person_has_time",
            )
        ]

    @classmethod
    def get_session_store_class(cls) -> type:
        store: type = import_module(settings.SESSION_ENGINE).SessionStore
        return store

    def over(self, at: datetime) -> bool:
        """Whether its person was idle, or signed in, for too long."""
        if self.signed_in_at is None:
            return self.expire_date <= at
        idle, whole = timedelta(seconds=settings.SESSION_IDLE_AGE), timedelta(seconds=settings.SESSION_COOKIE_AGE)
        return at - self.seen_at > idle or at - self.signed_in_at > whole
