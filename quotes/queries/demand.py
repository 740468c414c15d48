"""What a deal needs a forecast of, and what the seller says about it."""

from collections.abc import Iterable
from typing import NamedTuple

from forecasting.rules.assumptions import Assumption
from forecasting.rules.drivers import Driver, read_drivers
from metering.queries import daily_history
from pricing import Charge, Series, Terms
from quotes.models import QuoteVersion
from quotes.rules import series


class Demand(NamedTuple):
    """The series to forecast, what is assumed of them, and the drivers of the scenario the version uses."""

    series: list[Series]
    assumptions: dict[Series, Assumption]
    drivers: tuple[Driver, ...]


def demand_of(version: QuoteVersion, terms: Terms) -> Demand:
    """The series with history, and those that nothing but an assumption can speak for."""
    stated = {series.series_named(name): levels for name, levels in version.assumptions.items()}
    metered = set(daily_history(version.quote.customer).series)
    wanted: set[Series] = set()
    for charge in series.metered(terms):
        wanted.update(series.matching(charge, {*metered, *stated}))
        if not series.matching(charge, metered) and wanted.isdisjoint(outside(charge, stated)):
            wanted.update(series.assumed(charge))
    assumptions = {key: assumption(levels) for key, levels in stated.items() if key in wanted}
    return Demand(sorted(wanted), assumptions, read_drivers(version.scenario.get("drivers", ())))


def outside(charge: Charge, stated: Iterable[Series]) -> set[Series]:
    """Statements that speak for the charge in other parts than its cells, and so for all of them."""
    return set(series.matching(charge, stated)) - set(series.assumed(charge))


def assumption(levels: dict[str, str]) -> Assumption:
    return Assumption(low=float(levels["low"]), base=float(levels["base"]), high=float(levels["high"]))
