from django.db import models
from django.db.models import F, Q


class OutboxMessage(models.Model):
    """A promise, written in the transaction that decided it, that handlers of its topic will run."""

    class State(models.TextChoices):
        PENDING = "pending"
        IN_FLIGHT = "in_flight"
        DONE = "done"
        FAILED = "failed"

    topic = models.CharField(max_length=64)
    key = models.CharField(max_length=128)
    payload = models.JSONField(default=dict)
    state = models.CharField(max_length=16, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    created_at = models.DateTimeField()
    available_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    last_error = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["topic", "key"], name="outbox_once_per_topic_and_key"),
            models.CheckConstraint(condition=Q(state="done") ^ Q(done_at=None), name="outbox_done_has_time"),
        ]
        indexes = [
            models.Index(F("available_at"), condition=Q(state__in=["pending", "in_flight"]), name="outbox_open_by_time")
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.key}"
