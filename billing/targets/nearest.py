"""The nearest thing that a target can express, for constructs it cannot: as data that one click applies to a draft.

Each function is a `Nearest` (see `capability`), or makes one. It answers None where nothing comes near; then the
problem says only why. What an alternative costs in comparison stands in its sentence, never left out.
"""

from collections.abc import Iterator
from copy import deepcopy
from decimal import ROUND_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from billing.targets.capability import Alternative, Expected, Nearest, Use
from core.formats import money, percent, quantity
from pricing import Charge, Commitment, CreditGrant, Terms, parse_price
from pricing.models import Matrix, Multiplier
from pricing.models.tiered import Tiered
from pricing.money import ZERO, minor_unit
from pricing.numbers import exact
from pricing.values import MONTHS, plain

PLACES = Decimal(1).scaleb(-12)
Json = dict[str, Any]


def graduated(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """Graduated tiers with the same edges and no flat fees, scaled so that they cost the same at P50.

    For volume, stairstep and package tiers, and for flat fees and caps inside tiers.
    """
    price, component = price_at(use, terms)
    if not isinstance(price, Tiered) or hasattr(price.tiers[0], "rate"):
        return None
    model = {"model": "graduated", "tiers": [*slopes(price)]}
    return repriced(use, terms, expected, component, price, model, _("a graduated table with the same edges"))


def per_unit(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """A price per unit that costs the same at P50: for packages."""
    price, component = price_at(use, terms)
    sizes = (getattr(price, "size", None), getattr(price, "price", None))
    if price is None or isinstance(price, (Matrix, Multiplier)) or not isinstance(sizes[0], Decimal):
        return None
    model = {"model": "per_unit", "unit": plain((Decimal(sizes[1] or 0) / sizes[0]).quantize(PLACES))}
    return repriced(use, terms, expected, component, price, model, _("a price per unit"))


def stairs_as_volume(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """Volume tiers of flat fees only: what stairs are called elsewhere. The same at every quantity."""
    price, component = price_at(use, terms)
    if component is None or price is None or price.model != "stairstep":
        return None
    tiers = [{**ends(tier), "flat": plain(tier.amount)} for tier in price.tiers]
    model = {"model": "volume", "tiers": tiers, "bill_zero": price.bill_zero}
    changed = with_value(component, inner(use), model)
    return Alternative(
        _("Volume tiers with these flat fees instead: they cost the same at every quantity."), puts=(changed,)
    )


def a_charge_per_cell(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """Each cell of a matrix as a charge of its own, for its dimension values. The same at every quantity."""
    charge = charge_of(use, terms)
    if charge is None or not isinstance(charge.price, Matrix) or charge.price.default is not None:
        return None
    if any((charge.allowance, charge.minimum, charge.maximum, charge.tier_quantity)) or overlapping(charge.price):
        return None
    component = dumped(charge)
    where = component["quantity"].get("where", {})
    puts = []
    for cell in charge.price.cells:
        values = {name: [value] for name, value in cell.when.items()}
        if any(name in where and value[0] not in where[name] for name, value in values.items()):
            continue
        part = {
            **component,
            "key": f"{charge.key}-{'-'.join(cell.when.values())}"[:60],
            "name": f"{charge.name or charge.key}: {', '.join(cell.when.values())}",
            "price": cell.price.model_dump(mode="json"),
            "quantity": {**component["quantity"], "where": {**where, **values}},
        }
        puts.append(part)
    keys = [part["key"] for part in puts]
    bought: list[CreditGrant | Commitment] = [*terms.credits, *terms.commitments]
    followers = [dumped(part) for part in bought if charge.key in part.scope.charges]
    if any(part.get("quantity") for part in followers) or any(charge.key in one.rates for one in terms.credits):
        return None
    puts += [named_anew(part, charge.key, keys) for part in followers]
    sentence = _("One line for each of the {n} combinations instead: together they cost the same at every quantity.")
    return Alternative(sentence.format(n=len(keys)), puts=tuple(puts), removes=(charge.key,))


def named_anew(component: Json, key: str, keys: list[str]) -> Json:
    """A credit or commitment whose scope names what came of a charge."""
    scope = component["scope"]
    charges = [name for one in scope["charges"] for name in (keys if one == key else [one])]
    return {**component, "scope": {**scope, "charges": charges}}


def without(*names: str, says: str) -> Nearest:
    """The component without some of its fields; `says` tells what falls away (a marked sentence)."""

    def nearest(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
        component = component_of(use, terms)
        if component is None:
            return None
        return Alternative(str(says), puts=({name: part for name, part in component.items() if name not in names},))

    return nearest


def with_fields(says: str, **fields: Any) -> Nearest:
    """The component with other values of some fields: billed in arrears, monthly."""

    def nearest(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
        component = component_of(use, terms)
        return None if component is None else Alternative(str(says), puts=({**component, **fields},))

    return nearest


def monthly_commitment(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """The same commitment month by month: the sum over the term stays, but a strong month helps no weak one."""
    component = component_of(use, terms)
    if component is None or component.get("amount") is None:
        return None
    months = MONTHS.get(component["window"], len(terms.periods))
    unit = minor_unit(terms.currency)
    amount = (Decimal(component["amount"]) / months).quantize(unit, rounding=ROUND_UP)
    sentence = _("{amount} every month instead: the same in all, but months below it are no longer made up by others.")
    return Alternative(
        sentence.format(amount=money(amount, terms.currency)),
        puts=({**component, "amount": plain(amount), "window": "month"},),
    )


def allowance_per_interval(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """The same included units interval by interval, whole ones: what one leaves is not there for the next."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None or charge.allowance is None or charge.interval not in MONTHS:
        return None
    months = MONTHS.get(charge.allowance.reset, len(terms.periods))
    units = charge.allowance.quantity * MONTHS[charge.interval] / months
    units = units.quantize(Decimal(1), rounding=ROUND_UP)
    sentence = _("{units} included in each billing interval instead: the same in all, but none are kept for later.")
    put = {**component, "allowance": {"quantity": plain(units), "reset": charge.interval}}
    return Alternative(sentence.format(units=quantity(units)), puts=(put,))


def discount_on_lines(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
    """A percent off the whole quote as one on every line, after the line's own: the same but for the rounding."""
    whole = next((one for one in terms.discounts if one.whole_quote), None)
    own = {one.charges[0]: one for one in terms.discounts if one.charges and len(one.charges) == 1}
    ranged = any(one.from_month > 1 or one.to_month is not None for one in terms.discounts)
    if whole is None or whole.percent is None or ranged:
        return None
    left = 100 - whole.percent
    lines = {}
    for charge in terms.charges:
        before = own[charge.key].percent if charge.key in own else ZERO
        if before is None:
            return None
        lines[charge.key] = {"discount_percent": (100 - (100 - before) * left / 100).quantize(Decimal("0.0001"))}
    says = _(
        "{percent} off every line instead, after its own discount: the same, but for the rounding of single lines."
    )
    deal = {"discount_percent": ZERO, "discount_from": None, "discount_to": None}
    return Alternative(says.format(percent=percent(whole.percent)), deal=deal, lines=lines)


def of_deal(says: str, **fields: Any) -> Nearest:
    """Fields of the draft as a whole set to what the target knows: no free months, no rise of prices."""
    return lambda use, terms, expected: Alternative(str(says), deal=fields)


def of_line(says: str, **fields: Any) -> Nearest:
    """Fields of the line itself: a discount for the whole term, no ramp."""

    def nearest(use: Use, terms: Terms, expected: Expected) -> Alternative | None:
        return Alternative(str(says), lines={use.key: fields}) if use.key else None

    return nearest


# --- what the alternatives are made of


def repriced(
    use: Use, terms: Terms, expected: Expected, component: Json | None, price: Any, model: Json, what: str
) -> Alternative | None:
    """The component at another price, scaled to cost the same at P50, and what that comes to in words."""
    charge = charge_of(use, terms)
    if component is None or charge is None:
        return None
    at = interval_quantity(charge, expected)
    old, new = (amount_at(one, at) for one in (price, parse_price(model))) if at else (ZERO, ZERO)
    if not (old and new):
        sentence = _("{what} instead. There is no forecast to match it to: compare the prices before you offer it.")
        return Alternative(capital(sentence.format(what=what)), puts=(with_value(component, inner(use), model),))
    changed = with_value(component, inner(use), scaled(model, old / new))
    sentence = _(
        "{what} instead: at your P50 of {quantity} it costs the same, {amount}. At other quantities it differs."
    )
    said = sentence.format(what=what, quantity=quantity(at.quantize(Decimal(1))), amount=money(old, terms.currency))
    return Alternative(capital(said), puts=(changed,))


def slopes(price: Tiered) -> Iterator[Json]:
    """Each tier's price per unit; stairs become the straight lines through their edges."""
    low, before, slope = ZERO, ZERO, ZERO
    for tier in price.tiers:
        if hasattr(tier, "amount"):
            if tier.up_to is not None:
                slope = max((tier.amount - before) / (tier.up_to - low), ZERO)
                low, before = tier.up_to, tier.amount
        elif hasattr(tier, "size"):
            slope = tier.price / tier.size
        else:
            slope = tier.unit
        yield {**ends(tier), "unit": plain(slope.quantize(PLACES))}


def ends(tier: Any) -> Json:
    return {} if tier.up_to is None else {"up_to": plain(tier.up_to)}


def scaled(model: Json, factor: Decimal) -> Json:
    """The price with every unit price times the factor."""
    changed = deepcopy(model)
    for place in [changed, *changed.get("tiers", [])]:
        if "unit" in place:
            place["unit"] = plain((Decimal(place["unit"]) * factor).quantize(PLACES))
    return changed


def amount_at(price: Any, at: Decimal) -> Decimal:
    return Decimal(price.curve.amount(exact([at]))[0])


def interval_quantity(charge: Charge, expected: Expected) -> Decimal:
    """P50 of what the price is applied to in one interval: converted, and without what is included. 0 if unknown."""
    if not charge.metered:
        return charge.quantity.value  # type: ignore[union-attr]
    units = expected.get(charge.key, ZERO) * MONTHS.get(charge.interval, 1)
    if charge.conversion is not None:
        units /= charge.conversion.divide
    if charge.allowance is not None:
        months = MONTHS.get(charge.allowance.reset, 12)
        units -= charge.allowance.quantity * MONTHS.get(charge.interval, 1) / months
    return max(units, ZERO)


def overlapping(price: Matrix) -> bool:
    """Whether a cell leaves dimensions open, so that the order of cells matters."""
    return any(set(cell.when) != set(price.dimensions) for cell in price.cells)


def price_at(use: Use, terms: Terms) -> tuple[Any, Json | None]:
    """The price that the use is in, and its component. None for one of a ramp: that is changed in the ramp."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None or not inner(use):
        return None, None
    place: Any = component
    for name in inner(use):
        place = place[name]
    return parse_price(place), component


def inner(use: Use) -> tuple[str | int, ...]:
    """Where in its component the price of the use is: ("price", "cells", 0, "price"); () if it is in a ramp."""
    owner, _dot, rest = use.path.partition(".")
    if not owner.startswith("charges[") or not rest.startswith("price"):
        return ()
    names = rest.replace("[", ".").replace("]", "").split(".")
    way = tuple(int(name) if name.isdigit() else name for name in names)
    return way[: way.index("tiers")] if "tiers" in way else way


def with_value(component: Json, way: tuple[str | int, ...], value: Any) -> Json:
    changed: Any = deepcopy(component)
    place = changed
    for name in way[:-1]:
        place = place[name]
    place[way[-1]] = value
    return dict(changed)


def charge_of(use: Use, terms: Terms) -> Charge | None:
    return next((charge for charge in terms.charges if charge.key == use.key), None)


def component_of(use: Use, terms: Terms) -> Json | None:
    return next((dumped(part) for part in terms.components if part.key == use.key), None)


def dumped(part: Any) -> Json:
    return dict(part.model_dump(mode="json"))


def capital(text: str) -> str:
    return text[:1].upper() + text[1:]
