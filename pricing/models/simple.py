"""Prices without tiers."""

from functools import cached_property
from typing import Literal

from .. import curves
from ..curves import Curve
from ..money import ZERO
from ..values import Amount, Growth, Quantity, Size
from .base import Model


class Flat(Model):
    """fee, once per interval, whatever q."""

    model: Literal["flat"] = "flat"
    fee: Amount

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(ZERO, at=self.fee)


class PerUnit(Model):
    """q x unit."""

    model: Literal["per_unit"] = "per_unit"
    unit: Amount

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(self.unit)


class Package(Model):
    """ceil((q - free) / size) x price; floor when rounding down."""

    model: Literal["package"] = "package"
    size: Size
    price: Amount
    free: Quantity = ZERO
    rounding: Literal["up", "down"] = "up"

    @cached_property
    def curve(self) -> Curve:
        return curves.in_blocks(self.size, self.price, self.free, up=self.rounding == "up")


class CostPlus(Model):
    """Metered cost x (1 + markup %)."""

    model: Literal["cost_plus"] = "cost_plus"
    markup: Growth

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(1 + self.markup / 100)
