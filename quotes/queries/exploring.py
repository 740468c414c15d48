"""A deal's own futures with other beliefs on top: what its bill, margin and usage come to. Stores nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from catalog.queries import unit_costs
from forecasting.models import ForecastRun
from forecasting.queries.panel import PastForecasts, SeriesForecast, run_panel
from forecasting.rules.drivers import Driver, Timeline, applied
from pricing import Series, Usage
from pricing.numbers import Array
from quotes.models import QuoteVersion
from quotes.queries import forecasts
from quotes.queries.bands import band_of, bands_of
from quotes.queries.explanations import terms_of
from quotes.queries.margins import margin
from quotes.queries.priced import Offer, priced, usage_of
from quotes.queries.replay import replay
from quotes.queries.risks import risks_of
from quotes.rules.components import fixed_quantity
from quotes.rules.exploring import OF_TODAY
from quotes.rules.pricing import Band, Margin, Risks
from quotes.rules.series import name_of

PAST = 12
NEEDED = ("quote__customer", "price_book", "forecast_run")
Past = list[tuple[str, float | None]]


@dataclass(frozen=True)
class Explored:
    """The deal if these beliefs hold; without any, what the deal itself shows."""

    offer: Offer
    usage: Usage
    margin: Margin | None

    @property
    def currency(self) -> str:
        return self.offer.terms.currency

    @cached_property
    def totals(self) -> Array:
        """The bill over the term in each future."""
        return np.asarray(self.offer.net.sum(axis=1))

    @cached_property
    def term(self) -> Band:
        return band_of(self.totals, self.currency)

    @cached_property
    def months(self) -> tuple[Band, ...]:
        return bands_of(self.offer.net, self.currency)

    @cached_property
    def committed(self) -> list[Decimal]:
        return list(self.offer.committed.net[0])

    @cached_property
    def risks(self) -> Risks:
        return risks_of(self.offer.simulated, self.offer.net, self.offer.committed.total)


class UsageFan(NamedTuple):
    """One series in the unit people speak of: its months that were, those to come, and how forecasts of it did."""

    label: str
    unit: str
    past: Past
    months: Array  # (P10, P50 and P90; months)
    totals: Array  # (futures,)
    test: PastForecasts | None

    @property
    def total(self) -> list[float]:
        """P10, P50 and P90 over the term."""
        return [float(value) for value in np.quantile(self.totals, (0.1, 0.5, 0.9))]


def explored(version: QuoteVersion, drivers: Sequence[Driver], *, with_margin: bool) -> Explored:
    """The version's terms on its own futures, moved by the drivers."""
    terms, usage = terms_of(version), moved(usage_of(version), drivers, version)
    offer = Offer.of(terms, usage)
    costs = unit_costs(version.price_book) if with_margin else ()
    return Explored(offer, usage, margin(terms, offer.net, usage, costs) if with_margin else None)


def moved(usage: Usage, drivers: Sequence[Driver], version: QuoteVersion) -> Usage:
    if not drivers or not usage.series:
        return usage
    paths = applied(usage.series, drivers, Timeline(version.start, version.months))
    return Usage(paths, shape=(usage.rows, usage.periods))


def seats_of(version: QuoteVersion) -> float:
    """The seats that the forecast usage is taken to be of: those on the quote, else a hundred for all of today's."""
    lines = version.lines.filter(price__product__kind="seat").values_list("component", flat=True)
    found = sum(fixed_quantity(component) or 0 for component in lines)
    return float(found) or OF_TODAY


def series_of(version: QuoteVersion) -> list[tuple[str, str]]:
    """The names and labels of what the version's forecast is about."""
    run = version.forecast_run
    if run is None:
        return []
    found = [Series(one["meter"], tuple((name, value) for name, value in one["dimensions"])) for one in run.bands]
    return [(name_of(one), forecasts.label(one, version.meters.get(one.meter))) for one in found]


def usage_fan(version: QuoteVersion, found: Explored, run: ForecastRun, name: str) -> UsageFan:
    """What is shown of one series."""
    [(series, paths)] = [(one, values) for one, values in found.usage.series.items() if name_of(one) == name]
    meter = version.meters.get(series.meter)
    scaled = paths.astype(np.float64) / forecasts.scale(meter)
    known = panel_of(run, series)
    return UsageFan(
        label=forecasts.label(series, meter),
        unit=forecasts.unit(meter),
        past=known.past,
        months=np.quantile(scaled, (0.1, 0.5, 0.9), axis=0),
        totals=scaled.sum(axis=1),
        test=known.test,
    )


def panel_of(run: ForecastRun, series: Series) -> SeriesForecast:
    """What the forecasting room shows of the series; bands are stored in the same order."""
    place = [(one["meter"], tuple(map(tuple, one["dimensions"]))) for one in run.bands].index(
        (series.meter, series.dimensions)
    )
    return run_panel(run).series[place]


class Standing(NamedTuple):
    """The term's bands of a version as it stands, beside which moves are seen."""

    bill: Band
    margin: Band | None


def standing(version: QuoteVersion, *, with_margin: bool) -> Standing:
    return standing_at(version.pk, version.edit_number, with_margin)


@lru_cache(maxsize=128)
def standing_at(pk: int, edit_number: int, with_margin: bool) -> Standing:
    """An edit number stands for one content: a slider that moves asks for the same again and again."""
    found = priced(QuoteVersion.objects.select_related(*NEEDED).get(pk=pk), with_margin=with_margin)
    return Standing(found.term, found.margin.margin if found.margin else None)


def past_bills(version: QuoteVersion) -> Past:
    """What the last months would have cost under these terms, up to the month before the start; None where unknown."""
    return list(bills_at(version.pk, version.edit_number, version.forecast_run_id))


@lru_cache(maxsize=128)
def bills_at(pk: int, edit_number: int, run: int | None) -> Past:
    version = QuoteVersion.objects.select_related(*NEEDED).get(pk=pk)
    found = replay(version, PAST)
    if found is None:
        return []
    known = {row.month: float(row.bill) for row in found.months}
    first, months = min(known), []
    at = first
    while at < version.start.replace(day=1):
        months.append((f"{at:%Y-%m}", known.get(at)))
        at = next_month(at)
    return months


def next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
