"""How far each configured source was read."""

from django.db import models


class UsageSource(models.Model):
    """What is known of a source beside its configuration; its name stands in the file of sources."""

    name = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=20)
    # Everything before this moment was read.
    watermark = models.DateTimeField(null=True, blank=True)
    read_at = models.DateTimeField(null=True, blank=True)
    tried_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    accepted = models.PositiveBigIntegerField(default=0)
    revised = models.PositiveBigIntegerField(default=0)
    rejections = models.PositiveBigIntegerField(default=0)
    # The last rejected readings: [key, reason].
    rejected = models.JSONField(default=list, blank=True)

    def __str__(self) -> str:
        return self.name


class SourceReading(models.Model):
    """What a source last said of one day: when it says something else, the day's event is taken back and replaced."""

    source = models.ForeignKey(UsageSource, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=400)
    value = models.DecimalField(max_digits=30, decimal_places=6)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "key"], name="source_reading_once")]

    def __str__(self) -> str:
        return f"{self.source_id}/{self.key}"
