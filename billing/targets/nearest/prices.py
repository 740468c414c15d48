"""Another price for the same usage: exactly the same where there is one, else one that costs the same at P50."""

from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from typing import Any

from django.utils.translation import gettext as _

from billing.targets.capability import Alternative, Use
from billing.targets.nearest.matching import Build, in_whole_cents, places_for, priced_charge, repriced, rounded, scaled
from billing.targets.nearest.places import (
    Json,
    charge_of,
    component_of,
    dumped,
    inner,
    price_at,
    with_value,
    without_fields,
)
from billing.targets.prices import NotExact, exactly
from pricing import Charge, Commitment, CreditGrant, Terms, Usage
from pricing.components import Metered
from pricing.models import CostPlus, Graduated, Matrix, Model, Multiplier, Package, PerUnit
from pricing.models.percentage import ByEvent
from pricing.models.tiered import Tiered
from pricing.money import CONTEXT, ZERO
from pricing.numbers import exact
from pricing.values import plain

ONE = Decimal(1)
HUNDRED = Decimal(100)
A_MILLION = Decimal(1_000_000)
MOST_CELLS = 60
OF_EVENTS = ("events", "tier_quantity")


def graduated(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Graduated tiers with the same edges and no flat fees: for volume, stairstep and package tiers, fees and caps."""
    charge, (price, component) = charge_of(use, terms), price_at(use, terms)
    if charge is None or component is None or not isinstance(price, Tiered) or isinstance(price, ByEvent):
        return
    model = {"model": "graduated", "tiers": [*slopes(price)]}
    build = tabled(use, without_fields(component, *OF_EVENTS), model, charge, terms)
    yield from repriced(use, terms, usage, build, _("A graduated table with the same edges"))


def in_cents(charge: Charge, terms: Terms) -> Alternative | None:
    """The same graduated table, its prices so near that each full tier comes to whole cents."""
    if not isinstance(charge.price, Graduated):
        return None
    component = dumped(charge)
    table = in_whole_cents(component["price"], ONE, charge, terms)
    if table is None or table == component["price"]:
        return None
    said = _("The same table, with prices rounded so that each full tier comes to whole cents.")
    return Alternative(said, puts=({**component, "price": table},))


def volume(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """The same tiers, found by the quantity that is billed."""
    charge, component = charge_of(use, terms), component_of(use, terms)
    if charge is None or component is None or charge.tier_quantity is None:
        return
    left, places = without_fields(component, "tier_quantity"), places_for(charge, terms)

    def build(factor: Decimal) -> Json:
        return {**left, "price": scaled(left["price"], factor, places)}

    yield from repriced(use, terms, usage, build, _("Tiers found by the quantity that is billed"))


def per_unit(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A price per unit: for packages, and for all else that nothing comes nearer to."""
    charge, (price, component) = charge_of(use, terms), price_at(use, terms)
    if charge is None or component is None or price is None:
        return
    build = one_price(use, without_fields(component, *OF_EVENTS), usual(price), charge, terms)
    yield from repriced(use, terms, usage, build, _("A price per unit"))


def one_price_for_all(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """One price per unit of the whole charge, whatever its dimensions, conversion or tiers."""
    charge, component = priced_charge(use, terms), component_of(use, terms)
    if charge is None or component is None:
        return
    whole = Use(use.construct, f"{use.path.partition('.')[0]}.price", use.key)
    left = without_fields(component, *OF_EVENTS, "conversion")
    build = one_price(whole, left, ONE, charge, terms)
    yield from repriced(use, terms, usage, build, _("One price per unit for all of it"))


def share_as_price(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """A share of money as a price for each unit of it: the same, where no event has fees or limits of its own."""
    price, component = price_at(use, terms)
    if component is None or not isinstance(price, (ByEvent, CostPlus)):
        return
    if isinstance(price, ByEvent) and (price.by_event or price.free_amount):
        return
    if isinstance(price, Tiered):
        tiers = [
            {**ends(tier), "unit": plain(tier.rate / HUNDRED), **({"flat": plain(tier.flat)} if tier.flat else {})}
            for tier in price.tiers
        ]
        model: Json = {"model": "graduated", "tiers": tiers, "bill_zero": price.bill_zero}
        said = _("Graduated prices for each unit of the money metered: they cost the same at every amount.")
    else:
        unit = plain(usual(price))
        model = {"model": "per_unit", "unit": unit}
        said = _("A price of {unit} for each unit of the money metered: it costs the same at every amount.")
        said = said.format(unit=unit)
    yield Alternative(said, puts=(with_value(without_fields(component, *OF_EVENTS), inner(use), model),))


def shares_in_tiers(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Shares by tiers as a table without fees, that costs the same at P50."""
    charge, (price, component) = charge_of(use, terms), price_at(use, terms)
    if charge is None or component is None or not isinstance(price, ByEvent) or not isinstance(price, Tiered):
        return
    tiers = [{**ends(tier), "unit": plain(tier.rate / HUNDRED)} for tier in price.tiers]
    model = {"model": "graduated", "tiers": tiers}
    build = tabled(use, without_fields(component, *OF_EVENTS), model, charge, terms)
    yield from repriced(use, terms, usage, build, _("Graduated prices for each unit of the money metered"))


def stairs_as_volume(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Volume tiers of flat fees only: what stairs are called elsewhere. The same at every quantity."""
    price, component = price_at(use, terms)
    if component is None or price is None or price.model != "stairstep":
        return
    tiers = [{**ends(tier), "flat": plain(tier.amount)} for tier in price.tiers]
    model = {"model": "volume", "tiers": tiers, "bill_zero": price.bill_zero}
    said = _("Volume tiers with these flat fees instead: they cost the same at every quantity.")
    yield Alternative(said, puts=(with_value(component, inner(use), model),))


def in_units_of_the_meter(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Prices, edges and included units of the meter itself: the same, where nothing is rounded on the way."""
    charge, component = priced_charge(use, terms), component_of(use, terms)
    if charge is None or component is None or charge.conversion is None:
        return
    by, price = charge.conversion.divide, charge.price
    if charge.conversion.rounding == "none":
        try:
            changed = {**component, "price": divided(component["price"], by)}
        except NotExact:
            return
    elif isinstance(price, PerUnit):
        size = {"size": plain(by), "price": plain(price.unit), "rounding": charge.conversion.rounding}
        changed = {**component, "price": {"model": "package", **size}}
    else:
        return
    if allowance := component.get("allowance"):
        changed["allowance"] = {**allowance, "quantity": plain(Decimal(allowance["quantity"]) * by)}
    said = _("The same price for the units of the meter, {n} of which are one of these: it costs the same.")
    yield Alternative(said.format(n=plain(by)), puts=(without_fields(changed, "conversion"),))


def a_price_per_value(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Factors as a price for each dimension value: the same, where units are priced alike."""
    charge, component = priced_charge(use, terms), component_of(use, terms)
    if charge is None or component is None or not isinstance(charge.price, Multiplier):
        return
    cells = [*cells_of(charge, charge.price, usage)]
    if not 0 < len(cells) <= MOST_CELLS:
        return
    places = places_for(charge, terms)
    names = [*cells[0]["when"]]
    left = without_fields(component, "tier_quantity")

    def build(factor: Decimal) -> Json:
        return {**left, "price": scaled({"model": "matrix", "dimensions": names, "cells": cells}, factor, places)}

    if isinstance(charge.price.innermost, PerUnit):
        said = _("A price for each of the {n} dimension values instead: they cost the same. Others have no price then.")
        yield Alternative(said.format(n=len(cells)), puts=(build(ONE),))
        return
    what = _("A price for each of the {n} dimension values").format(n=len(cells))
    yield from repriced(use, terms, usage, build, what)


def a_charge_per_cell(use: Use, terms: Terms, usage: Usage | None) -> Iterator[Alternative]:
    """Each cell of a matrix as a charge of its own, for its dimension values. The same at every quantity."""
    charge = charge_of(use, terms)
    if charge is None or not isinstance(charge.price, Matrix) or charge.price.default is not None:
        return
    if any((charge.allowance, charge.minimum, charge.maximum, charge.tier_quantity)) or overlapping(charge.price):
        return
    bought: list[CreditGrant | Commitment] = [*terms.credits, *terms.commitments]
    followers = [dumped(part) for part in bought if charge.key in part.scope.charges]
    if any(part.get("quantity") for part in followers) or any(charge.key in one.rates for one in terms.credits):
        return
    puts = [*parts_of(charge, charge.price)]
    keys = [part["key"] for part in puts]
    puts += [named_anew(part, charge.key, keys) for part in followers]
    said = _("One line for each of the {n} combinations instead: together they cost the same at every quantity.")
    yield Alternative(said.format(n=len(keys)), puts=tuple(puts), removes=(charge.key,))


# --- what they are made of


def tabled(use: Use, component: Json, model: Json, charge: Charge, terms: Terms) -> Build:
    def build(factor: Decimal) -> Json | None:
        table = in_whole_cents(model, factor, charge, terms)
        return None if table is None else with_value(component, inner(use), table)

    return build


def one_price(use: Use, component: Json, unit: Decimal, charge: Charge, terms: Terms) -> Build:
    places = places_for(charge, terms)

    def build(factor: Decimal) -> Json:
        model = {"model": "per_unit", "unit": plain(rounded(unit * factor, places))}
        return with_value(component, inner(use), model)

    return build


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
        yield {**ends(tier), "unit": plain(rounded(slope, 12))}


def ends(tier: Any) -> Json:
    return {} if tier.up_to is None else {"up_to": plain(tier.up_to)}


def usual(price: Model) -> Decimal:
    """What a unit costs at this price by itself: exactly where all cost alike, else of a million."""
    if isinstance(price, PerUnit):
        return price.unit
    if isinstance(price, Package):
        return price.price / price.size
    if isinstance(price, CostPlus):
        return 1 + price.markup / HUNDRED
    if isinstance(price, (Matrix, Multiplier)):
        return usual(price.singles[0])
    if isinstance(price, ByEvent):
        return price.shares[-1].rate or ONE / HUNDRED
    return (Decimal(price.curve.amount(exact([A_MILLION]))[0]) / A_MILLION) or ONE


def divided(price: Json, by: Decimal) -> Json:
    """The price of a unit that is one of so many: edges and blocks are so much larger, prices per unit smaller."""
    changed: Json = {}
    for name, part in price.items():
        if name in ("tiers", "cells"):
            changed[name] = [divided(one, by) for one in part]
        elif name in ("base", "default") or (name == "price" and isinstance(part, dict)):
            changed[name] = divided(part, by)
        elif name in ("up_to", "size", "free"):
            changed[name] = plain(Decimal(part) * by)
        elif name == "unit":
            changed[name] = plain(exactly(CONTEXT.divide(Decimal(part), by)))
        else:
            changed[name] = part
    return changed


def cells_of(charge: Charge, price: Multiplier, usage: Usage | None) -> Iterator[Json]:
    """A cell for each combination of dimension values that is named or used, at its own factor."""
    base = price.innermost
    own = base.dimensions if isinstance(base, Matrix) else ()
    names = [*dict.fromkeys((*own, *price.dimensions))]
    known = {name: dict.fromkeys(value for value in named_values(price, name)) for name in names}
    for series in usage.series if usage is not None else ():
        if isinstance(charge.quantity, Metered) and charge.quantity.matches(series.meter, series.dimensions):
            for name, value in series.dimensions:
                known.get(name, {}).setdefault(value)
    for values in product(*known.values()):
        dimensions = tuple(sorted(zip(names, values, strict=True)))
        inside = base.price_for(dimensions) if isinstance(base, Matrix) else base
        if inside is not None:
            unit = usual(inside) * price.factor(dimensions)
            yield {"when": dict(zip(names, values, strict=True)), "price": {"model": "per_unit", "unit": plain(unit)}}


def named_values(price: Model, name: str) -> Iterator[str]:
    """The values of a dimension that factors or cells name."""
    if isinstance(price, Multiplier):
        yield from price.factors if price.dimension == name else ()
        yield from named_values(price.base, name)
    elif isinstance(price, Matrix):
        yield from (cell.when[name] for cell in price.cells if name in cell.when)


def parts_of(charge: Charge, price: Matrix) -> Iterator[Json]:
    component = dumped(charge)
    where = component["quantity"].get("where", {})
    for cell in price.cells:
        values = {name: [value] for name, value in cell.when.items()}
        if any(name in where and value[0] not in where[name] for name, value in values.items()):
            continue
        yield {
            **component,
            "key": f"{charge.key}-{'-'.join(cell.when.values())}"[:60],
            "name": f"{charge.name or charge.key}: {', '.join(cell.when.values())}",
            "price": cell.price.model_dump(mode="json"),
            "quantity": {**component["quantity"], "where": {**where, **values}},
        }


def overlapping(price: Matrix) -> bool:
    """Whether a cell leaves dimensions open, so that the order of cells matters."""
    return any(set(cell.when) != set(price.dimensions) for cell in price.cells)


def named_anew(part: Json, key: str, keys: list[str]) -> Json:
    """A credit or commitment whose scope names what came of a charge."""
    scope = part["scope"]
    charges = [name for one in scope["charges"] for name in (keys if one == key else [one])]
    return {**part, "scope": {**scope, "charges": charges}}
