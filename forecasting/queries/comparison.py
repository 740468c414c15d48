"""Scenarios side by side: the base forecast of a customer, and what each set of drivers makes of the same futures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from catalog.models import Meter
from core.languages import lazily as _
from customers.models import Customer
from forecasting.models import Scenario
from forecasting.queries import drawn
from forecasting.queries.making import asked, label_of
from forecasting.queries.panel import scale_of, unit_of
from forecasting.rules.bands import UsageBands, usage_bands
from forecasting.rules.drivers import read_drivers
from forecasting.rules.requests import Request
from pricing import Series

MOST = 3  # side by side; more cannot be compared by eye
BASE = _("Base forecast")


@dataclass(frozen=True)
class Column:
    """One scenario's band of one series, in the unit people speak of; None where it has no such usage."""

    name: str
    months: Sequence[str]
    p10: Sequence[float]
    p50: Sequence[float]
    p90: Sequence[float]
    total: Sequence[float]
    change: float | None  # of the sum's P50 against the base, 0.2 for a fifth more


@dataclass(frozen=True)
class ComparedSeries:
    label: str
    unit: str
    top: float  # the highest amount of all columns, so that they are drawn alike
    columns: list[Column | None]


@dataclass(frozen=True)
class Comparison:
    names: list[str]
    series: list[ComparedSeries]


def scenarios_of(customer: Customer) -> list[Scenario]:
    return list(Scenario.objects.filter(customer=customer).order_by("name"))


def compared(customer: Customer, scenarios: Sequence[Scenario], *, start: date, months: int) -> Comparison:
    """The base and up to three scenarios; all on the same simulated futures, so that only the drivers differ."""
    chosen = scenarios[:MOST]
    asks = [asked(customer, Request(start, months, read_drivers(one.drivers))) for one in chosen]
    base = asked(customer, Request(start, months))
    meters = {code: meter for ask in (base, *asks) for code, meter in ask.meters.items()}
    bands = [{one.series: one for one in usage_bands(drawn(ask.inputs), start)} for ask in (base, *asks)]
    names = [BASE, *(one.name for one in chosen)]
    everything = sorted({series for found in bands for series in found})
    return Comparison(names, [side_by_side(series, names, bands, meters) for series in everything])


def side_by_side(
    series: Series, names: Sequence[str], bands: Sequence[Mapping[Series, UsageBands]], meters: Mapping[str, Meter]
) -> ComparedSeries:
    meter = meters.get(series.meter)
    scale = scale_of(meter)
    base = bands[0].get(series)
    columns = [
        column(name, found[series], base, scale) if series in found else None
        for name, found in zip(names, bands, strict=True)
    ]
    top = max(max(one.p90) for one in columns if one)
    return ComparedSeries(label_of(series, meter), unit_of(meter), top, columns)


def column(name: str, found: UsageBands, base: UsageBands | None, scale: float) -> Column:
    change = found.total[1] / base.total[1] - 1 if base and base.total[1] > 0 else None
    low, middle, high, total = (
        [value / scale for value in values] for values in (found.p10, found.p50, found.p90, found.total)
    )
    return Column(name, found.months, low, middle, high, total, change)
