"""A customer's forecast as the page shows it: months that were, bands of those to come, and what it all rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from catalog.models import Meter
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.queries import usage_bands
from forecasting.queries.making import asked, label_of, made, meters_of
from forecasting.rules.bands import UsageBands
from forecasting.rules.inputs import read_inputs
from forecasting.rules.past import past_months
from forecasting.rules.requests import Request

SHOWN_PAST = 12


class SeriesForecast(NamedTuple):
    """One chart: amounts in the unit people speak of."""

    meter: str
    label: str
    unit: str
    past: list[tuple[str, float | None]]
    months: Sequence[str]
    p10: list[float]
    p50: list[float]
    p90: list[float]
    total: tuple[float, float, float]


@dataclass(frozen=True)
class ForecastPanel:
    run: ForecastRun
    series: list[SeriesForecast]


def forecast_panel(customer: Customer, *, start: date, months: int) -> ForecastPanel:
    """The forecast of everything the customer uses, as it would be run now; nothing is stored."""
    ask = asked(customer, Request(start, months))
    run = ForecastRun.objects.filter(inputs_hash=ask.inputs.sha256).first() or made(ask)
    return ForecastPanel(run, charts(run, ask.meters))


def run_panel(run: ForecastRun) -> ForecastPanel:
    """A stored run, as it was."""
    return ForecastPanel(run, charts(run, meters_of(one.series for one in usage_bands(run))))


def charts(run: ForecastRun, meters: Mapping[str, Meter]) -> list[SeriesForecast]:
    inputs = {one.series: one for one in read_inputs(run.inputs).series}
    found = []
    for bands in usage_bands(run):
        one = inputs[bands.series]
        past = past_months(one.history, run.start, one.aggregation, SHOWN_PAST) if one.history else []
        found.append(chart(bands, past, meters.get(bands.series.meter)))
    return found


def chart(bands: UsageBands, past: list[tuple[str, float | None]], meter: Meter | None) -> SeriesForecast:
    scale = float(meter.display_scale) if meter else 1.0
    return SeriesForecast(
        meter=meter.name if meter else bands.series.meter,
        label=label_of(bands.series, meter).split(": ", 1)[-1],
        unit=(meter.display_unit or f"{meter.unit}s") if meter else "units",
        past=[(month, None if value is None else value / scale) for month, value in past],
        months=bands.months,
        p10=[value / scale for value in bands.p10],
        p50=[value / scale for value in bands.p50],
        p90=[value / scale for value in bands.p90],
        total=(bands.total[0] / scale, bands.total[1] / scale, bands.total[2] / scale),
    )
