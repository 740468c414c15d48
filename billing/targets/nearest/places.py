"""Where a use of a construct is in the terms, as JSON that can be changed and put back."""

from copy import deepcopy
from typing import Any

from billing.targets.capability import Use
from pricing import Charge, Commitment, CreditGrant, Terms, parse_price
from pricing.models import PriceModel

Json = dict[str, Any]
Way = tuple[str | int, ...]


def charge_of(use: Use, terms: Terms) -> Charge | None:
    return next((charge for charge in terms.charges if charge.key == use.key), None)


def bought_of(use: Use, terms: Terms) -> CreditGrant | Commitment | None:
    """The credit or commitment that the use is of."""
    bought: list[CreditGrant | Commitment] = [*terms.credits, *terms.commitments]
    return next((part for part in bought if part.key == use.key), None)


def component_of(use: Use, terms: Terms) -> Json | None:
    return next((dumped(part) for part in terms.components if part.key == use.key), None)


def price_at(use: Use, terms: Terms) -> tuple[PriceModel | None, Json | None]:
    """The price that the use is in, and its component."""
    component = component_of(use, terms)
    if component is None or not inner(use):
        return None, None
    return parse_price(value_at(component, inner(use))), component


def inner(use: Use) -> Way:
    """Where in its component the price of the use is: ("price", "cells", 0, "price").

    A step of a ramp has the models of the price that it changes, so it is in the same place there.
    """
    names = use.path.replace("[", ".").replace("]", "").split(".")
    if "price" not in names or names[0] not in ("charges", "phases"):
        return ()
    way = tuple(int(name) if name.isdigit() else name for name in names[names.index("price") :])
    return way[: way.index("tiers")] if "tiers" in way else way


def value_at(component: Json, way: Way) -> Any:
    place: Any = component
    for name in way:
        place = place[name]
    return place


def with_value(component: Json, way: Way, value: Any) -> Json:
    changed = deepcopy(component)
    value_at(changed, way[:-1])[way[-1]] = value
    return changed


def without_fields(component: Json, *names: str) -> Json:
    return {name: part for name, part in component.items() if name not in names}


def dumped(part: Any) -> Json:
    return dict(part.model_dump(mode="json"))
