"""Making an alternative cost what was quoted: at the customer's P50 futures, rated by the kernel alone."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils.translation import gettext as _

from billing.targets.capability import Alternative, Nearest, Use
from billing.targets.nearest.places import Json, charge_of, component_of
from core.formats import money
from pricing import Charge, Terms, Usage, idle, rate
from pricing.conditions import Discount
from pricing.money import ZERO, minor_digits
from pricing.values import plain

Build = Callable[[Decimal], Json | None]
"""The component at so many times its prices; None where no price of so few decimals comes near."""

ONE, HALF = Decimal(1), Decimal(50)
MOST_DECIMALS = 12
AMOUNTS = ("unit", "fee", "flat", "amount", "price", "rate", "cap", "minimum", "maximum")
NEAR = Decimal("0.005")
"""How far a price may be rounded, as a share of itself, before it is another one."""


def any_of(*finders: Nearest) -> Nearest:
    """What each of them finds, the first one's first."""

    def nearest(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        for find in finders:
            yield from find(use, terms, usage)

    return nearest


def repriced(use: Use, terms: Terms, usage: Usage | None, build: Build, what: str) -> Iterator[Alternative]:
    """The component that `build` makes, at prices that cost the same at P50, and what that comes to in words."""
    component = component_of(use, terms)
    if component is None:
        return
    changed, amount = matched(component, terms, usage, build)
    if changed is None:
        return
    if amount:
        said = _("{what} instead: at your P50 it costs about the same, {amount} over the term before discounts.")
        sentence = said.format(what=what, amount=money(amount, terms.currency))
    else:
        said = _("{what} instead. There is no forecast to match it to: compare the prices before you offer it.")
        sentence = said.format(what=what)
    yield Alternative(sentence, puts=(changed,))


def matched(component: Json, terms: Terms, usage: Usage | None, build: Build) -> tuple[Json | None, Decimal]:
    """The component at the prices that cost what it did, and how much that is; 0 where nothing tells."""
    quoted = line_total(component, terms, usage)
    free, full = (line_total(build(factor), terms, usage, ramped=False) for factor in (ZERO, ONE))
    if not quoted or full <= free or quoted <= free:
        return build(ONE), ZERO
    return build((quoted - free) / (full - free)), quoted


def line_total(component: Json | None, terms: Terms, usage: Usage | None, *, ramped: bool = True) -> Decimal:
    """P50 of what one line comes to over the term by itself, before discounts; 0 where it cannot be told."""
    if component is None or component["kind"] != "charge":
        return ZERO
    key = component["key"]
    steps = [
        {**phase.model_dump(mode="json"), "changes": [one.model_dump(mode="json") for one in mine]}
        for phase in terms.phases
        if ramped and (mine := [one for one in phase.changes if one.key == key])
    ]
    frame = {"currency": terms.currency, "start": terms.start.isoformat(), "months": terms.months}
    return total(Terms.parse({**frame, "charges": [component], "phases": steps}), usage)


def total(terms: Terms, usage: Usage | None) -> Decimal:
    """P50 of the whole bill over the term."""
    bill = rate(terms, usage, lines=False) if usage is not None and usage.series else idle(terms)
    sums = bill.net.sum(axis=1).astype(float)
    return Decimal(repr(round(float(np.median(sums)), 2)))


def discounted(terms: Terms, keys: tuple[str, ...], usage: Usage | None, saved: Decimal) -> Decimal:
    """The percent off some charges that takes so much off the P50 of the whole bill; the terms are without it."""
    half = Discount(key="half-of-it", percent=HALF, charges=keys)
    worth = total(terms, usage) - total(terms.model_copy(update={"discounts": (*terms.discounts, half)}), usage)
    return saved * HALF / worth if worth > 0 else ZERO


def scaled(price: Any, factor: Decimal, places: int) -> Any:
    """The price, with all that is inside it, at so many times its amounts."""
    if isinstance(price, list):
        return [scaled(one, factor, places) for one in price]
    if not isinstance(price, dict):
        return price
    return {
        name: plain(rounded(Decimal(part) * factor, places))
        if name in AMOUNTS and isinstance(part, str)
        else scaled(part, factor, places)
        for name, part in price.items()
    }


def in_whole_cents(model: Json, factor: Decimal, charge: Charge, terms: Terms) -> Json | None:
    """A graduated table times the factor, each full tier of which comes to whole cents, as most systems round it.

    None where its prices are too small for that to come near.
    """
    spare, low = spare_decimals(charge, terms), ZERO
    changed = deepcopy(model)
    for tier in changed["tiers"]:
        exact = Decimal(tier["unit"]) * factor
        places = MOST_DECIMALS - spare
        if high := tier.get("up_to"):
            width = (Decimal(high) - low).normalize()
            places = min(places, minor_digits(terms.currency) + max(int(width.as_tuple().exponent), 0) - spare)
            low = Decimal(high)
        unit = rounded(exact, places) if places >= 0 else ZERO
        if abs(unit - exact) > exact * NEAR:
            return None
        tier["unit"] = plain(unit)
    return changed


def places_for(charge: Charge, terms: Terms) -> int:
    """The decimals that a price may have, so that its discounts and rises still fit."""
    return max(MOST_DECIMALS - spare_decimals(charge, terms), 0)


def spare_decimals(charge: Charge, terms: Terms) -> int:
    """The decimals that discounts and rises add to a price of this charge."""
    off = [one.percent for one in terms.discounts if one.percent and (charge.key in one.charges or one.scope)]
    rise = terms.escalator
    steps = (len(terms.periods) - 1) // rise.every_months if rise is not None else 0
    return sum(map(decimals, off)) + (steps * decimals(rise.percent) if rise is not None else 0)


def decimals(percent: Decimal) -> int:
    exponent = (percent / 100).normalize().as_tuple().exponent
    return max(-int(exponent), 0)


def rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(ONE.scaleb(-places))


def priced_charge(use: Use, terms: Terms) -> Charge | None:
    """The metered charge that the use is of."""
    charge = charge_of(use, terms)
    return charge if charge is not None and charge.metered else None
