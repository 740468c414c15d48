"""The fields of a line as a seller speaks of them, and taking them over one by one from another line."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from catalog.rules.points import price_points
from catalog.rules.words import plural
from core.data_words import told
from core.formats import percent, quantity, unit_price
from quotes.rules.components import (
    Component,
    allowance_of,
    fixed_quantity,
    measure,
    months_of,
    with_months,
    with_price,
)
from quotes.rules.line_months import is_once, months_said
from quotes.rules.price_text import Scale

NAME, QUANTITY, INCLUDED, DISCOUNT, CONDITIONS = "name", "quantity", "allowance", "discount_percent", "conditions"
RUNS = "months"
PRICE = "prices."


class Field(NamedTuple):
    """What it is called, and what it is, as text."""

    label: str
    value: str


def fields_of(component: Component, discount: Decimal, scale: Scale, currency: str) -> dict[str, Field]:
    """Every field of a line by its path, in the order a seller reads them."""
    size, included = fixed_quantity(component), allowance_of(component)
    one = component.get("unit") or ""
    many = "" if size is None else f"{quantity(size)} {plural(one, size) or currency}"
    return {
        NAME: Field(_("name"), told(str(component["name"]))),
        **({} if size is None else {QUANTITY: Field(_("quantity"), many)}),
        INCLUDED: Field(_("included"), f"{quantity(included)} {plural(one, included)}" if included else _("nothing")),
        RUNS: Field(_("runs"), months_said(*months_of(component), once=is_once(component)) or _("the whole term")),
        **dict(prices(component, scale, currency)),
        DISCOUNT: Field(_("discount"), percent(discount)),
    }


def prices(component: Component, scale: Scale, currency: str) -> Iterator[tuple[str, Field]]:
    for point in price_points(component):
        per_unit = point.per_unit
        amount = point.amount * (scale.factor if per_unit else 1)
        unit = (scale.unit or told(component.get("unit", ""))) if per_unit else ""
        label = _("price, {label}").format(label=point.label) if point.label else _("price")
        yield (
            f"{PRICE}{point.path}",
            Field(label, unit_price(amount, currency) + (_(" per {unit}").format(unit=unit) if unit else "")),
        )


def taken(component: Component, path: str, other: Mapping[str, Any]) -> Component:
    """The component with one field of another; all of it where it has no such field of its own."""
    changed = deepcopy(component)
    if path == NAME:
        return {**changed, "name": other["name"]}
    if path == QUANTITY and same_measure(component, other):
        size = "quantity" if component["kind"] == "charge" else measure(component)
        return {**changed, size: deepcopy(other[size])}
    if path == RUNS:
        return with_months(component, *months_of(other))
    if path == INCLUDED and component["kind"] == "charge":
        return {**changed, "allowance": deepcopy(other.get("allowance"))}
    amounts = {point.path: point.amount for point in price_points(other)}
    place = path.removeprefix(PRICE)
    if path.startswith(PRICE) and place in amounts and place in {point.path for point in price_points(component)}:
        return with_price(component, place, amounts[place])
    return deepcopy(dict(other))


def same_measure(component: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    return fixed_quantity(component) is not None and (
        component["kind"] == "charge" or measure(component) == measure(other)
    )
