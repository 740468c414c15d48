from django.conf import settings
from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from customers.models import Customer


class UsageImport(models.Model):
    """A file somebody brought: looked at first, then recorded or discarded, its report kept."""

    class State(models.TextChoices):
        PREVIEWED = "previewed", _("Previewed")
        QUEUED = "queued", _("Queued")
        RUNNING = "running", _("Running")
        FAILED = "failed", _("Failed")
        RECORDED = "recorded", _("Recorded")
        DISCARDED = "discarded", _("Discarded")

    class Way(models.TextChoices):
        EVENTS = "events", _("Event by event")
        BULK = "bulk", _("In bulk")

    customer = models.ForeignKey(Customer, models.PROTECT, null=True, blank=True, related_name="+")
    name = models.CharField(max_length=200)
    format = models.CharField(max_length=10, choices=[("csv", "CSV"), ("ndjson", "NDJSON"), ("parquet", "Parquet")])
    state = models.CharField(max_length=10, choices=State)
    content = models.BinaryField(null=True)
    # A file too large for `content` lies here; empty otherwise.
    path = models.CharField(max_length=500, blank=True)
    mapping = models.JSONField(default=dict, blank=True)
    way = models.CharField(max_length=10, choices=Way, default=Way.EVENTS)
    dry_run = models.BooleanField(default=False)
    # How far it was read, in bytes, or in rows of Parquet; `lines` in lines. Moves with what was recorded.
    total = models.PositiveBigIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    lines = models.PositiveBigIntegerField(default=0)
    seconds = models.FloatField(default=0)
    error = models.CharField(max_length=500, blank=True)
    accepted = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    # The first rejected rows; all of them are in the file beside `path`, of which so many bytes hold.
    rejected = models.JSONField(default=list, blank=True)
    rejections = models.PositiveBigIntegerField(default=0)
    rejections_size = models.PositiveBigIntegerField(default=0)
    unknown = models.JSONField(default=dict, blank=True)
    first_day = models.DateField(null=True, blank=True)
    last_day = models.DateField(null=True, blank=True)
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
