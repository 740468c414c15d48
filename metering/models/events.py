"""What was reported. `metering_usageevent` is partitioned by month of `time`; see docs/METERING.md, Storage."""

from django.db import models
from django.db.models import Q

from catalog.models import Meter
from customers.models import Customer
from metering.models.totals import Series


class EventKey(models.Model):
    """The one place that knows every (source, id): what makes an event count once, across all partitions.

    The key is the start of a SHA-256 (see `metering.rules.events.key_of`): short, and of one length whatever the id.
    """

    class Kind(models.IntegerChoices):
        AWAITED = 0, "Voided before it arrived"
        EVENT = 1, "Event"
        VOID = 2, "Void"

    key = models.UUIDField(primary_key=True)
    kind = models.PositiveSmallIntegerField(choices=Kind)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="+", db_constraint=False, db_index=False)
    time = models.DateTimeField(null=True)
    voided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(kind=1, series__isnull=False, time__isnull=False)
                | (~Q(kind=1) & Q(series__isnull=True, time__isnull=True)),
                name="key_of_an_event_says_where_it_is",
            )
        ]


class UsageEvent(models.Model):
    """One measured fact, recorded once whatever the number of deliveries.

    `day` is the day it belongs to in the meter's zone, fixed when it was recorded. `item` is what a meter of different
    values counts; `outcome_key` ties an outcome to its action. A voided event stays and counts nothing.
    """

    # Unique by EventKey; a partitioned table could only be unique together with the time.
    key = models.UUIDField(primary_key=True)
    series = models.ForeignKey(Series, models.PROTECT, related_name="+", db_constraint=False, db_index=False)
    time = models.DateTimeField()
    day = models.DateField()
    value = models.DecimalField(max_digits=30, decimal_places=6)
    item = models.CharField(max_length=200, blank=True)
    outcome_key = models.CharField(max_length=200, blank=True)
    voided = models.BooleanField(default=False)
    source = models.CharField(max_length=120)
    event_id = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["series", "time"], name="event_by_series_and_time"),
            models.Index(fields=["outcome_key"], condition=~Q(outcome_key=""), name="event_by_outcome_key"),
        ]

    def __str__(self) -> str:
        return f"{self.source}/{self.event_id}"


class UsageVoid(models.Model):
    """An event that takes another of its source back, whichever of the two arrives first."""

    key = models.UUIDField(primary_key=True)
    source = models.CharField(max_length=120)
    event_id = models.CharField(max_length=200)
    target = models.UUIDField(db_index=True)
    target_id = models.CharField(max_length=200)
    reason = models.CharField(max_length=200, blank=True)
    time = models.DateTimeField()
    recorded_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.source}/{self.event_id} voids {self.target_id}"


class Attribution(models.Model):
    """What became of one outcome key (a conversation): the outcome that counts for it, or none."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    outcome_key = models.CharField(max_length=200)
    series = models.ForeignKey(Series, models.PROTECT, null=True, related_name="+")
    day = models.DateField(null=True)
    value = models.DecimalField(max_digits=30, decimal_places=6, default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["customer", "meter", "outcome_key"], name="attribution_once_per_key"),
            models.CheckConstraint(
                condition=Q(series__isnull=True, day__isnull=True, value=0)
                | Q(series__isnull=False, day__isnull=False),
                name="attribution_says_where_it_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.meter_id}/{self.outcome_key}"
