from django.conf import settings
from django.db import models
from django.db.models import Q

from core.models import WebhookEndpoint
from quotes.rules.opportunities import LONGEST, label_of


class Connection(models.Model):
    """A CRM that tells us of opportunities and is told of quotes, each in its own words."""

    system = models.SlugField(max_length=LONGEST["system"], unique=True)
    mapping = models.JSONField()  # see crm.rules.mappings
    seller = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    adds_customers = models.BooleanField(default=False)
    sealed = models.TextField()  # the secrets by which the CRM signs: "now", and "before" until it ends
    old_ends_at = models.DateTimeField(null=True, blank=True)
    endpoint = models.OneToOneField(WebhookEndpoint, models.SET_NULL, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return label_of(self.system)


class Received(models.Model):
    """A message of a CRM: taken once by its id, or refused with the reason, for a person to read."""

    class State(models.TextChoices):
        TAKEN = "taken"
        REFUSED = "refused"

    connection = models.ForeignKey(Connection, models.CASCADE, related_name="received")
    name = models.CharField(max_length=200)  # the id that the CRM knows it by
    kind = models.CharField(max_length=60, blank=True)
    body = models.TextField()
    sha256 = models.CharField(max_length=64)  # of what it tells: type and data
    state = models.CharField(max_length=8, choices=State)
    answer = models.JSONField(default=dict)  # what was answered, or the problem
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["connection", "name"], name="received_once_per_connection"),
            models.CheckConstraint(condition=~Q(name=""), name="received_has_a_name"),
        ]
        indexes = [
            models.Index(fields=["connection", "-id"], name="received_newest"),
            models.Index(fields=["at"], name="received_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.connection_id}/{self.name}"
