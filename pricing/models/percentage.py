"""Shares of money that came in events: of all of it alike, or tier by tier."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from functools import cached_property
from typing import Annotated, Any, Literal, NamedTuple

import numpy as np
from pydantic import Field, model_validator

from .. import curves, numbers
from ..curves import Curve, Step
from ..money import ZERO
from ..numbers import Array
from ..values import Amount, Percent, Size, Value, plain, refuse
from .base import Measured, Model
from .tiered import Tiered

NEVER = Decimal("Infinity")


class Share(NamedTuple):
    """Money above `low` and up to `high` (null: no end) is charged `rate`, a fraction."""

    low: Decimal
    high: Decimal | None
    rate: Decimal


class ByEvent(Model):
    """A share of a money-valued meter, with a fee, a minimum and a maximum per event, and events or money free.

    Events are free in order until either limit is reached: `free_events` of them, or `free_amount` of their money.
    An event that crosses `free_amount` pays its fee and the share of what lies beyond. Then, event by event,

        amount = clip(share of charged money + fee, minimum, maximum)

    From aggregates (total money and number of events) every event counts as an average one.
    """

    fee: Amount | None = None
    free_events: Annotated[int, Field(ge=0)] | None = None
    free_amount: Amount | None = None
    minimum: Amount | None = None
    maximum: Amount | None = None

    @model_validator(mode="after")
    def _limits_in_order(self) -> "ByEvent":
        if self.minimum is not None and self.maximum is not None and self.minimum > self.maximum:
            refuse([("minimum", f"is more than the maximum per event of {plain(self.maximum)}; lower it")])
        return self

    @property
    def by_event(self) -> bool:
        return bool(self.fee or self.free_events or self.minimum is not None or self.maximum is not None)

    @property
    def shares(self) -> tuple[Share, ...]:
        """The rates by the money charged in one interval; `curve` is the same with the flats of tiers."""
        raise NotImplementedError

    def amount(self, measured: Measured) -> Array:
        total = measured.quantity
        if measured.event_amounts is not None:
            amounts = numbers.exact(map(self.of_events, measured.event_amounts))
            return numbers.like(total, amounts).reshape(total.shape)
        if measured.events is None or not self.by_event:
            return self.curve.amount(numbers.positive(total - numbers.number(total, self.free_amount or ZERO)))
        return self._of_average(total, measured.events)

    def of_events(self, amounts: Sequence[Decimal]) -> Decimal:
        """Return what a list of events, in order, is charged."""
        charged = self._charged(amounts)
        billed, reached = ZERO, ZERO
        for money in charged:
            billed += self._clip(self._share(reached, reached + money))
            reached += money
        return billed + self._flats(numbers.exact([reached]))[0]

    def _charged(self, amounts: Sequence[Decimal]) -> list[Decimal]:
        """Return the money charged of each event that is not free."""
        most_events, most_money = self.free_events or None, self.free_amount or None
        charged, money = [], ZERO
        free = bool(most_events or most_money)
        for seen, amount in enumerate(amounts):
            free = free and (most_events is None or seen < most_events) and (most_money is None or money < most_money)
            covered = min(amount, most_money - money if most_money is not None else amount) if free else ZERO
            money += covered
            if not free or covered < amount:
                charged.append(amount - covered)
                free = False
        return charged

    def _share(self, start: Decimal, end: Decimal) -> Decimal:
        """Return the share of the money between two points of the interval's total."""
        parts = (min(end, one.high or end) - max(start, one.low) for one in self.shares)
        return sum((max(part, ZERO) * one.rate for part, one in zip(parts, self.shares, strict=True)), ZERO)

    def _clip(self, share: Decimal) -> Decimal:
        amount = max(share + (self.fee or ZERO), self.minimum or ZERO)
        return amount if self.maximum is None else min(amount, self.maximum)

    def _of_average(self, total: Array, events: Array) -> Array:
        average = numbers.ratio(total, events, otherwise=ZERO)
        paid = events - np.minimum(self._free(total, average), events)
        money = average * paid
        billed, left = self._flats(money), paid
        for share in self.shares[:0:-1]:  # the first tier has the events that are left, so that none is lost
            inside = numbers.positive(self._up_to(money, share.high) - numbers.number(money, share.low))
            count = np.minimum(numbers.ratio(inside, average, otherwise=ZERO), left)
            billed, left = billed + self._each(average, share) * count, left - count
        amount: Array = billed + self._each(average, self.shares[0]) * left
        return amount

    def _free(self, total: Array, average: Array) -> Any:
        """Return how many average events are free."""
        most = [numbers.number(total, Decimal(self.free_events))] if self.free_events else []
        if self.free_amount:
            within = numbers.number(total, self.free_amount) + 0 * total
            most.append(numbers.ratio(within, average, otherwise=NEVER))
        return np.minimum(most[0], most[-1]) if most else numbers.number(total, ZERO)

    def _each(self, average: Array, share: Share) -> Array:
        """Return what an average event costs in one tier."""
        each: Array = average * numbers.number(average, share.rate) + numbers.number(average, self.fee or ZERO)
        if self.minimum is not None:
            each = np.maximum(each, numbers.number(average, self.minimum))
        return each if self.maximum is None else np.minimum(each, numbers.number(average, self.maximum))

    def _up_to(self, money: Array, high: Decimal | None) -> Array:
        return money if high is None else np.minimum(money, numbers.number(money, high))

    def _flats(self, money: Array) -> Array:
        """Return the flat fees of the tiers that the charged money enters."""
        return money * 0


class Percentage(ByEvent):
    """rate % of the money, event by event: see `ByEvent`."""

    model: Literal["percentage"] = "percentage"
    rate: Percent
    fee: Amount = ZERO

    @property
    def shares(self) -> tuple[Share, ...]:
        return (Share(ZERO, None, self.rate / 100),)

    @cached_property
    def curve(self) -> Curve:
        return curves.straight(self.rate / 100)


class RateTier(Value):
    """A share of the money up to and including `up_to`."""

    up_to: Size | None = None
    rate: Percent
    flat: Amount = ZERO


class GraduatedPercentage(Tiered, ByEvent):
    """Each part of the money at its own tier's rate, plus the flats of tiers entered; per event: see `ByEvent`."""

    model: Literal["graduated_percentage"] = "graduated_percentage"
    tiers: Annotated[tuple[RateTier, ...], Field(min_length=1)]

    @cached_property
    def shares(self) -> tuple[Share, ...]:
        return tuple(Share(step.low, step.high, step.unit) for step in self._steps())

    @cached_property
    def curve(self) -> Curve:
        return curves.marginal(self._steps(), bill_zero=self.bill_zero)

    def _step(self, low: Decimal, tier: RateTier) -> Step:
        return Step(low, tier.up_to, tier.rate / 100, tier.flat)

    def _flats(self, money: Array) -> Array:
        return self._entering.amount(money)

    @cached_property
    def _entering(self) -> Curve:
        """The curve without its rates."""
        steps = [replace(step, unit=ZERO) for step in self._steps()]
        return curves.marginal(steps, bill_zero=self.bill_zero)
