"""What a deal is made of: charges, credit grants and commitments."""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from .models import Matrix, Model, Multiplier, PriceModel, Stairstep, Volume, VolumePackage
from .money import ZERO
from .values import (
    MONTHS,
    Amount,
    Factor,
    Fraction,
    Interval,
    Key,
    Month,
    Name,
    Quantity,
    Recurrence,
    Size,
    Value,
    Window,
    plain,
    refuse,
)


class Fixed(Value):
    """A quantity agreed in the deal: 25 seats."""

    source: Literal["fixed"] = "fixed"
    value: Quantity


class Metered(Value):
    """The quantity a meter counts, of the series whose dimensions have one of the values in `where`."""

    source: Literal["meter"] = "meter"
    meter: Name
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)

    def matches(self, meter: str, dimensions: tuple[tuple[str, str], ...]) -> bool:
        """Tell whether a series belongs to this quantity."""
        values = dict(dimensions)
        return meter == self.meter and all(values.get(name) in allowed for name, allowed in self.where.items())


QuantitySource = Annotated[Fixed | Metered, Field(discriminator="source")]


class Conversion(Value):
    """Units of the meter into units of the price: quantity / divide, rounded to whole ones or not at all."""

    divide: Size
    rounding: Literal["up", "down", "none"] = "none"


class Allowance(Value):
    """Units included in the price: the first ones of each window, in order of time, are free."""

    quantity: Quantity
    reset: Window = "month"


class Ranged(Value):
    """Something in force from one month of the term to another, both included (null: to the end)."""

    from_month: Month = 1
    to_month: Month | None = None

    @model_validator(mode="after")
    def _range_in_order(self) -> "Ranged":
        if self.to_month is not None and self.to_month < self.from_month:
            refuse([("to_month", f"is before from_month {self.from_month}; make it {self.from_month} or more")])
        return self


class Charge(Ranged):
    """A price for a quantity, billed at an interval.

    The amount of an interval is price(quantity). Fixed quantities, minimum and maximum are prorated by calendar day
    where only a part of the interval lies in the term or between `starts` and `ends`; metered quantities are
    billed in arrears and never prorated.
    """

    kind: Literal["charge"] = "charge"
    key: Key
    product: Name = ""
    name: Name = ""
    unit: Name = "unit"
    price: PriceModel
    quantity: QuantitySource
    tier_quantity: Metered | None = None  # finds the tier of a volume price (tier by total, charge what matches)
    events: Metered | None = None  # counts the events of a percentage price
    interval: Interval = "month"
    timing: Literal["advance", "arrears"] = "arrears"
    conversion: Conversion | None = None  # before the allowance
    allowance: Allowance | None = None
    minimum: Amount | None = None  # per interval
    maximum: Amount | None = None
    starts: date | None = None  # first day charged, inside the term
    ends: date | None = None  # first day no longer charged

    @model_validator(mode="after")
    def _fields_agree(self) -> "Charge":
        problems = list(self._fixed_problems() if isinstance(self.quantity, Fixed) else self._metered_problems())
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            problems.append(("minimum", f"is more than the maximum of {plain(self.maximum)}; lower it"))
        if self.starts and self.ends and self.ends <= self.starts:
            problems.append(("ends", f"must be after {self.starts}"))
        if (self.starts or self.ends) and (self.from_month > 1 or self.to_month is not None):
            problems.append(("from_month", "says in months what starts and ends say in days; give one of them"))
        refuse(problems)
        return self

    def _fixed_problems(self) -> Iterator[tuple[str, str]]:
        if self.allowance is not None:
            yield "allowance", "needs a metered quantity; lower the fixed quantity instead"
        if isinstance(self.price, (Matrix, Multiplier)):
            yield "price", f"a {self.price.model} price needs a metered quantity; choose the price of one cell or value"
        if self.price.by_event:
            yield "price", "a price per event needs a metered quantity; use a rate without fee, limits and free events"
        for name in ("conversion", "tier_quantity", "events"):
            if getattr(self, name):
                yield name, "needs a metered quantity; remove it"

    def _metered_problems(self) -> Iterator[tuple[str, str]]:
        if self.timing == "advance":
            yield "timing", 'usage is known afterwards; use "arrears"'
        if self.allowance is not None and _width(self.allowance.reset) < _width(self.interval):
            yield "allowance.reset", f"is shorter than the interval; use {self.interval} or longer"
        if self.price.by_event and self.allowance is not None:
            yield "allowance", "events are not split; use free_events or free_amount of the price"
        if self.price.by_event and self.events is None:
            yield "events", "is missing; the price looks at each event, so name the meter that counts them"
        if self.starts or self.ends:
            yield "starts", "usage is not prorated by day; use from_month and to_month"
        if self.tier_quantity is not None and not all(map(_tier_found_by_other, self.price.singles)):
            models = "volume (without caps), stairstep or volume_package"
            yield "tier_quantity", f"finds the tier of all units; use a {models} price"

    @property
    def metered(self) -> bool:
        """Whether the quantity is counted by a meter."""
        return isinstance(self.quantity, Metered)

    @cached_property
    def known(self) -> dict[tuple[Any, ...], Any]:
        """What was computed of this charge and no other changes: see `apart`."""
        return {}


def _tier_found_by_other(price: Model) -> bool:
    """Tell whether the tier of a price can be found by another quantity than the one it is applied to."""
    if isinstance(price, Volume):
        return all(tier.cap is None for tier in price.tiers)
    return isinstance(price, (Stairstep, VolumePackage))


def _width(window: str) -> int:
    """Return the months of an interval or window; those of a whole term are the most."""
    return MONTHS.get(window, 1000)


class Scope(Value):
    """Which charges something applies to: those named, of these products, or on these meters; empty: see the owner."""

    charges: tuple[Key, ...] = ()
    products: tuple[Name, ...] = ()
    meters: tuple[Name, ...] = ()
    where: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # dimension values of matrix cells

    @property
    def empty(self) -> bool:
        """Whether no charge, product or meter is named."""
        return not (self.charges or self.products or self.meters)

    def covers(self, charge: Charge) -> bool:
        """Tell whether the charge is in scope; an empty scope covers every metered charge."""
        if self.empty:
            return charge.metered
        meter = charge.quantity.meter if isinstance(charge.quantity, Metered) else None
        return charge.key in self.charges or charge.product in self.products or meter in self.meters

    def covers_cell(self, when: dict[str, str]) -> bool:
        """Tell whether a matrix cell (or, with {}, an undivided charge) is in scope."""
        return all(when.get(name) in allowed for name, allowed in self.where.items())


class Rollover(Value):
    """What of an expiring grant moves into its next one: min(cap, max(floor, unused x fraction))."""

    fraction: Fraction = Decimal(1)
    floor: Quantity = ZERO
    cap: Quantity | None = None


class CreditGrant(Ranged):
    """Credit that pays for usage: money, or a custom `unit` that charges burn at their own rates.

    Burn order: priority (low first), earliest expiry, narrowest scope, oldest. Money credits pay discounted
    amounts. Unit credits cover quantities before they are priced: one unit of charge c burns `rates[c]` of them,
    else the rate of its product, else 1; with an empty scope the charges that have a rate are covered.
    """

    kind: Literal["credit"] = "credit"
    key: Key
    product: Name = ""
    name: Name = ""
    amount: Quantity
    unit: Name | None = None  # null: money in the currency of the terms
    rates: dict[Name, Size] = Field(default_factory=dict)  # custom units burned per unit of a charge or product
    purchase: Amount = ZERO  # paid for each grant; 0 is promotional
    every: Recurrence = "once"
    scope: Scope = Scope()
    priority: Annotated[int, Field(ge=0, le=1000)] = 50
    expires_months: Annotated[int, Field(ge=1, le=600)] | None = None  # null: at the end of the term
    rollover: Rollover | None = None  # then a grant expires when the next one comes

    @model_validator(mode="after")
    def _fields_agree(self) -> "CreditGrant":
        problems = []
        if self.rollover is not None and self.every == "once":
            problems.append(("rollover", 'needs a grant that recurs; set every to "month", "quarter" or "year"'))
        if self.rollover is not None and self.expires_months not in (None, MONTHS.get(self.every)):
            problems.append(("expires_months", f"a grant that rolls over lasts one {self.every}; leave it out"))
        if self.rates and self.unit is None:
            problems.append(("rates", "money needs no rates; name a custom unit or remove them"))
        refuse(problems)
        return self


class Commitment(Ranged):
    """What the customer promises to use: money, or a `quantity` of units, in each window.

    True-up (postpaid): at the end of each window the missing part is billed. Prepaid: the commitment is invoiced by
    `invoice` and drawn down like a credit. Beyond the commitment, usage costs `overage_factor` times its price.
    """

    kind: Literal["commitment"] = "commitment"
    key: Key
    product: Name = ""
    name: Name = ""
    amount: Amount | None = None
    quantity: Quantity | None = None
    window: Window = "year"
    settle: Literal["true_up", "prepaid", "none"] = "true_up"  # none: only the overage factor applies
    invoice: Literal["upfront", "month", "quarter", "year"] = "upfront"  # of a prepaid commitment, per window
    overage_factor: Factor = Decimal(1)
    scope: Scope = Scope()
    priority: Annotated[int, Field(ge=0, le=1000)] = 100  # among credits, when prepaid

    @model_validator(mode="after")
    def _one_measure(self) -> "Commitment":
        problems = []
        if (self.amount is None) == (self.quantity is None):
            problems.append(("amount", "give either amount (money) or quantity (units)"))
        if self.quantity is not None and len(self.scope.charges) != 1:
            problems.append(("scope.charges", "a committed quantity is of exactly one charge; name it"))
        refuse(problems)
        return self


Component = Annotated[Charge | CreditGrant | Commitment, Field(discriminator="kind")]
