"""The price models: how a quantity becomes an amount. Each is a small frozen class and says its formula first.

q is the quantity of one billing interval, after allowances. Prices have up to 12 decimals and are never rounded;
an amount is rounded once, when its bill line is (`pricing.steps.rounding`).
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple, get_args

import numpy as np
from pydantic import Field, model_validator

from . import curves, numbers
from .curves import Curve, Step
from .money import ZERO
from .numbers import Array
from .usage import Dimensions
from .values import Amount, Factor, Growth, Name, Percent, Quantity, Size, Value, plain, refuse


class Measured(NamedTuple):
    """What one price is applied to: arrays of shape (rows, spans)."""

    quantity: Array  # units of the meter, after allowances
    parts: tuple[tuple[Dimensions, Array], ...] = ()  # the same by dimension values, before allowances
    tier_quantity: Array | None = None  # what finds the tier of an all-units price, where it is not `quantity`
    events: Array | None = None  # how many events the quantity came in
    event_amounts: Sequence[Sequence[Decimal]] | None = None  # each event, one list per span (exact only)


class _Model(Value):
    """A price model is a function of what was measured."""

    def amount(self, measured: Measured) -> Array:
        """Return the amount, in the shape and kind of number of the quantity."""
        return self.curve.amount(measured.quantity, measured.tier_quantity)

    @property
    def curve(self) -> Curve:
        """The model as a curve; models that need more than a quantity have none."""
        raise NotImplementedError(f"{type(self).__name__} is not a function of quantity alone")


class Flat(_Model):
    """fee, once per interval, whatever q."""

    model: Literal["flat"] = "flat"
    fee: Amount

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(ZERO, at=self.fee)


class PerUnit(_Model):
    """q x unit."""

    model: Literal["per_unit"] = "per_unit"
    unit: Amount

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(self.unit)


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


class RateTier(Value):
    """A share of the money up to and including `up_to`."""

    up_to: Size | None = None
    rate: Percent
    flat: Amount = ZERO


class _Tiered(_Model):
    """Tiers rise, and only the last has no end."""

    tiers: tuple[Any, ...]
    bill_zero: bool = False  # also bill the first tier's flat fee when nothing was used

    @model_validator(mode="after")
    def _tiers_rise(self) -> "_Tiered":
        refuse(tier_problems([tier.up_to for tier in self.tiers]))
        return self

    def _steps(self) -> list[Step]:
        lows = [ZERO, *(tier.up_to for tier in self.tiers[:-1])]
        return [self._step(low, tier) for low, tier in zip(lows, self.tiers, strict=True)]

    def _step(self, low: Decimal, tier: Any) -> Step:
        return Step(low, tier.up_to, tier.unit, tier.flat, cap=tier.cap)


class Graduated(_Tiered):
    """Each unit at its own tier's price, plus the flat fee of every tier entered. Never falls as q grows."""

    model: Literal["graduated"] = "graduated"
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.marginal(self._steps(), bill_zero=self.bill_zero)


class Volume(_Tiered):
    """All units at the price of the tier that q falls in, plus that tier's flat fee. May fall at an edge."""

    model: Literal["volume"] = "volume"
    tiers: Annotated[tuple[Tier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.all_units(self._steps(), bill_zero=self.bill_zero)


class Stairstep(_Tiered):
    """The flat price of the tier reached."""

    model: Literal["stairstep"] = "stairstep"
    tiers: Annotated[tuple[StairTier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.all_units(self._steps(), bill_zero=self.bill_zero)

    def _step(self, low: Decimal, tier: StairTier) -> Step:
        return Step(low, tier.up_to, ZERO, tier.amount)


class Package(_Model):
    """ceil((q - free) / size) x price; floor when rounding down."""

    model: Literal["package"] = "package"
    size: Size
    price: Amount
    free: Quantity = ZERO
    rounding: Literal["up", "down"] = "up"

    @cached_property
    def curve(self) -> Curve:
        return curves.in_blocks(self.size, self.price, self.free, up=self.rounding == "up")


class _Blocks(_Tiered):
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


class GraduatedPercentage(_Tiered):
    """A share of a money-valued meter, each part of it at its own tier's rate, plus the flats of tiers entered."""

    model: Literal["graduated_percentage"] = "graduated_percentage"
    tiers: Annotated[tuple[RateTier, ...], Field(min_length=1)]

    @cached_property
    def curve(self) -> Curve:
        return curves.marginal(self._steps(), bill_zero=self.bill_zero)

    def _step(self, low: Decimal, tier: RateTier) -> Step:
        return Step(low, tier.up_to, tier.rate / 100, tier.flat)


class CostPlus(_Model):
    """Metered cost x (1 + markup %)."""

    model: Literal["cost_plus"] = "cost_plus"
    markup: Growth

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(1 + self.markup / 100)


class Percentage(_Model):
    """A share of a money-valued meter, with a fee, a minimum and a maximum per event, and events or money free.

    Events are free in order until either limit is reached: `free_events` of them, or `free_amount` of their money.
    An event that crosses `free_amount` pays its fee and the share of what lies beyond. Then, event by event,

        amount = clip(rate % x charged money + fee, minimum, maximum)

    From aggregates (total money and number of events) every event counts as an average one.
    """

    model: Literal["percentage"] = "percentage"
    rate: Percent
    fee: Amount = ZERO
    free_events: Annotated[int, Field(ge=0)] | None = None
    free_amount: Amount | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> "Percentage":
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            refuse([("minimum", f"is more than the maximum per event of {plain(self.maximum)}; lower it")])
        return self

    @property
    def by_event(self) -> bool:
        """Whether the number of events matters."""
        return bool(self.fee or self.free_events or self.minimum is not None or self.maximum is not None)

    def amount(self, measured: Measured) -> Array:
        if measured.event_amounts is not None:
            amounts = [self.of_events(events) for events in measured.event_amounts]
            return numbers.exact(amounts).reshape(measured.quantity.shape)
        total = measured.quantity
        share = numbers.number(total, self.rate / 100)
        if measured.events is None or not self.by_event:
            amount: Array = numbers.positive(total - numbers.number(total, self.free_amount or ZERO)) * share
            return amount
        return self._of_average(total, measured.events, share)

    def of_events(self, amounts: Sequence[Decimal]) -> Decimal:
        """Return what a list of events, in order, is charged."""
        return sum((self._clip(charged) for charged in self._charged(amounts)), ZERO)

    def _charged(self, amounts: Sequence[Decimal]) -> list[Decimal]:
        """Return the money charged of each event that is not free."""
        most_events, most_money = self.free_events or None, self.free_amount or None
        charged, seen, money = [], 0, ZERO
        free = bool(most_events or most_money)
        for amount in amounts:
            left = (most_money - money) if most_money is not None else amount
            free = free and (most_events is None or seen < most_events) and left > 0
            covered = min(amount, left) if free else ZERO
            money, seen = money + covered, seen + 1
            if not free or covered < amount:
                charged.append(amount - covered)
                free = False
        return charged

    def _clip(self, charged: Decimal) -> Decimal:
        amount = charged * self.rate / 100 + self.fee
        if self.minimum is not None:
            amount = max(amount, self.minimum)
        return amount if self.maximum is None else min(amount, self.maximum)

    def _of_average(self, total: Array, events: Array, share: Any) -> Array:
        average = numbers.ratio(total, events, otherwise=ZERO)
        free = numbers.number(total, Decimal(self.free_events or 0)) + 0 * events
        if self.free_amount:
            within = numbers.ratio(numbers.number(total, self.free_amount) + 0 * total, average, otherwise=ZERO)
            free = np.minimum(free, within) if self.free_events else within
        free = np.minimum(free, events)
        paid = events - free
        each: Array = average * share + numbers.number(total, self.fee)
        if self.minimum is not None:
            each = np.maximum(each, numbers.number(total, self.minimum))
        if self.maximum is not None:
            each = np.minimum(each, numbers.number(total, self.maximum))
        amount: Array = each * paid
        return amount


class Cell(Value):
    """The price of usage whose dimensions have all the values of `when`."""

    when: Annotated[Mapping[str, str], Field(min_length=1)]
    price: "SinglePrice"


class Matrix(_Model):
    """A price per cell of dimension values. Usage goes to the first cell that it fits, or to `default`, or unpriced."""

    model: Literal["matrix"] = "matrix"
    dimensions: Annotated[tuple[Name, ...], Field(min_length=1)]
    cells: Annotated[tuple[Cell, ...], Field(min_length=1)]
    default: "SinglePrice | None" = None

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

    def price_for(self, dimensions: Dimensions) -> "SinglePrice | None":
        """Return the price of usage with these dimension values."""
        values = dict(dimensions)
        for cell in self.cells:
            if all(values.get(name) == value for name, value in cell.when.items()):
                return cell.price
        return self.default


class Multiplier(_Model):
    """Another price times a factor per value of one dimension (batch 0.5, off-peak 0.7).

    The base price is applied to the whole quantity, so all values share its tiers; the amount is then multiplied
    by the average of the factors, weighted by quantity.
    """

    model: Literal["multiplier"] = "multiplier"
    base: "UnmultipliedPrice"
    dimension: Name
    factors: Annotated[Mapping[str, Factor], Field(min_length=1)]
    default: Factor = Decimal(1)

    def amount(self, measured: Measured) -> Array:
        amount: Array = self.base.amount(measured) * self.average_factor(measured)
        return amount

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
        return self.factors.get(dict(dimensions).get(self.dimension, ""), self.default)


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
MODELS: tuple[type[Value], ...] = (*get_args(get_args(SinglePrice)[0]), Matrix, Multiplier)
UnmultipliedPrice = Annotated[SinglePrice | Matrix, Field(discriminator="model")]
PriceModel = Annotated[SinglePrice | Matrix | Multiplier, Field(discriminator="model")]


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


def label(when: Mapping[str, str], dimensions: Sequence[str]) -> str:
    """Name a cell by its values, in the order of the matrix's dimensions: `sonnet,input`."""
    return ",".join(when[name] for name in dimensions if name in when)


for model in (Cell, Matrix, Multiplier):
    model.model_rebuild()
