"""Making a forecast: collect what is known, freeze it, draw, test, store. The same inputs give the same row."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from catalog.models import Meter
from core import audit
from core.errors import refuse
from core.models import User
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.rules.assumptions import Assumption
from forecasting.rules.backtest import backtest
from forecasting.rules.bands import bands_json, usage_bands
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import ENGINE, Inputs, SeriesInput
from forecasting.rules.knowledge import basis_of, collect, gaps_of, notes_of
from forecasting.rules.requests import why_not_run
from metering.queries import History, daily_history
from pricing import Series

SEED = 20260101
N_PATHS = 2000


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
    history = daily_history(customer, until=start - timedelta(days=1))
    known = known_about(series, history, assumptions or {})
    inputs = Inputs(customer.slug, history.data_date, start, months, seed, n_paths, known)
    existing = ForecastRun.objects.filter(inputs_hash=inputs.sha256).first()
    return existing or store(customer, inputs, history, by=by, at=at)


def known_about(
    series: Sequence[Series], history: History, assumptions: Mapping[Series, Assumption]
) -> tuple[SeriesInput, ...]:
    """Histories at their own grain, lined up, beside what was stated."""
    wanted = sorted(set(series))
    aggregations = dict(Meter.objects.filter(code__in={one.meter for one in wanted}).values_list("code", "aggregation"))
    steps = collect(wanted, history.series, history.data_date)
    return tuple(
        SeriesInput(one, aggregations.get(one.meter, "sum"), steps.get(one), assumptions.get(one)) for one in wanted
    )


def store(customer: Customer, inputs: Inputs, history: History, *, by: User | None, at: datetime) -> ForecastRun:
    histories = [one.history for one in inputs.series if one.history]
    test = backtest(histories, inputs.seed)
    run = ForecastRun(
        customer=customer,
        start=inputs.start,
        months=inputs.months,
        inputs=inputs.as_json(),
        inputs_hash=inputs.sha256,
        method=ENGINE,
        seed=inputs.seed,
        n_paths=inputs.n_paths,
        data_date=history.data_date if histories else None,
        history_days=max((steps.known_days for steps in histories), default=0),
        basis=basis_of(inputs.series),
        source_note=history.source_note if histories else "",
        backtest=test.as_json(),
        bands=bands_json(usage_bands(draw(inputs), inputs.start)),
        notes=notes_of(inputs.series, history.data_date, inputs.start),
        gaps=gaps_of(inputs.series),
        created_at=at,
        created_by=by,
    )
    with transaction.atomic():
        # Two people may ask for the same forecast at once: the unique hash lets one row in, and both get it.
        ForecastRun.objects.bulk_create([run], ignore_conflicts=True)
        stored = ForecastRun.objects.get(inputs_hash=run.inputs_hash)
        if stored.created_at == at and stored.created_by == by:
            audit.record(by, "forecast.run", f"customer:{customer.slug}", at=at, data={"inputs": run.inputs_hash})
    return stored
