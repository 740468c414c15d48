from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class ApiKey(models.Model):
    """How a program speaks for its owner: never more than the owner may, and only within its scopes.

    The key itself is shown once; its hash is kept. `prefix` is the part of it that may be seen and logged.
    """

    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=12, unique=True)
    sha256 = models.CharField(max_length=64)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    scopes = ArrayField(models.CharField(max_length=32))
    agent = models.BooleanField(default=False)  # may prepare anything, and decide nothing: that takes a person
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(scopes=[]), name="api_key_has_a_scope")]

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix})"
