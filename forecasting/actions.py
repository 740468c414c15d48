"""Storing a forecast: the same inputs give the same row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.db import transaction

from core import audit
from core.errors import refuse
from core.models import User
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.queries.making import history_before, known_about, made, meters_of
from forecasting.rules.assumptions import Assumption
from forecasting.rules.inputs import Inputs
from forecasting.rules.requests import N_PATHS, SEED, why_not_run
from pricing import Series


def run_forecast(
    *,
    customer: Customer,
    series: Sequence[Series],
    start: date,
    months: int,
    assumptions: Mapping[Series, Assumption] | None = None,
    by: User | None,
    at: datetime,
    seed: int = SEED,
    n_paths: int = N_PATHS,
) -> ForecastRun:
    """Forecast these series of a customer for the billing months of a term that begins on `start`."""
    refuse(why_not_run(months=months, n_paths=n_paths))
    history = history_before(customer, start)
    meters = meters_of(series)
    known = known_about(series, history, assumptions or {}, meters)
    inputs = Inputs(customer.slug, history.data_date, start, months, seed, n_paths, known)
    existing = ForecastRun.objects.filter(inputs_hash=inputs.sha256).first()
    return existing or store(made(customer, inputs, history, meters), by=by, at=at)


def store(run: ForecastRun, *, by: User | None, at: datetime) -> ForecastRun:
    run.created_at, run.created_by = at, by
    with transaction.atomic():
        # Two people may ask for the same forecast at once: the unique hash lets one row in, and both get it.
        ForecastRun.objects.bulk_create([run], ignore_conflicts=True)
        stored = ForecastRun.objects.get(inputs_hash=run.inputs_hash)
        if stored.created_at == at and stored.created_by == by:
            audit.record(by, "forecast.run", f"customer:{run.customer.slug}", at=at, data={"inputs": run.inputs_hash})
    return stored
