"""A line's component, as the JSON that the price kernel reads: what a seller sees of it and may change in it."""

from collections.abc import Callable, Mapping
from copy import deepcopy
from decimal import Decimal
from typing import Any

from catalog.rules.points import price_points
from core.kept import Kept, remembered
from pricing.values import plain

Component = dict[str, Any]


def is_metered(component: Mapping[str, Any]) -> bool:
    return bool(component.get("quantity", {}).get("source") == "meter")


def is_fixed_charge(component: Mapping[str, Any]) -> bool:
    """Whether it bills an agreed quantity, and so takes a discount to a known amount."""
    return bool(component.get("quantity", {}).get("source") == "fixed")


def meter_of(component: Mapping[str, Any]) -> str:
    """The meter's code, or "" when the quantity does not come from one."""
    return str(component["quantity"]["meter"]) if is_metered(component) else ""


@remembered
def fixed_quantity(component: Mapping[str, Any]) -> Decimal | None:
    """How many of a fixed line, or how much of a credit grant or commitment; None for what is metered."""
    if component["kind"] == "charge":
        quantity = component.get("quantity", {})
        return Decimal(quantity["value"]) if quantity.get("source") == "fixed" else None
    return Decimal(component[measure(component)])


def measure(component: Mapping[str, Any]) -> str:
    """Where a credit grant or commitment keeps its size: money or units."""
    return "quantity" if component.get("amount") is None else "amount"


def is_money(component: Mapping[str, Any]) -> bool:
    """Whether its size is an amount of money: of credits without a unit of their own, or of a commitment."""
    return component["kind"] != "charge" and measure(component) == "amount" and not component.get("unit")


def with_quantity(component: Component, quantity: Decimal) -> Component:
    """The component for another quantity. A credit grant keeps its ratio of money paid to money granted."""
    changed = dict(component)  # its parts are shared, and nobody writes into them
    if component["kind"] == "charge":
        changed["quantity"] = {**component["quantity"], "value": plain(quantity)}
        return changed
    size = measure(component)
    changed[size] = plain(quantity)
    before, paid = Decimal(component[size]), Decimal(component.get("purchase", "0"))
    if paid and before:
        changed["purchase"] = plain(round(paid * quantity / before, 2))
    return changed


def allowance_of(component: Mapping[str, Any]) -> Decimal | None:
    """Included units per reset; None when nothing is included."""
    allowance = component.get("allowance")
    return Decimal(allowance["quantity"]) if allowance else None


def with_allowance(component: Component, quantity: Decimal) -> Component:
    """The component with another number of included units; none for 0. Resets monthly unless it says otherwise."""
    changed = deepcopy(component)
    if quantity:
        changed["allowance"] = {"reset": "month", **(component.get("allowance") or {}), "quantity": plain(quantity)}
    else:
        changed.pop("allowance", None)
    return changed


def with_price(component: Component, path: str, amount: Decimal) -> Component:
    """The component with another amount at `path`, as `price_points` names it; KeyError if it names no price."""
    if path not in {point.path for point in price_points(component)}:
        raise KeyError(path)
    changed = deepcopy(component)
    place: Any = changed if component["kind"] != "charge" else changed["price"]
    *way, leaf = path.split("/")
    for step in way:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[leaf] = plain(amount)
    return changed


@remembered
def is_overridden(component: Mapping[str, Any], original: Mapping[str, Any]) -> bool:
    """Whether the seller changed what a unit costs or how many are included, not only how many are sold."""
    listed = {point.path: point.amount for point in price_points(at_quantity_of(component, original))}
    sold = {point.path: point.amount for point in price_points(component)}
    return listed != sold or allowance_of(component) != allowance_of(original)


@remembered
def at_quantity_of(component: Mapping[str, Any], original: Mapping[str, Any]) -> Component:
    """The list's component with the quantity and the months that are sold: what the line would be at list price."""
    quantity, months = fixed_quantity(component), months_of(component)
    same = quantity is None or quantity == fixed_quantity(original)
    if same and months == months_of(original):
        return original if isinstance(original, Kept) else dict(original)
    sold = dict(original) if quantity is None or same else with_quantity(dict(original), quantity)
    return Kept(sold if months == months_of(original) else with_months(sold, *months))


def months_of(component: Mapping[str, Any]) -> tuple[int | None, int | None]:
    """The first and the last month of the term in which it runs; None from the start on, and to the end."""
    first = component.get("from_month") or 1
    return (first if first > 1 else None), component.get("to_month")


def with_months(component: Component, first: int | None, last: int | None) -> Component:
    """The component in these months of the term."""
    return {**component, "from_month": first or 1, "to_month": last}


def renamed(components: list[Component], taken: set[str]) -> list[Component]:
    """The components with keys that are not taken yet; what they say about each other follows."""
    names = {component["key"]: free_name(component["key"], taken) for component in components}
    return [refer(component, lambda key: names.get(key, key)) for component in components]


def free_name(key: str, taken: set[str]) -> str:
    number, name = 1, key
    while name in taken:
        number += 1
        name = f"{key}-{number}"
    return name


def refer(component: Component, name_of: Callable[[str], str]) -> Component:
    changed = deepcopy(component)
    changed["key"] = name_of(component["key"])
    scope = changed.get("scope")
    if scope and scope.get("charges"):
        scope["charges"] = [name_of(key) for key in scope["charges"]]
    return changed
