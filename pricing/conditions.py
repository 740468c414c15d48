"""What a deal says about its components: discounts, shared allowances, phases, guarantees and limits."""

from typing import Annotated

from pydantic import Field, model_validator

from .components import Metered, Ranged, Scope
from .models import PriceModel
from .values import Amount, Fraction, Growth, Key, Month, Name, Percent, Quantity, Value, Window, refuse


class Discount(Ranged):
    """Percent or money off named charges, off a scope, or off the whole quote (neither is given).

    Percents on the same thing multiply. Credits and commitments are not discounted by a whole-quote discount: a credit
    bought cheaper would discount the usage it pays for twice. Name its key to discount a purchase.
    """

    key: Key
    name: Name = ""
    percent: Percent | None = None
    amount: Amount | None = None  # per month, spread over its charges
    charges: tuple[Key, ...] = ()
    scope: Scope | None = None  # instead of `charges`: by product, meter or dimension values

    @model_validator(mode="after")
    def _one_measure(self) -> "Discount":
        problems = []
        if (self.percent is None) == (self.amount is None):
            problems.append(("percent", "give either percent or amount"))
        if self.charges and self.scope is not None:
            problems.append(("scope", "is said by charges already; name the charges inside the scope"))
        if self.scope is not None and self.scope.empty and not self.scope.where:
            problems.append(("scope", "is empty; name charges, products, meters or dimension values, or leave it out"))
        refuse(problems)
        return self

    @property
    def whole_quote(self) -> bool:
        """Whether it is off everything."""
        return not self.charges and self.scope is None


class SharedAllowance(Value):
    """Included units that several charges use up together; within a month in the order they are listed."""

    key: Key
    name: Name = ""
    quantity: Quantity
    reset: Window = "month"
    charges: Annotated[tuple[Key, ...], Field(min_length=1)]


class Change(Value):
    """What a phase changes about one component; null leaves it as it was."""

    key: Key
    quantity: Quantity | None = None  # of a fixed charge, or of a committed quantity
    price: PriceModel | None = None
    amount: Quantity | None = None  # of a commitment or a credit grant


class Phase(Value):
    """A step of a ramp: from this month on the changes hold, until a later phase changes the same thing again."""

    from_month: Month
    name: Name = ""
    changes: Annotated[tuple[Change, ...], Field(min_length=1)]


class Escalator(Value):
    """A rise of list prices every so many months: x (1 + percent / 100) each time, compounding."""

    percent: Growth
    every_months: Month = 12
    charges: tuple[Key, ...] = ()  # empty: every charge but one-time ones


class Guarantee(Value):
    """A promised outcome rate: while outcomes / attempts of a window is lower, a share of the charges is returned."""

    key: Key
    name: Name = ""
    outcomes: Metered
    attempts: Metered
    threshold: Fraction
    credit_percent: Percent
    charges: tuple[Key, ...] = ()  # empty: every metered charge
    window: Window = "month"


class DealLimit(Value):
    """A least or most that is billed for the whole deal in each window."""

    amount: Amount
    window: Window = "month"
