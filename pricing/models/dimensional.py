"""Prices by dimension: a matrix of prices, and factors on a price."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from .. import numbers
from ..numbers import Array
from ..usage import Dimensions
from ..values import Factor, Name, Value, refuse
from .base import Measured, Model
from .single import SinglePrice


class Cell(Value):
    """The price of usage whose dimensions have all the values of `when`."""

    when: Annotated[Mapping[str, str], Field(min_length=1)]
    price: SinglePrice


class Matrix(Model):
    """A price per cell of dimension values. Usage goes to the first cell that it fits, or to `default`, or unpriced."""

    model: Literal["matrix"] = "matrix"
    dimensions: Annotated[tuple[Name, ...], Field(min_length=1)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    default: SinglePrice | None = None

    @model_validator(mode="after")
    def _cells_fit(self) -> "Matrix":
        known, seen, problems = set(self.dimensions), set[str](), []
        for n, cell in enumerate(self.cells):
            if unknown := sorted(set(cell.when) - known):
                problems.append(
                    (f"cells[{n}].when", f"has no dimension {unknown[0]}; use {', '.join(self.dimensions)}")
                )
            name = label(cell.when, self.dimensions)
            if name in seen:
                problems.append((f"cells[{n}].when", f"repeats the cell {name}; remove one of them"))
            seen.add(name)
        refuse(problems)
        return self

    @property
    def singles(self) -> tuple[Model, ...]:
        default = () if self.default is None else (self.default,)
        return (*(cell.price for cell in self.cells), *default)

    @property
    def by_event(self) -> bool:
        return any(price.by_event for price in self.singles)

    def price_for(self, dimensions: Dimensions) -> SinglePrice | None:
        """Return the price of usage with these dimension values."""
        values = dict(dimensions)
        for cell in self.cells:
            if all(values.get(name) == value for name, value in cell.when.items()):
                return cell.price
        return self.default


class Multiplier(Model):
    """Another price times a factor per value of one dimension (batch 0.5, off-peak 0.7).

    The base price is applied to the whole quantity, so all values share its tiers; the amount is then multiplied
    by the average of the factors, weighted by quantity. A multiplier of a multiplier has the product of both factors
    for each part of the usage (off-peak batch: 0.35).
    """

    model: Literal["multiplier"] = "multiplier"
    base: "SinglePrice | Matrix | Multiplier" = Field(discriminator="model")
    dimension: Name
    factors: Annotated[Mapping[str, Factor], Field(min_length=1)]
    default: Factor = Decimal(1)

    def amount(self, measured: Measured) -> Array:
        amount: Array = self.innermost.amount(measured) * self.average_factor(measured)
        return amount

    @property
    def innermost(self) -> Model:
        return self.base.innermost

    @property
    def singles(self) -> tuple[Model, ...]:
        return self.base.singles

    @property
    def by_event(self) -> bool:
        return self.base.by_event

    def of(self, price: SinglePrice) -> "Multiplier":
        """Return the same factors of another price, such as that of one cell of the matrix below."""
        base = self.base.of(price) if isinstance(self.base, Multiplier) else price
        return self.model_copy(update={"base": base})

    def average_factor(self, measured: Measured) -> Any:
        """Return sum(q_v x factor_v) / sum(q_v) over the values v of the dimension; 1 where nothing was used."""
        if not measured.parts:
            return numbers.number(measured.quantity, Decimal(1))
        factors = [self.factor(dimensions) for dimensions, _ in measured.parts]
        if len(set(factors)) == 1:
            return numbers.number(measured.quantity, factors[0])
        arrays = [quantity for _, quantity in measured.parts]
        weighted = sum(q * numbers.number(q, factor) for q, factor in zip(arrays, factors, strict=True))
        return numbers.ratio(np.asarray(weighted), np.asarray(sum(arrays)), otherwise=Decimal(1))

    def factor(self, dimensions: Dimensions) -> Decimal:
        """Return the factor of usage with these dimension values."""
        own = self.factors.get(dict(dimensions).get(self.dimension, ""), self.default)
        return own * self.base.factor(dimensions) if isinstance(self.base, Multiplier) else own

    @property
    def dimensions(self) -> tuple[str, ...]:
        """The dimensions of all factors, the outermost first."""
        return (self.dimension, *(self.base.dimensions if isinstance(self.base, Multiplier) else ()))


def label(when: Mapping[str, str], dimensions: Sequence[str]) -> str:
    """Name a cell by its values, in the order of the matrix's dimensions: `sonnet,input`."""
    return ",".join(when[name] for name in dimensions if name in when)
