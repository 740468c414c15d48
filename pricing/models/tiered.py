"""Prices in tiers: `up_to` is inclusive, tiers rise, and only the last is open-ended."""

from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .. import curves
from ..curves import Curve, Step
from ..money import ZERO
from ..values import Amount, Size, Value, plain, refuse
from .base import Model


class Tier(Value):
    """Units above the tier before it up to and including `up_to` (null: no end)."""

    up_to: Size | None = None
    unit: Amount = ZERO
    flat: Amount = ZERO
    cap: Amount | None = None  # the most this tier's units cost, its flat fee apart


class StairTier(Value):
    """One stair: the amount for any quantity up to and including `up_to`."""

    up_to: Size | None = None
    amount: Amount


class BlockTier(Value):
    """Blocks of `size` units at `price` each, for units up to and including `up_to`."""

    up_to: Size | None = None
    size: Size
    price: Amount
    flat: Amount = ZERO


class Tiered(Model):
    """Tiers rise, and only the last has no end."""

    tiers: tuple[Any, ...]
    bill_zero: bool = False  # also bill the first tier's flat fee when nothing was used

    @model_validator(mode="after")
    def _tiers_rise(self) -> "Tiered":
        refuse(tier_problems([tier.up_to for tier in self.tiers]))
        return self

    def _steps(self) -> list[Step]:
        lows = [ZERO, *(tier.up_to for tier in self.tiers[:-1])]
        return [self._step(low, tier) for low, tier in zip(lows, self.tiers, strict=True)]

    def _step(self, low: Decimal, tier: Any) -> Step:
        return Step(low, tier.up_to, tier.unit, tier.flat, cap=tier.cap)


class Graduated(Tiered):
    """Each unit at its own tier's price, plus the flat fee of every tier entered. Never falls as q grows."""

    model: Literal["graduated"] = "graduated"
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.marginal(self._steps(), bill_zero=self.bill_zero)


class Volume(Tiered):
    """All units at the price of the tier that q falls in, plus that tier's flat fee. May fall at an edge."""

    model: Literal["volume"] = "volume"
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.all_units(self._steps(), bill_zero=self.bill_zero)


class Stairstep(Tiered):
    """The flat price of the tier reached."""

    model: Literal["stairstep"] = "stairstep"
    tiers: Annotated[tuple[StairTier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.all_units(self._steps(), bill_zero=self.bill_zero)

    def _step(self, low: Decimal, tier: StairTier) -> Step:
        return Step(low, tier.up_to, ZERO, tier.amount)


class _Blocks(Tiered):
    rounding: Literal["up", "down"] = "up"

    def _step(self, low: Decimal, tier: BlockTier) -> Step:
        return Step(low, tier.up_to, tier.price, tier.flat, tier.size)


class GraduatedPackage(_Blocks):
    """Each tier's units in blocks of that tier: sum of ceil(units in tier / size) x price, plus flats entered."""

    model: Literal["graduated_package"] = "graduated_package"
    tiers: Annotated[tuple[BlockTier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.marginal(self._steps(), bill_zero=self.bill_zero, up=self.rounding == "up")


class VolumePackage(_Blocks):
    """All units in blocks of the tier that q falls in: ceil(q / size) x price, plus that tier's flat fee."""

    model: Literal["volume_package"] = "volume_package"
    tiers: Annotated[tuple[BlockTier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.all_units(self._steps(), bill_zero=self.bill_zero, up=self.rounding == "up")


def tier_problems(ends: Sequence[Decimal | None]) -> list[tuple[str, str]]:
    """Return what is wrong with the ends of tiers: they must rise, and the last (only) must be open."""
    problems, low = [], ZERO
    for n, end in enumerate(ends):
        last = n == len(ends) - 1
        if end is None and not last:
            problems.append((f"tiers[{n}].up_to", "is missing; only the last tier is open-ended"))
        if end is not None and last:
            problems.append((f"tiers[{n}].up_to", f"is {plain(end)}, but the last tier is open-ended; leave it empty"))
        if end is not None and end <= low:
            problems.append((f"tiers[{n}].up_to", f"is {plain(end)}; it must be more than {plain(low)}"))
        low = end if end is not None else low
    return problems
