"""The customer's own bill: her usage, the frozen terms, the one engine. Stores nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import starmap
from typing import NamedTuple

import numpy as np

from catalog.models import Meter
from forecasting.queries import usage_bands
from forecasting.rules.bands import UsageBands
from pricing import Series, Terms, Usage, committed, rate
from quotes.models import QuoteVersion
from quotes.queries import forecasts
from quotes.rules.own_bill import Slider, slider
from quotes.rules.series import matching, name_of


@dataclass(frozen=True)
class OwnBill:
    """What the usage comes to, exactly: over the term and by month."""

    term: Decimal
    months: tuple[Decimal, ...]
    committed: Decimal

    @property
    def usage(self) -> Decimal:
        """Beyond what is owed in any case."""
        return self.term - self.committed


class Metered(NamedTuple):
    """A series of the forecast, and how people count it."""

    band: UsageBands
    meter: Meter | None

    @property
    def scale(self) -> Decimal:
        return Decimal(repr(forecasts.scale(self.meter)))


def metered_of(version: QuoteVersion, terms: Terms) -> list[Metered]:
    """What the terms bill by usage and the version's forecast is about."""
    bands = usage_bands(version.forecast_run) if version.forecast_run else []
    found = [one for one in bands if any(matching(charge, [one.series]) for charge in terms.charges)]
    return [Metered(one, version.meters.get(one.series.meter)) for one in found]


def sliders(metered: list[Metered], wanted: Mapping[str, Decimal]) -> list[Slider]:
    """One for each series: how much of it in a month, on average over the term."""
    return [
        slider(
            name_of(one.band.series),
            label=forecasts.label(one.band.series, one.meter),
            unit=forecasts.unit(one.meter),
            low=average(one.band.p10) / one.scale,
            usual=average(one.band.p50) / one.scale,
            high=average(one.band.p90) / one.scale,
            wanted=wanted.get(name_of(one.band.series)),
        )
        for one in metered
    ]


def own_bill(terms: Terms, metered: list[Metered], moved: list[Slider]) -> OwnBill:
    """The bill when each series is used as its slider says, growing over the term as forecast."""
    months = len(terms.periods)
    series = dict(starmap(months_of, zip(metered, moved, strict=True)))
    bill = rate(terms, Usage(series, shape=(1, months)) if series else Usage.zero(terms))
    return OwnBill(bill.total, tuple(bill.net[0]), committed(terms))


def months_of(one: Metered, moved: Slider) -> tuple[Series, np.ndarray]:
    """The forecast's months, all scaled so that their average is what was chosen."""
    usual, chosen = average(one.band.p50), moved.value * one.scale
    row = np.empty((1, len(one.band.p50)), dtype=object)
    row[0] = [round(chosen * exact(value) / usual if usual else chosen, 6) for value in one.band.p50]
    return one.band.series, row


def average(values: object) -> Decimal:
    numbers = [exact(value) for value in values]  # type: ignore[attr-defined]
    return sum(numbers, Decimal(0)) / len(numbers) if numbers else Decimal(0)


def exact(value: float) -> Decimal:
    return Decimal(repr(float(value)))
