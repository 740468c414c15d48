"""What a language model costs on one day, cell by cell, as the genai-prices package publishes it. Pure.

A price of the package may depend on the size of a request (a cliff: the whole request is priced by the highest bound
that its input exceeds), on the time of day, and on what the request asked for (batch, priority, ...). Each becomes a
dimension, and a cell says which values it holds for: usage takes the first cell that it fits.
"""

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from genai_prices.data_units import unit_data
from genai_prices.types import (
    ModelInfo,
    ModelPrice,
    Provider,
    StartDateConstraint,
    Tier,
    TieredPrices,
    TimeOfDateConstraint,
)

KIND, CONTEXT, HOURS = "kind", "context", "hours"
USUAL = "standard"  # the value of any other dimension that nothing special is known of
MIDNIGHT = time(0)


class Unit(NamedTuple):
    """One kind of usage of a family (tokens, requests, ...); a price is for `per` units."""

    kind: str
    family: str
    per: int


class Cell(NamedTuple):
    """What usage costs whose dimensions have all the values of `when`."""

    unit: Unit
    when: dict[str, str]
    price: Decimal


class Scale(NamedTuple):
    """The bounds that all models have together: of request sizes, and of times of day in UTC."""

    sizes: tuple[int, ...]
    times: tuple[time, ...]

    @property
    def contexts(self) -> list[tuple[str, int]]:
        """The bands of sizes by the bound they exceed; smaller requests are `standard`."""
        return [(f"over-{size}", size) for size in self.sizes]

    @property
    def hours(self) -> list[tuple[str, time, time]]:
        """The windows between two bounds; the time after the last and before the first is `standard`."""
        return [(f"{opens:%H:%M}-{closes:%H:%M}", opens, closes) for opens, closes in pairwise(self.times)]


UNITS = {
    unit["price_key"]: Unit(key.removesuffix("_tokens").replace("_", "-"), unit["dimensions"]["family"], unit["per"])
    for key, unit in unit_data.items()
}


def scale_of(providers: Iterable[Provider]) -> Scale:
    sizes, times = set[int](), set[time]()
    for model in models_of(providers):
        for table in tables_of(model):
            sizes |= {tier.start for _, value in prices_in(table) for tier in tiers_of(value)}
        for constraint in constraints_of(model):
            if isinstance(constraint, TimeOfDateConstraint):
                times |= {in_utc(constraint.start_time), in_utc(constraint.end_time)}
    return Scale(tuple(sorted(sizes)), tuple(sorted(times)))


def asked_for(providers: Iterable[Provider]) -> dict[str, list[str]]:
    """What requests can ask for, by dimension: `processing: [batch]`."""
    found = dict[str, list[str]]()
    for model in models_of(providers):
        for variant in model.price_variants or ():
            for name, value in words(variant.when).items():
                if value != USUAL and value not in found.setdefault(name, []):
                    found[name].append(value)
    return {name: sorted(values) for name, values in sorted(found.items())}


def start_days(providers: Iterable[Provider]) -> set[date]:
    """The days on which some price changes."""
    constraints = (one for model in models_of(providers) for one in constraints_of(model))
    return {one.start_date for one in constraints if isinstance(one, StartDateConstraint)}


def cells_of(model: ModelInfo, scale: Scale, on: date) -> list[Cell]:
    """What each kind of usage costs on a day, the most special cells first."""
    usual = cells_at(model, scale, on, scale.times[-1] if scale.times else MIDNIGHT)
    found = list[Cell]()
    timed = any(isinstance(one, TimeOfDateConstraint) for one in constraints_of(model))
    for value, opens, _ in scale.hours if timed else ():
        cells = cells_at(model, scale, on, opens)
        if cells != usual:
            found += [cell._replace(when={**cell.when, HOURS: value}) for cell in cells]
    return found + usual


def cells_at(model: ModelInfo, scale: Scale, on: date, at: time) -> list[Cell]:
    """The cells of one moment: of what a request asks for, in the package's order, then of all others."""
    moment = datetime.combine(on, at, UTC)
    found = list[Cell]()
    for variant in model.price_variants or ():
        if variant.constraint is None or variant.constraint.active(moment):
            found += table_cells(variant.prices, scale, words(variant.when))
    return found + table_cells(model.get_prices(moment) if model.prices else ModelPrice(), scale, {})


def table_cells(table: ModelPrice, scale: Scale, asked: dict[str, str]) -> list[Cell]:
    found = list[Cell]()
    for unit, value in prices_in(table):
        when = {KIND: unit.kind, **asked}
        base = value.base if isinstance(value, TieredPrices) else value
        for context, size in scale.contexts:
            price = max(((tier.start, tier.price) for tier in tiers_of(value) if tier.start <= size), default=None)
            if price is not None:
                found.append(Cell(unit, {**when, CONTEXT: context}, price[1]))
        found.append(Cell(unit, when, base))
    return found


def models_of(providers: Iterable[Provider]) -> Iterator[ModelInfo]:
    for provider in providers:
        yield from provider.models


def tables_of(model: ModelInfo) -> list[ModelPrice]:
    standard = [model.prices] if isinstance(model.prices, ModelPrice) else [one.prices for one in model.prices]
    return [*standard, *(variant.prices for variant in model.price_variants or ())]


def constraints_of(model: ModelInfo) -> list[StartDateConstraint | TimeOfDateConstraint]:
    conditional = [] if isinstance(model.prices, ModelPrice) else model.prices
    found = [one.constraint for one in (*conditional, *(model.price_variants or ()))]
    return [one for one in found if one is not None]


def prices_in(table: ModelPrice) -> Iterator[tuple[Unit, Decimal | TieredPrices]]:
    for name, unit in UNITS.items():
        value = vars(table).get(name)
        if value is not None:
            yield unit, value


def tiers_of(value: Decimal | TieredPrices) -> list[Tier]:
    return value.tiers if isinstance(value, TieredPrices) else []


def words(when: dict[str, str]) -> dict[str, str]:
    """Dimension values as a catalog writes them: `service_tier: default` is the usual one."""
    return {word(name): word(value) for name, value in when.items()}


def word(text: str) -> str:
    return re.sub("[^A-Za-z0-9.:-]+", "-", text).strip("-")


def in_utc(clock: time) -> time:
    if clock.tzinfo is None:
        return clock
    return datetime.combine(date(2000, 1, 1), clock).astimezone(UTC).time()
