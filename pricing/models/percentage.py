"""A share of money that came in events."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import Field, model_validator

from .. import numbers
from ..money import ZERO
from ..numbers import Array
from ..values import Amount, Percent, plain, refuse
from .base import Measured, Model


class Percentage(Model):
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
