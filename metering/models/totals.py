"""What is known per day, made from the events and always equal to what a rebuild gives."""

from django.contrib.postgres.indexes import BrinIndex
from django.db import models

from catalog.models import Meter
from customers.models import Customer


class Series(models.Model):
    """One stream of usage: a customer, a meter and a set of dimension values. Never changed, never removed."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    dimensions = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "meter", "dimensions"], name="series_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.meter_id}/{self.dimensions}"


class DailyUsage(models.Model):
    """A series' total of one day in its meter's zone, as one storage knows it.

    Where two storages know of the same day, readers add the two up: `metering.queries` does.
    """

    pk = models.CompositePrimaryKey("series", "day", "storage")
    series = models.ForeignKey(Series, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()
    storage = models.CharField(max_length=12, default="live")
    value = models.DecimalField(max_digits=30, decimal_places=6)
    events = models.IntegerField()

    class Meta:
        # Days mostly come in their order: a few pages of index find the last ones among years.
        indexes = [BrinIndex(fields=["day"], pages_per_range=32, name="daily_usage_by_day")]

    def __str__(self) -> str:
        return f"{self.series_id}/{self.day}"


class SourceDay(models.Model):
    """What one source delivered on one day (UTC, when it arrived)."""

    source = models.CharField(max_length=120)
    day = models.DateField()
    accepted = models.PositiveBigIntegerField(default=0)
    duplicates = models.PositiveBigIntegerField(default=0)
    rejected = models.PositiveBigIntegerField(default=0)
    last_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "day"], name="source_day_once")]

    def __str__(self) -> str:
        return f"{self.source} on {self.day}"


class Watermark(models.Model):
    """How far a customer's usage of a meter is known.

    `data_date` is the last day with an event; days up to `complete_through` are regarded as whole. An event that
    arrives for such a day is late: it counts, and `revised_from` says which days are no longer what they were.
    """

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+")
    data_date = models.DateField()
    complete_through = models.DateField()
    events = models.PositiveBigIntegerField(default=0)
    late_events = models.PositiveBigIntegerField(default=0)
    revised_from = models.DateField(null=True)
    revised_at = models.DateTimeField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "meter"], name="watermark_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.meter_id} up to {self.complete_through}"
