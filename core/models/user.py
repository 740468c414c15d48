from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models

from core.roles import ROLE_NAMES


class User(AbstractUser):
    """A person who signs in; what they may do follows from their roles (see core.roles)."""

    roles = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    title = models.CharField(max_length=120, blank=True)
    language = models.CharField(max_length=8, blank=True)  # as chosen; blank: as the browser asks
    ways = models.JSONField(default=dict, blank=True)  # how they are told of events, where chosen (see core.events)
    unread = models.PositiveIntegerField(default=0)  # notices; kept here, as every page shows it

    def get_session_auth_hash(self) -> str:
        """What a session must match: a new password or other roles end every session that began before."""
        return f"{super().get_session_auth_hash()}:{','.join(sorted(self.roles))}"

    @property
    def full_name(self) -> str:
        return self.get_full_name() or self.username

    @property
    def role_names(self) -> str:
        return ", ".join(str(ROLE_NAMES.get(role, role)) for role in self.roles)
