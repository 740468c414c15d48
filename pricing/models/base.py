"""What every price model is: a frozen value and a function of what was measured."""

from collections.abc import Sequence
from decimal import Decimal
from typing import NamedTuple

from ..curves import Curve
from ..numbers import Array
from ..usage import Dimensions
from ..values import Value


class Measured(NamedTuple):
    """What one price is applied to: arrays of shape (rows, spans)."""

    quantity: Array  # units of the meter, after allowances
    parts: tuple[tuple[Dimensions, Array], ...] = ()  # the same by dimension values, before allowances
    tier_quantity: Array | None = None  # what finds the tier of an all-units price, where it is not `quantity`
    events: Array | None = None  # how many events the quantity came in
    event_amounts: Sequence[Sequence[Decimal]] | None = None  # each event, one list per span (of one row only)


class Model(Value):
    """A price model is a function of what was measured."""

    def amount(self, measured: Measured) -> Array:
        """Return the amount, in the shape and kind of number of the quantity."""
        return self.curve.amount(measured.quantity, measured.tier_quantity)

    @property
    def innermost(self) -> "Model":
        """The model below all multipliers: itself, unless it is one."""
        return self

    @property
    def singles(self) -> "tuple[Model, ...]":
        """The prices without dimensions that it is made of: itself, or those of all its cells."""
        return (self,)

    @property
    def by_event(self) -> bool:
        """Whether it matters in how many events the quantity came."""
        return False

    @property
    def curve(self) -> Curve:
        """The model as a curve; models that need more than a quantity have none."""
        raise NotImplementedError(f"{type(self).__name__} is not a function of quantity alone")
