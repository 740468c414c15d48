from django.db import models


class Counter(models.Model):
    """The last number given out in a series."""

    series = models.CharField(max_length=64, primary_key=True)
    last = models.PositiveBigIntegerField(default=0)
