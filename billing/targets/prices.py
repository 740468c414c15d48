"""Prices as billing systems take them: percents and escalator worked in, included units as a first free tier."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from pricing.models import (
    Flat,
    Graduated,
    GraduatedPercentage,
    Multiplier,
    Package,
    Percentage,
    PerUnit,
    PriceModel,
    Stairstep,
    StairTier,
    Volume,
)
from pricing.money import CONTEXT, ZERO

SCALED = {
    Flat: ("fee",),
    PerUnit: ("unit",),
    Package: ("price",),
    Percentage: ("rate", "fee", "minimum", "maximum"),
    GraduatedPercentage: ("fee", "minimum", "maximum"),
}
SCALED_TIERS = ("unit", "flat", "cap", "amount", "price", "rate")
MOST_DECIMALS = 12
TIERED = (PerUnit, Graduated, Volume, Stairstep)


class Band(NamedTuple):
    """Units above `low`, up to and including `high` (none: without end): each costs `unit`, entering costs `flat`."""

    low: Decimal
    high: Decimal | None
    unit: Decimal
    flat: Decimal


def scaled(price: PriceModel, factor: Decimal) -> PriceModel:
    """The price times a factor, exactly; `NotExact` where that needs more decimals than a price may have."""
    if factor == 1:
        return price
    if isinstance(price, Multiplier):
        return price.model_copy(update={"default": price.default, "base": scaled(price.base, factor)})
    changed: dict[str, Any] = {
        name: _times(getattr(price, name), factor)
        for name in SCALED.get(type(price), ())
        if getattr(price, name) is not None
    }
    if hasattr(price, "tiers"):
        changed["tiers"] = tuple(_scaled_tier(tier, factor) for tier in price.tiers)
    if hasattr(price, "markup"):
        changed["markup"] = exactly(CONTEXT.multiply(100 + price.markup, factor) - 100)
    return price.model_copy(update=changed)


def bands(price: PriceModel, included: Decimal = ZERO) -> tuple[Band, ...]:
    """A price by unit, by graduated or by flat tiers as bands, after the units that are included."""
    found = [Band(low + included, None if high is None else high + included, *rest) for low, high, *rest in _own(price)]
    return (Band(ZERO, included, ZERO, ZERO), *found) if included else tuple(found)


class NotExact(ValueError):
    """A discount or an escalator gives a price with more decimals than any price may have."""


def _own(price: PriceModel) -> Iterator[tuple[Decimal, Decimal | None, Decimal, Decimal]]:
    if isinstance(price, PerUnit):
        yield ZERO, None, price.unit, ZERO
        return
    if not isinstance(price, TIERED):
        raise TypeError(f"{price.model} has no tiers of units")
    low = ZERO
    for tier in price.tiers:
        yield low, tier.up_to, *((ZERO, tier.amount) if isinstance(tier, StairTier) else (tier.unit, tier.flat))
        low = tier.up_to or low


def _scaled_tier(tier: Any, factor: Decimal) -> Any:
    names = [name for name in SCALED_TIERS if getattr(tier, name, None) is not None]
    return tier.model_copy(update={name: _times(getattr(tier, name), factor) for name in names})


def _times(value: Decimal, factor: Decimal) -> Decimal:
    return exactly(CONTEXT.multiply(value, factor))


def exactly(value: Decimal) -> Decimal:
    """The value, where it has no more decimals than a price may have; else `NotExact`."""
    short = value.quantize(Decimal(1).scaleb(-MOST_DECIMALS), context=CONTEXT)
    if short != value:
        raise NotExact(f"{value} has more than {MOST_DECIMALS} decimals")
    return short.normalize() + 0 if short else ZERO
