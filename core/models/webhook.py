from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class WebhookEndpoint(models.Model):
    """An address that is told of events, in their order, by signed messages."""

    url = models.URLField(max_length=500)
    about = models.CharField(max_length=120, blank=True)
    events = ArrayField(models.CharField(max_length=60))
    shape = models.CharField(max_length=20, blank=True)  # of its messages: a name in settings.WEBHOOK_SHAPES
    sealed = models.TextField()  # the secrets, encrypted: "now", and "before" until it ends
    old_ends_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True, blank=True)
    why_disabled = models.CharField(max_length=300, blank=True)
    busy_until = models.DateTimeField(null=True, blank=True)  # somebody is sending; messages go one after the other

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(events=[]), name="webhook_endpoint_has_an_event")]

    def __str__(self) -> str:
        return self.url


class WebhookMessage(models.Model):
    """One event for one endpoint, promised in the transaction in which it happened."""

    class State(models.TextChoices):
        PENDING = "pending"
        SENT = "sent"

    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="messages")
    name = models.CharField(max_length=80)  # the id that the receiver knows a repetition by
    event = models.CharField(max_length=60)
    body = models.TextField()
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    created_at = models.DateTimeField()
    next_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True, blank=True)
    status = models.PositiveSmallIntegerField(null=True, blank=True)  # of the last answer
    said = models.TextField(blank=True)  # the last answer, or why there was none

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state="sent") ^ Q(sent_at=None), name="webhook_message_sent_has_time")
        ]
        indexes = [
            models.Index(fields=["endpoint", "id"], condition=Q(state="pending"), name="webhook_pending"),
            models.Index(fields=["endpoint", "-id"], name="webhook_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.event} {self.name}"
