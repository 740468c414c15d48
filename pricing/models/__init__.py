"""The price models: how a quantity becomes an amount. Each is a small frozen class and says its formula first.

q is the quantity of one billing interval, after allowances. Prices have up to 12 decimals and are never rounded;
an amount is rounded once, when its bill line is (`pricing.steps.rounding`).
"""

from typing import Annotated, get_args

from pydantic import Field

from ..values import Value
from .base import Measured, Model
from .dimensional import Cell, Matrix, Multiplier, label
from .percentage import ByEvent, GraduatedPercentage, Percentage, RateTier
from .simple import CostPlus, Flat, Package, PerUnit
from .single import SinglePrice
from .tiered import (
    BlockTier,
    Graduated,
    GraduatedPackage,
    Stairstep,
    StairTier,
    Tier,
    Volume,
    VolumePackage,
)

PriceModel = Annotated[SinglePrice | Matrix | Multiplier, Field(discriminator="model")]
MODELS: tuple[type[Value], ...] = (*get_args(get_args(SinglePrice)[0]), Matrix, Multiplier)

__all__ = [
    "MODELS",
    "BlockTier",
    "ByEvent",
    "Cell",
    "CostPlus",
    "Flat",
    "Graduated",
    "GraduatedPackage",
    "GraduatedPercentage",
    "Matrix",
    "Measured",
    "Model",
    "Multiplier",
    "Package",
    "PerUnit",
    "Percentage",
    "PriceModel",
    "RateTier",
    "SinglePrice",
    "StairTier",
    "Stairstep",
    "Tier",
    "Volume",
    "VolumePackage",
    "label",
]
