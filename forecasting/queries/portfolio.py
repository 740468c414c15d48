"""Forecasting many customers at once, and reading what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet

from catalog.models import Meter
from customers.models import Customer
from forecasting.models import PortfolioChunk, PortfolioForecast, PortfolioRun
from forecasting.queries.alike import Newcomer, all_with_company
from forecasting.queries.making import known_about, label_of, meters_of
from forecasting.queries.panel import scale_of, unit_of
from forecasting.rules.backtest import Tested, tested
from forecasting.rules.bands import bands_json, read_bands, usage_bands
from forecasting.rules.calibration import Calibration, calibration, hits_of
from forecasting.rules.drawing import draw
from forecasting.rules.inputs import Inputs
from forecasting.rules.portfolio import State
from metering.queries import History, daily_histories


@dataclass(frozen=True)
class Progress:
    """How far a portfolio is, in customers."""

    run: PortfolioRun
    done: int
    chunks_done: int
    chunks: int

    @property
    def share(self) -> float:
        return self.done / self.run.customers if self.run.customers else 1.0


@dataclass(frozen=True)
class ForecastRow:
    """One series of one customer over the run's months, in the unit people speak of."""

    customer: str
    slug: str
    label: str
    unit: str
    total: Sequence[float]


def forecast_chunk(chunk: PortfolioChunk) -> list[PortfolioForecast]:
    """The forecasts of a chunk's customers, not stored; customers without usage are left out."""
    run = chunk.run
    customers = list(Customer.objects.filter(pk__in=chunk.customer_ids).order_by("pk"))
    histories = daily_histories(customers, until=run.start - timedelta(days=1))
    meters = meters_of(series for history in histories.values() for series in history.series)
    newcomers = [
        Newcomer(customer, inputs_for(run, customer, histories[customer.pk], meters), histories[customer.pk])
        for customer in customers
        if histories[customer.pk].series
    ]
    asked = {one.customer.pk: inputs for one, (inputs, _) in zip(newcomers, all_with_company(newcomers), strict=True)}
    tests = tests_of(asked, run.seed)
    return [
        PortfolioForecast(
            run=run,
            customer=customer,
            inputs_hash=asked[customer.pk].sha256,
            data_date=histories[customer.pk].data_date or run.start,
            bands=bands_json(usage_bands(draw(asked[customer.pk]), run.start)),
            hits=hits_of(tests[customer.pk]),
        )
        for customer in customers
        if customer.pk in asked
    ]


def inputs_for(run: PortfolioRun, customer: Customer, history: History, meters: Mapping[str, Meter]) -> Inputs:
    return Inputs(
        customer=customer.slug,
        data_date=history.data_date,
        start=run.start,
        months=run.months,
        seed=run.seed,
        n_paths=run.n_paths,
        series=known_about(history.series, history, {}, meters),
    )


def tests_of(asked: dict[int, Inputs], seed: int) -> dict[int, list[Tested]]:
    """Backtests of all series of all customers in one batch."""
    owners = [(pk, one.history) for pk, inputs in asked.items() for one in inputs.series if one.history]
    found: dict[int, list[Tested]] = {pk: [] for pk in asked}
    for (pk, _), tests in zip(owners, tested([steps for _, steps in owners], seed), strict=True):
        found[pk] += tests
    return found


def progress_of(run: PortfolioRun) -> Progress:
    chunks = list(run.chunks.values_list("customer_ids", "done_at"))
    done = [ids for ids, at in chunks if at]
    return Progress(run, sum(len(ids) for ids in done), len(done), len(chunks))


def recent_runs(most: int = 10) -> list[PortfolioRun]:
    return list(PortfolioRun.objects.select_related("created_by").order_by("-created_at", "-pk")[:most])


def calibration_now() -> tuple[PortfolioRun, Calibration] | None:
    """How the newest finished portfolio's method did on all customers' past; None before the first."""
    run = finished().first()
    return None if run is None else (run, calibration_of(run))


def calibration_of(run: PortfolioRun) -> Calibration:
    names = dict(Customer.Segment.choices)
    kept = run.forecasts.values_list("customer__segment", "hits")
    return calibration([(str(names[segment]), hits) for segment, hits in kept])


def alarm() -> str:
    """What the newest finished portfolio says of drift; "" when nothing."""
    return finished().values_list("drift", flat=True).first() or ""


def finished() -> QuerySet[PortfolioRun]:
    """The newest first."""
    return PortfolioRun.objects.filter(state=State.DONE).order_by("-created_at", "-pk")


def rows_of(forecasts: Sequence[PortfolioForecast]) -> list[ForecastRow]:
    """Bands of the sum, a row per series; `forecasts` come with their customers."""
    bands = [(one, read_bands(one.bands)) for one in forecasts]
    meters = meters_of(found.series for _, some in bands for found in some)
    return [
        ForecastRow(
            customer=one.customer.name,
            slug=one.customer.slug,
            label=label_of(found.series, meters.get(found.series.meter)),
            unit=unit_of(meters.get(found.series.meter)),
            total=[value / scale_of(meters.get(found.series.meter)) for value in found.total],
        )
        for one, some in bands
        for found in some
    ]
