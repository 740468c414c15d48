"""A price as its editor shows it, and what the editor sends as a price. Pure.

Whatever the editor has no input for (a conversion, a first day) stays as it is stored.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from catalog.rules.shapes import factors, filled, shaped
from catalog.rules.typed import Tree, sentences, shown_numbers, value_at, with_numbers
from catalog.rules.words import Display
from pricing import Charge, Commitment, CreditGrant, InvalidTerms, parse_component

EDITED = {
    "charge": (
        "name product unit price quantity events interval timing allowance minimum maximum".split()  # noqa: SIM905
    ),
    "credit": "name product unit amount purchase every expires_months priority rollover scope rates".split(),  # noqa: SIM905
    "commitment": (
        "name product amount quantity window settle invoice overage_factor priority scope".split()  # noqa: SIM905
    ),
}


class Read(NamedTuple):
    """A component that was typed, or what is wrong with it, by the path of the input."""

    component: Charge | CreditGrant | Commitment | None
    errors: dict[str, str]


def shown(component: Mapping[str, Any], display: Display) -> Tree:
    """What the editor's inputs hold for a stored component: numbers in the units in which people speak."""
    kept = {name: component[name] for name in EDITED[component["kind"]] if name in component}
    return dict(shown_numbers(kept, factors(display, model_of(component))))


def read(tree: Tree, stored: Mapping[str, Any], display: Display) -> Read:
    """The component that the editor's inputs say, over what is stored."""
    wrong: dict[str, str] = {}
    edited = {name: tree[name] for name in EDITED[stored["kind"]] if name in tree}
    if stored["kind"] == "charge":
        edited["price"] = filled(shaped(edited.get("price")))
        edited["quantity"] = quantity_of(edited.get("quantity"))
        edited = without_idle(edited)
    written = with_numbers(edited, factors(display, model_of(edited)), wrong)
    kept = {name: value for name, value in stored.items() if name not in EDITED[stored["kind"]]}
    if wrong:
        return Read(None, {path: f"This {message}" for path, message in wrong.items()})
    try:
        return Read(parse_component({**kept, **written}), {})
    except InvalidTerms as error:
        return Read(None, dict(sentences(error.problems)))


def model_of(component: Mapping[str, Any]) -> str:
    return str(value_at(component, "price.model") or "")


def quantity_of(quantity: Any) -> dict[str, Any]:
    """A quantity of one source, without what belongs to the other."""
    quantity = quantity if isinstance(quantity, Mapping) else {}
    if quantity.get("source") == "meter":
        where = {name: values for name, values in (quantity.get("where") or {}).items() if values}
        return {"source": "meter", "meter": quantity.get("meter", ""), **({"where": where} if where else {})}
    return {"source": "fixed", "value": quantity.get("value", "")}


def without_idle(edited: Tree) -> Tree:
    """The charge without what its quantity has no use for; usage is billed in arrears."""
    metered = edited["quantity"]["source"] == "meter"
    allowance = edited.get("allowance")
    idle = not metered or not isinstance(allowance, Mapping) or not allowance.get("quantity")
    uncounted = not value_at(edited, "events.meter")
    kept = {
        name: value
        for name, value in edited.items()
        if not ((name == "allowance" and idle) or (name == "events" and uncounted))
    }
    return {**kept, "timing": "arrears"} if metered else kept
