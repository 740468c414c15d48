from django.conf import settings
from django.db import models
from django.db.models import Q

from customers.models import Customer


class ForecastRun(models.Model):
    """One forecast: everything that went in, frozen, and what came out. Never changed."""

    class Basis(models.TextChoices):
        HISTORY = "history", "Metered history"
        ASSUMPTION = "assumption", "Assumptions"
        MIXED = "mixed", "History and assumptions"
        NOTHING = "nothing", "Nothing known"

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    start = models.DateField()
    months = models.PositiveSmallIntegerField()
    inputs = models.JSONField()
    inputs_hash = models.CharField(max_length=64, unique=True)
    method = models.CharField(max_length=60)
    seed = models.BigIntegerField()
    n_paths = models.PositiveIntegerField()
    data_date = models.DateField(null=True)
    history_days = models.PositiveIntegerField()
    basis = models.CharField(max_length=12, choices=Basis)
    source_note = models.TextField(blank=True)
    backtest = models.JSONField()
    bands = models.JSONField()
    notes = models.JSONField(default=list, blank=True)
    gaps = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(months__gte=1, months__lte=600), name="forecast_months_1_to_600"),
            models.CheckConstraint(condition=Q(n_paths__gte=100), name="forecast_at_least_100_paths"),
        ]
        indexes = [models.Index(fields=["customer", "-created_at"], name="forecast_by_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.inputs_hash[:12]}"
