"""A line or the deal without what the target cannot say, level over the term where something changed in it."""

from collections.abc import Iterable, Iterator
from decimal import ROUND_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.targets.capability import Alternative, Nearest, Use
from billing.targets.nearest.matching import discounted, matched, places_for, rounded, scaled, total
from billing.targets.nearest.places import Json, bought_of, charge_of, component_of, without_fields
from core.formats import money, percent, quantity
from pricing import Terms, Usage
from pricing.intervals import months_of
from pricing.money import ZERO, minor_unit
from pricing.values import MONTHS, plain

WHOLE, HUNDRED = Decimal(1), Decimal(100)


def without(*names: str, says: str) -> Nearest:
    """The component without some of its fields; `says` tells what falls away (a marked sentence)."""

    def nearest(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        component = component_of(use, terms)
        if component is not None:
            yield Alternative(str(says), puts=(without_fields(component, *names),))

    return nearest


def with_fields(says: str, **fields: Any) -> Nearest:
    """The component with other values of some fields: billed in arrears, monthly."""

    def nearest(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        component = component_of(use, terms)
        if component is not None:
            yield Alternative(str(says), puts=({**component, **fields},))

    return nearest


def of_deal(says: str, **fields: Any) -> Nearest:
    """Fields of the draft as a whole set to what the target knows: no free months, no rise of prices."""

    def nearest(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        yield Alternative(str(says), deal=fields)

    return nearest


def of_line(says: str, **fields: Any) -> Nearest:
    """Fields of the line itself: a discount for the whole term, no ramp."""

    def nearest(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
        if use.key:
            yield Alternative(str(says), lines={use.key: fields})

    return nearest


def allowance_per_interval(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """The same included units interval by interval, whole ones: what one leaves is not there for the next."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None or charge.allowance is None or charge.interval not in MONTHS:
        return
    months = MONTHS.get(charge.allowance.reset, len(terms.periods))
    units = charge.allowance.quantity * MONTHS[charge.interval] / months
    units = units.quantize(WHOLE, rounding=ROUND_UP)
    sentence = _("{units} included in each billing interval instead: the same in all, but none are kept for later.")
    put = {**component, "allowance": {"quantity": plain(units), "reset": charge.interval}}
    yield Alternative(sentence.format(units=quantity(units)), puts=(put,))


def in_every_month(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """From the first month to the last, at prices that come to the same over the term."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None:
        return
    left, places = {**without_fields(component, "from_month", "to_month"), "from_month": 1}, places_for(charge, terms)
    if charge.interval == "once":
        yield Alternative(_("Bill it when the term starts."), puts=(left,))
        return

    def build(factor: Decimal) -> Json:
        return {**left, "price": scaled(left["price"], factor, places)}

    changed, amount = matched(component, terms, usage, build)
    if changed is not None and amount:
        said = _(
            "Bill it from the first month to the last at lower prices: at your P50 {amount} over the term, as it is."
        )
        yield Alternative(said.format(amount=money(amount, terms.currency)), puts=(changed,))
    yield Alternative(_("From the first month to the last, at the same prices."), puts=(left,))


def level(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """The same quantity and price in every year of the term, that come to the same in all."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None:
        return
    left, places = dict(component), places_for(charge, terms)
    if not charge.metered:
        mean = mean_of(use.key, "quantity", charge.quantity.value, terms)  # type: ignore[union-attr]
        left["quantity"] = {**component["quantity"], "value": plain(mean.quantize(WHOLE, rounding=ROUND_UP))}

    def build(factor: Decimal) -> Json:
        return {**left, "price": scaled(left["price"], factor, places)}

    changed, amount = matched(component, terms, usage, build)
    if changed is not None:
        said = _("The same in every year instead, {amount} over the term as it is.")
        if not amount:
            said = _("The same in every year instead. There is no forecast to match it to.")
        yield Alternative(
            said.format(amount=money(amount, terms.currency)), puts=(changed,), lines={use.key: {"years": {}}}
        )


def level_amount(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A commitment or credit of the same size throughout: the mean of what it was."""
    component, part = component_of(use, terms), bought_of(use, terms)
    if component is None or part is None:
        return
    name = "quantity" if component.get("amount") is None else "amount"
    size = mean_of(use.key, name, Decimal(component[name]), terms).quantize(minor_unit(terms.currency), ROUND_UP)
    said = _("{size} in every window of the term instead: the same in all.")
    shown = money(size, terms.currency) if name == "amount" else quantity(size)
    put = {**component, name: plain(size)}
    if Decimal(component.get("purchase", "0")) and (before := Decimal(component[name])):
        put["purchase"] = plain((Decimal(component["purchase"]) * size / before).quantize(minor_unit(terms.currency)))
    yield Alternative(said.format(size=shown), puts=(put,), lines={use.key: {"years": {}}})


def mean_of(key: str, name: str, size: Decimal, terms: Terms) -> Decimal:
    """The mean over the months of the term of what phases change."""
    sizes, periods = [size] * len(terms.periods), len(terms.periods)
    for phase in terms.phases:
        for one in phase.changes:
            if one.key == key and (new := getattr(one, name)) is not None:
                sizes[phase.from_month - 1 :] = [new] * (periods - phase.from_month + 1)
    return sum(sizes, ZERO) / periods


def discount_on_lines(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A percent off the whole quote as one on every line, after the line's own: the same but for the rounding."""
    whole = next((one for one in terms.discounts if one.whole_quote), None)
    ranged = any(one.from_month > 1 or one.to_month is not None for one in terms.discounts)
    if whole is None or whole.percent is None or ranged:
        return
    lines = off_lines(terms, (charge.key for charge in terms.charges), whole.percent, places=4)
    if lines is None:
        return
    says = _(
        "{percent} off every line instead, after its own discount: the same, but for the rounding of single lines."
    )
    deal = {"discount_percent": ZERO, "discount_from": None, "discount_to": None}
    yield Alternative(says.format(percent=percent(whole.percent)), deal=deal, lines=lines)


def free_months_as_discount(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Free months as a percent off the same fees in every month: the same over the term."""
    keys = tuple(one.key for one in terms.charges if not one.metered and one.interval != "once")
    billed = terms.model_copy(update={"free_months": 0})
    saved = total(billed, usage) - total(terms, usage)
    says = _("{percent} off the same fees in every month instead of {n} free ones: the same over the term.")
    for off, lines in percents_off(billed, keys, discounted(billed, keys, usage, saved)):
        said = says.format(percent=percent(off), n=terms.free_months)
        yield Alternative(said, deal={"free_months": 0}, lines=lines)


def percents_off(terms: Terms, keys: Iterable[str], off: Decimal) -> Iterator[tuple[Decimal, dict[str, Any]]]:
    """The percent as the discount of each line, with fewer and fewer decimals: prices take only so many."""
    listed = tuple(keys)
    for places in (2, 1, 0):
        one = rounded(off, places)
        lines = off_lines(terms, listed, one, places=places + 2) if ZERO < one < HUNDRED else None
        if lines is not None:
            yield one, lines


def off_lines(terms: Terms, keys: Iterable[str], off: Decimal, *, places: int) -> dict[str, Any] | None:
    """The percent after each line's own discount; None where one of these is no percent for the whole term."""
    own = {one.charges[0]: one for one in terms.discounts if one.charges and len(one.charges) == 1}
    lines = {}
    for key in keys:
        before = own[key].percent if key in own else ZERO
        if before is None or (key in own and (own[key].from_month > 1 or own[key].to_month is not None)):
            return None
        both = HUNDRED - (HUNDRED - before) * (HUNDRED - off) / HUNDRED
        lines[key] = {"discount_percent": both.quantize(WHOLE.scaleb(-places))}
    return lines


def risen(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """No rise, and prices from the start that come to the same over the term."""
    flat = terms.model_copy(update={"escalator": None})
    before, now = total(flat, usage), total(terms, usage)
    if not before or terms.escalator is None:
        return
    factor = now / before
    says = _("No rise, and prices {percent} higher from the first month: about the same over the term.")
    for places in (4, 3, 2):
        puts = [*higher(flat, rounded(factor, places))]
        share = (rounded(factor, places) - 1) * HUNDRED
        yield Alternative(says.format(percent=percent(share)), puts=tuple(puts), deal={"escalator_percent": ZERO})


def higher(terms: Terms, factor: Decimal) -> Iterator[Json]:
    for charge in terms.charges:
        if charge.interval != "once":
            component = dict(charge.model_dump(mode="json"))
            yield {**component, "price": scaled(component["price"], factor, places_for(charge, terms))}


def months_in(part: Any, terms: Terms) -> int:
    """The months of the term in which a component is in force."""
    first, stop = months_of(part.from_month, part.to_month, len(terms.periods))
    return stop - first
