"""What PostgreSQL knows of the history that is kept in files."""

from django.db import models

from catalog.models import Meter
from customers.models import Customer


class HistoryPart(models.Model):
    """A Parquet file of bulk history that counts; without this row it is the rest of a broken write."""

    path = models.CharField(max_length=500, unique=True)
    rows = models.PositiveBigIntegerField()
    first_day = models.DateField()
    last_day = models.DateField()

    def __str__(self) -> str:
        return self.path


class HomeDay(models.Model):
    """A day of a customer's meter whose events were brought from the history into PostgreSQL, and are counted there."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+", db_index=False)
    meter = models.ForeignKey(Meter, models.PROTECT, related_name="+", db_index=False)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "meter", "day"], name="home_day_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.meter_id}/{self.day}"
