"""The prices that need no dimension: one of them is in every cell of a matrix."""

from typing import Annotated

from pydantic import Field

from .percentage import GraduatedPercentage, Percentage
from .simple import CostPlus, Flat, Package, PerUnit
from .tiered import Graduated, GraduatedPackage, Stairstep, Volume, VolumePackage

SinglePrice = Annotated[
    Flat
    | PerUnit
    | Graduated
    | Volume
    | Stairstep
    | Package
    | GraduatedPackage
    | VolumePackage
    | Percentage
    | GraduatedPercentage
    | CostPlus,
    Field(discriminator="model"),
]
