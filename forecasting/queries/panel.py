"""A customer's forecast as the page shows it: months that were, bands of those to come, and what it all rests on."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalog.models import Meter
from catalog.rules.wordbooks import plural as several
from core import formats
from core.charts import Window
from core.data_words import told
from core.languages import lazily as _lazy
from customers.models import Customer
from forecasting.models import ForecastRun
from forecasting.queries import usage_bands
from forecasting.queries.making import asked, label_of, made, meters_of
from forecasting.rules.bands import UsageBands
from forecasting.rules.inputs import SeriesInput, read_inputs
from forecasting.rules.past import past_months
from forecasting.rules.requests import Request
from pricing import Series

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
    test: "PastForecasts | None"


class PastForecasts(NamedTuple):
    """How the method did on this series: shares of steps and totals that the band held, and windows to draw."""

    steps: str  # days, weeks or months
    coverage: float
    total_coverage: float
    pinball_ratio: float | None
    windows: list[Window]


STEPS = {"D": _lazy("days"), "W": _lazy("weeks"), "M": _lazy("months")}


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
    tests = tests_of(run, list(inputs.values()))
    found = []
    for bands in usage_bands(run):
        meter, one = meters.get(bands.series.meter), inputs.get(bands.series)
        past = past_months(one.history, run.start, one.aggregation, SHOWN_PAST) if one and one.history else []
        grain = one.history.grain if one and one.history else ""
        found.append(chart(bands, past, meter, past_forecasts(tests.get(bands.series), grain, scale_of(meter))))
    return found


def tests_of(run: ForecastRun, series: Sequence[SeriesInput]) -> dict[Series, dict[str, Any]]:
    """The stored backtest of each series; those with a history were tested, in order."""
    metered = [one.series for one in series if one.history]
    return dict(zip(metered, run.backtest.get("series", ()), strict=False))


def past_forecasts(test: dict[str, Any] | None, grain: str, scale: float) -> PastForecasts | None:
    if test is None or test["coverage"] is None:
        return None
    windows = [window(one, scale) for one in test["windows"]]
    return PastForecasts(STEPS[grain], test["coverage"], test["total_coverage"], test["pinball_ratio"], windows)


def window(one: Mapping[str, Any], scale: float) -> Window:
    first, last = (date.fromisoformat(one[name]) for name in ("first", "last"))
    name = _("{first} to {last}").format(first=formats.day_of_year(first), last=formats.short_day(last))
    return Window(name, formats.day_of_year(last), *(one[key] / scale for key in ("p10", "p50", "p90", "actual")))


def scale_of(meter: Meter | None) -> float:
    return float(meter.display_scale) if meter else 1.0


def unit_of(meter: Meter | None) -> str:
    """What people count a meter in."""
    return told(meter.display_unit or several(meter.unit)) if meter else _("units")


def chart(
    bands: UsageBands, past: list[tuple[str, float | None]], meter: Meter | None, test: PastForecasts | None
) -> SeriesForecast:
    scale = scale_of(meter)
    return SeriesForecast(
        meter=told(meter.name) if meter else bands.series.meter,
        label=label_of(bands.series, meter).split(": ", 1)[-1],
        unit=unit_of(meter),
        past=[(month, None if value is None else value / scale) for month, value in past],
        months=bands.months,
        p10=[value / scale for value in bands.p10],
        p50=[value / scale for value in bands.p50],
        p90=[value / scale for value in bands.p90],
        total=(bands.total[0] / scale, bands.total[1] / scale, bands.total[2] / scale),
        test=test,
    )
