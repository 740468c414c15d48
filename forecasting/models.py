from django.conf import settings
from django.db import models
from django.db.models import Q

from core.languages import lazily as _
from customers.models import Customer
from forecasting.rules.portfolio import State


class ForecastRun(models.Model):
    """One forecast: everything that went in, frozen, and what came out. Never changed."""

    class Basis(models.TextChoices):
        HISTORY = "history", _("Metered history")
        ASSUMPTION = "assumption", _("Assumptions")
        MIXED = "mixed", _("History and assumptions")
        NOTHING = "nothing", _("Nothing known")

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
    alike = models.JSONField(default=list, blank=True)
    parameters_hash = models.CharField(max_length=64, blank=True, default="")
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


class Scenario(models.Model):
    """A named list of drivers on top of the base forecast of a customer."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="scenarios")
    name = models.CharField(max_length=60)
    drivers = models.JSONField(default=list, blank=True)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["customer", "name"], name="scenario_name_once_per_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id}/{self.name}"


class PortfolioRun(models.Model):
    """The forecast of every customer with usage, made in chunks by the workers."""

    start = models.DateField()
    months = models.PositiveSmallIntegerField()
    n_paths = models.PositiveIntegerField()
    seed = models.BigIntegerField()
    method = models.CharField(max_length=60)
    parameters_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=[(state.value, state.name.capitalize()) for state in State])
    customers = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)
    drift = models.TextField(blank=True, default="")  # the alarm it raised; "" when there was none

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=Q(state=State.RUNNING), name="one_portfolio_at_a_time"),
            models.CheckConstraint(
                condition=Q(state=State.RUNNING, finished_at__isnull=True)
                | (~Q(state=State.RUNNING) & Q(finished_at__isnull=False)),
                name="portfolio_finished_says_when",
            ),
        ]

    def __str__(self) -> str:
        return f"portfolio {self.pk}"


class PortfolioChunk(models.Model):
    """Some customers of a portfolio; done once, whatever the number of workers and deliveries."""

    run = models.ForeignKey(PortfolioRun, models.CASCADE, related_name="chunks")
    number = models.PositiveIntegerField()
    customer_ids = models.JSONField()
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    series = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "number"], name="chunk_number_once_per_portfolio")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.number}"


class PortfolioForecast(models.Model):
    """One customer in a portfolio: bands of each series, and how the method did on the customer's own past."""

    run = models.ForeignKey(PortfolioRun, models.CASCADE, related_name="forecasts")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    inputs_hash = models.CharField(max_length=64)
    data_date = models.DateField()
    bands = models.JSONField()
    hits = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["run", "customer"], name="customer_once_per_portfolio")]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.customer_id}"
