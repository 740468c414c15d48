from django.conf import settings
from django.db import models
from django.db.models import Q

from catalog.models import Meter
from customers.models import Customer


class UsageEvent(models.Model):
    """One measured fact, recorded once whatever the number of deliveries."""

    source = models.CharField(max_length=120)
    event_id = models.CharField(max_length=200)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    time = models.DateTimeField()
    dimensions = models.JSONField(default=dict, blank=True)
    value = models.DecimalField(max_digits=30, decimal_places=6)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "event_id"], name="event_once_per_source"),
            models.CheckConstraint(condition=Q(value__gte=0), name="event_value_not_negative"),
        ]
        indexes = [models.Index(fields=["customer", "meter", "time"], name="event_by_customer_meter_time")]

    def __str__(self) -> str:
        return f"{self.source}/{self.event_id}"


class DailyUsage(models.Model):
    """The day's total (UTC) of one customer, meter and set of dimensions; always recomputed from the events."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    dimensions = models.JSONField(default=dict, blank=True)
    day = models.DateField()
    value = models.DecimalField(max_digits=30, decimal_places=6)
    events = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "meter", "dimensions", "day"], name="daily_usage_once"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.meter_id}/{self.day}"


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
