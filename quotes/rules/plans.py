"""Ways to buy what is metered: pay as you go, prepaid credits, a commitment. As components of lines; pure."""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.utils.translation import gettext as _

from pricing.components import Charge, Commitment, CreditGrant
from pricing.money import minor_unit
from pricing.values import MONTHS, plain
from quotes.rules.advice import COMMITMENT, CREDITS
from quotes.rules.components import Component

NONE = "none"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Plan:
    """One way to buy. `key` is of the line, or of the price in the book, that makes the promise; `percent` the discount
    given for it. Without a promise: pay as you go."""

    kind: str = NONE
    key: str = ""
    size: Decimal = Decimal(0)
    percent: Decimal = Decimal(0)


def is_promise(component: Mapping[str, Any]) -> bool:
    """Whether the customer pays or owes money ahead of use: a commitment, or credits that are paid for."""
    if component["kind"] == COMMITMENT:
        return True
    return bool(component["kind"] == CREDITS and Decimal(component.get("purchase", "0")))


def why_not_advise(part: Charge | CreditGrant | Commitment) -> str:
    """Why no size can be proposed for this promise; "" if one can."""
    if isinstance(part, CreditGrant):
        if part.unit is not None:
            return _("These credits are in units of their own, not in money.")
        if part.rollover is not None or (part.every != "once" and lasting(part) != MONTHS.get(part.every)):
            return _("These credits live on beside the next ones.")
    if isinstance(part, Commitment):
        if part.amount is None:
            return _("This commitment is in units, not in money.")
        if part.overage_factor != 1 or part.settle == "none":
            return _("Beyond this commitment usage has another price.")
    return _("Only some parts of a price count towards it.") if part.scope.where else ""  # type: ignore[union-attr]


def lasting(part: CreditGrant) -> int | None:
    return part.expires_months


def windows_of(part: CreditGrant | Commitment, periods: int) -> list[tuple[int, int, float]]:
    """(first, stop, part) of each window in which the promise must be used; the part of the size it asks for."""
    first, stop = part.from_month - 1, min(part.to_month or periods, periods)
    if isinstance(part, Commitment):
        width = MONTHS.get(part.window, stop - first)
        return [(at, min(at + width, stop), (min(at + width, stop) - at) / width) for at in range(first, stop, width)]
    lasts = part.expires_months or periods
    return [(at, min(at + lasts, periods), 1.0) for at in range(first, stop, MONTHS.get(part.every, periods))]


def sized(component: Component, plan: Plan, currency: str) -> Component:
    """The promise in the size of the plan; of credits the discount is in what is paid for them."""
    changed = deepcopy(component)
    changed["amount"] = plain(plan.size)
    if component["kind"] == CREDITS:
        paid = plan.size * (HUNDRED - plan.percent) / HUNDRED
        changed["purchase"] = plain(paid.quantize(minor_unit(currency)))
    return changed


def discount_of(component: Mapping[str, Any]) -> Decimal:
    """What credits cost less than they are worth, in percent."""
    amount, paid = Decimal(component.get("amount") or 0), Decimal(component.get("purchase", "0"))
    return round(HUNDRED - HUNDRED * paid / amount, 4) if amount and component["kind"] == CREDITS else Decimal(0)


def round_size(size: float) -> Decimal:
    """Three figures, never more than it is: what is proposed is a round number."""
    value = Decimal(repr(max(size, 0.0)))
    if not value:
        return Decimal(0)
    unit = Decimal(1).scaleb(max(value.adjusted() - 2, 0))
    return (value / unit).to_integral_value(ROUND_DOWN) * unit
