"""The amounts of money inside a component: where each is, what it is for, how much. Pure: works on the plain form."""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from core import formats
from core.kept import remembered_in_words
from core.languages import lazily as _lazy

LEAVES = {
    "fee": _lazy("fee"),
    "unit": _lazy("per unit"),
    "flat": _lazy("flat fee"),
    "price": _lazy("per block"),
    "amount": _lazy("amount"),
}
"""The keys under which a price model keeps an amount of money, and what it is called."""


class Point(NamedTuple):
    """One price inside a component: where it is, what it is for, how much."""

    path: str
    label: str
    amount: Decimal
    per_unit: bool


@remembered_in_words
def price_points(component: Mapping[str, Any]) -> tuple[Point, ...]:
    """Every price in the component that is an amount of money, in the order of its JSON."""
    if component["kind"] == "charge":
        return tuple(points(component["price"], "", ""))
    if Decimal(component.get("purchase", "0")):
        return (Point("purchase", _("paid for the credits"), Decimal(component["purchase"]), False),)
    return ()


def points(model: Mapping[str, Any], path: str, label: str) -> Iterator[Point]:
    """The amounts of one price model, depth first."""
    low = ""
    for number, tier in enumerate(model.get("tiers", ())):
        end = tier.get("up_to")
        name = (
            _("up to {end}").format(end=grouped(end))
            if end
            else _("above {low}").format(low=low)
            if low
            else _("all units")
        )
        low = grouped(end) if end else low
        yield from points(tier, f"{path}tiers/{number}/", joined(label, name))
    for number, cell in enumerate(model.get("cells", ())):
        name = " · ".join(cell["when"].values())
        yield from points(cell["price"], f"{path}cells/{number}/price/", joined(label, name))
    for name in ("base", "default"):
        if isinstance(model.get(name), Mapping):
            yield from points(model[name], f"{path}{name}/", joined(label, "other" if name == "default" else ""))
    for name, called in LEAVES.items():
        value = model.get(name)
        if isinstance(value, str) and not (name == "flat" and Decimal(value) == 0):
            yield Point(
                f"{path}{name}", joined(label, "" if name == "unit" else called), Decimal(value), name == "unit"
            )


def joined(*names: str) -> str:
    return ", ".join(str(name) for name in names if name)


def grouped(value: str) -> str:
    return formats.number(Decimal(value))
