"""Published prices of language models as parts of a catalog: meters, products, prices and unit costs. Pure.

One charge per model and meter; its matrix has a cell per kind of usage and per special condition. Prices are per single
unit, media apart: those are priced by the hour and counted in seconds.
"""

import hashlib
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from genai_prices.types import ModelInfo, Provider

from catalog.rules.llm_tariffs import (
    CONTEXT,
    HOURS,
    KIND,
    UNITS,
    USUAL,
    Cell,
    Scale,
    asked_for,
    cells_of,
    scale_of,
    start_days,
)

Form = dict[str, Any]

METERS = {
    "tokens": ("Model tokens", "token"),
    "requests": ("Model requests", "request"),
    "tool_calls": ("Tool calls of models", "call"),
    "durations": ("Media read and made by models", "second"),
    "document_pages": ("Pages read by models", "page"),
    "characters": ("Characters read by models", "character"),
    "messages": ("Messages to models", "message"),
    "pixels": ("Pixels read by models", "pixel"),
    "rerank": ("Searches ranked by models", "search"),
}
TWELVE_DECIMALS = Decimal("1e-12")
HOUR = 3600


class Translated(NamedTuple):
    """The parts of a catalog; `left_out` are models without a price, `rounded` those with more than 12 decimals."""

    meters: list[Form]
    products: list[Form]
    prices: list[Form]
    costs: list[Form]
    left_out: list[str]
    rounded: list[str]


class Model(NamedTuple):
    """A model of a provider under a name that a dimension value and a key can have."""

    provider: Provider
    info: ModelInfo
    name: str


def translate(providers: Sequence[Provider], *, on: date, source: str, chosen: Collection[str] = ()) -> Translated:
    """What the chosen providers (all, if none is named) charge on a day.

    Meters are made for all providers alike, so that a choice takes no values away from other books.
    """
    scale, models = scale_of(providers), named(providers)
    found = Translated(meters_of(providers, models, scale), products_of(providers, chosen), [], [], [], [])
    for model in models:
        if not chosen or model.provider.id in chosen:
            add_model(found, model, cells_of(model.info, scale, on), source)
    return found


def named(providers: Iterable[Provider]) -> list[Model]:
    """All models, each with a name unlike any other's."""
    models, taken = list[Model](), set[str]()
    for provider in providers:
        for info in provider.models:
            full = f"{provider.id}:{info.id}"
            name = re.sub("[^A-Za-z0-9.:-]+", ".", full).strip(".")
            if len(name) > 48 or name in taken:
                name = f"{name[:39]}-{hashlib.sha256(full.encode()).hexdigest()[:8]}"
            taken.add(name)
            models.append(Model(provider, info, name))
    return models


def effective_from(providers: Sequence[Provider], on: date) -> date:
    """Since when the prices of a day have been in force."""
    return max((day for day in start_days(providers) if day <= on), default=on)


def next_change(providers: Sequence[Provider], on: date) -> date | None:
    """The first day after this one on which a price changes."""
    return min((day for day in start_days(providers) if day > on), default=None)


def add_model(found: Translated, model: Model, cells: Sequence[Cell], source: str) -> None:
    if not cells:
        found.left_out.append(model.name)
    for family in dict.fromkeys(cell.unit.family for cell in cells):
        mine = [cell for cell in cells if cell.unit.family == family]
        key = model.name if family == "tokens" else f"{model.name}.{word_of(family)}"
        sold, cost = (matrix(mine, in_hours=in_hours) for in_hours in (True, False))
        if any(is_rounded(cell) for cell in mine):
            found.rounded.append(key)
        found.prices.append({"component": charge(model, key, family, sold), "source": source})
        found.costs.append({"meter": meter_of(family), "where": {"model": model.name}, "price": cost, "source": source})


def charge(model: Model, key: str, family: str, price: Form) -> Form:
    by_hour = family == "durations"
    return {
        "kind": "charge",
        "key": key,
        "product": product_of(model.provider),
        "name": f"{model.provider.name} {model.info.name or model.info.id}"[:200],
        "unit": "hour" if by_hour else METERS[family][1],
        "price": price,
        "quantity": {"source": "meter", "meter": meter_of(family), "where": {"model": [model.name]}},
        **({"conversion": {"divide": str(HOUR)}} if by_hour else {}),
    }


def matrix(cells: Sequence[Cell], *, in_hours: bool) -> Form:
    """A cell for each condition; of equal conditions the first counts."""
    found = {tuple(sorted(cell.when.items())): cell for cell in reversed(cells)}
    kept = [cell for cell in cells if found[tuple(sorted(cell.when.items()))] is cell]
    names = dict.fromkeys(name for cell in kept for name in cell.when)
    return {
        "model": "matrix",
        "dimensions": list(names),
        "cells": [{"when": cell.when, "price": per_unit(cell, in_hours=in_hours)} for cell in kept],
    }


def per_unit(cell: Cell, *, in_hours: bool) -> Form:
    price = cell.price if cell.unit.per == HOUR and in_hours else cell.price / cell.unit.per
    return {"model": "per_unit", "unit": format(price.quantize(TWELVE_DECIMALS), "f")}


def is_rounded(cell: Cell) -> bool:
    price = cell.price if cell.unit.per == HOUR else cell.price / cell.unit.per
    return price != price.quantize(TWELVE_DECIMALS)


def meters_of(providers: Sequence[Provider], models: Sequence[Model], scale: Scale) -> list[Form]:
    """One meter per family; what a model is asked for and when is known of each of its events alike."""
    asked = asked_for(providers)
    shared = {
        "model": [model.name for model in models],
        CONTEXT: [USUAL, *(value for value, _ in scale.contexts)],
        HOURS: [USUAL, *(value for value, _, _ in scale.hours)],
        **{name: [USUAL, *values] for name, values in asked.items()},
    }
    return [
        {
            "code": meter_of(family),
            "name": name,
            "unit": unit,
            "dimensions": {KIND: kinds_of(family), **shared},
            "defaults": dict.fromkeys((CONTEXT, HOURS, *asked), USUAL),
            "derived": dict(derived(scale)),
            **({"display_scale": "1000000", "display_unit": "M tokens"} if family == "tokens" else {}),
        }
        for family, (name, unit) in METERS.items()
    ]


def kinds_of(family: str) -> list[str]:
    return sorted({unit.kind for unit in UNITS.values() if unit.family == family})


def derived(scale: Scale) -> Iterator[tuple[str, Form]]:
    """How metering finds the context band and the hours of an event by itself."""
    if scale.sizes:
        values = [USUAL, *(value for value, _ in scale.contexts)]
        ends: list[Mapping[str, str]] = [{"up_to": str(size)} for size in scale.sizes]
        bands = [{"value": value, **end} for value, end in zip(values, [*ends, {}], strict=True)]
        yield CONTEXT, {"from": "input_tokens", "bands": bands}
    if scale.hours:
        windows = [
            {"value": value, "from": f"{opens:%H:%M}", "to": f"{closes:%H:%M}"} for value, opens, closes in scale.hours
        ]
        yield HOURS, {"windows": windows, "otherwise": USUAL}


def products_of(providers: Iterable[Provider], chosen: Collection[str]) -> list[Form]:
    return [
        {"code": product_of(provider), "name": f"{provider.name} models"[:80], "kind": "usage"}
        for provider in providers
        if not chosen or provider.id in chosen
    ]


def product_of(provider: Provider) -> str:
    return f"llm-{word_of(provider.id.lower())}"[:40]


def meter_of(family: str) -> str:
    return f"llm-{word_of(family)}"


def word_of(text: str) -> str:
    return text.replace("_", "-")
