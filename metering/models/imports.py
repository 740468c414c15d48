from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer


class UsageImport(models.Model):
    """A file somebody brought: looked at first, then recorded or discarded, its report kept."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", "Previewed"
        RECORDED = "recorded", "Recorded"
        DISCARDED = "discarded", "Discarded"

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10, choices=[("csv", "CSV"), ("ndjson", "NDJSON")])
    state = models.CharField(max_length=10, choices=State)
    content = models.BinaryField(null=True)
    accepted = models.PositiveIntegerField(default=0)
    duplicates = models.PositiveIntegerField(default=0)
    rejected = models.JSONField(default=list, blank=True)
    notes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="recorded", recorded_at__isnull=False)
                | (~Q(state="recorded") & Q(recorded_at__isnull=True)),
                name="import_recorded_says_when",
            )
        ]

    def __str__(self) -> str:
        return self.name
