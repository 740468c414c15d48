"""Storing a forecast: the same inputs give the same row."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from django.db import transaction

from core import audit
from core.errors import refuse
from core.models import User
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.queries import usage_of
from forecasting.queries.making import asked, made
from forecasting.rules.assumptions import Assumption
from forecasting.rules.drawing import steps_per_path
from forecasting.rules.drivers import Driver
from forecasting.rules.requests import N_PATHS, REPLICATIONS, SEED, Request, why_not_run
from pricing import Series, Usage

Enough = Callable[[Usage, int, int], int]
"""How many paths are enough, asked with those drawn so far, the number of their replications and of values per path."""


def run_forecast(
    *,
    customer: Customer,
    series: Sequence[Series],
    start: date,
    months: int,
    assumptions: Mapping[Series, Assumption] | None = None,
    drivers: Sequence[Driver] = (),
    enough: Enough | None = None,
    by: User | None,
    at: datetime,
    seed: int = SEED,
    n_paths: int = N_PATHS,
) -> ForecastRun:
    """Forecast these series of a customer for the billing months of a term that begins on `start`.

    `enough` is asked, with the paths, how many would be enough for what they are for; if more, they are drawn.
    """
    refuse(why_not_run(months=months, n_paths=n_paths, replications=REPLICATIONS))
    request = Request(start, months, tuple(drivers), seed, n_paths)
    ask = asked(customer, request, series, assumptions)
    while (
        enough and (more := enough(usage_of(ask.inputs), REPLICATIONS, steps_per_path(ask.inputs))) > ask.inputs.n_paths
    ):
        ask = replace(ask, inputs=replace(ask.inputs, n_paths=more))
    existing = ForecastRun.objects.filter(inputs_hash=ask.inputs.sha256).first()
    return existing or store(made(ask), by=by, at=at)


def store(run: ForecastRun, *, by: User | None, at: datetime) -> ForecastRun:
    run.created_at, run.created_by = at, by
    with transaction.atomic():
        # Two people may ask for the same forecast at once: the unique hash lets one row in, and both get it.
        ForecastRun.objects.bulk_create([run], ignore_conflicts=True)
        stored = ForecastRun.objects.get(inputs_hash=run.inputs_hash)
        if stored.created_at == at and stored.created_by == by:
            audit.record(by, "forecast.run", f"customer:{run.customer.slug}", at=at, data={"inputs": run.inputs_hash})
    return stored
