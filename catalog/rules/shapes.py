"""Which inputs each price model has, in which units they are typed, and what is kept when the model changes. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.rules.words import Display
from core.languages import lazily as _

MODELS = {
    "flat": _("Flat fee"),
    "per_unit": _("Per unit"),
    "graduated": _("Graduated tiers: each unit at its tier's price"),
    "volume": _("Volume tiers: all units at the tier reached"),
    "stairstep": _("Stairs: the price of the stair reached"),
    "package": _("Blocks of units"),
    "graduated_package": _("Graduated tiers of blocks"),
    "volume_package": _("Volume tiers of blocks"),
    "percentage": _("Percentage of money"),
    "graduated_percentage": _("Graduated percentage of money"),
    "cost_plus": _("Cost plus a markup"),
}
BY_DIMENSION = {"matrix": _("By dimension: a price per cell"), "multiplier": _("A price times a factor by dimension")}


class Shape(NamedTuple):
    """An input of a price model: `unit` says what is typed (money, price, units, percent, count or a choice)."""

    name: str
    label: str
    unit: str
    optional: bool = False
    choices: tuple[tuple[str, str], ...] = ()


UP_TO = Shape("up_to", _("Up to"), "units", optional=True)
FLAT = Shape("flat", _("Fee once entered"), "money", optional=True)
ROUNDING = Shape("rounding", _("Begun blocks"), "choice", choices=(("up", _("are billed")), ("down", _("are free"))))
BLOCKS = (UP_TO, Shape("size", _("Block of"), "units"), Shape("price", _("Per block"), "money"), FLAT)
UNITS = (
    UP_TO,
    Shape("unit", _("Per unit"), "price"),
    FLAT,
    Shape("cap", _("Units cost at most"), "money", optional=True),
)

BY_EVENT = (
    Shape("fee", _("Fee per event"), "money", optional=True),
    Shape("free_events", _("Free events"), "count", optional=True),
    Shape("free_amount", _("Free amount"), "money", optional=True),
    Shape("minimum", _("At least, per event"), "money", optional=True),
    Shape("maximum", _("At most, per event"), "money", optional=True),
)

FIELDS: dict[str, tuple[Shape, ...]] = {
    "flat": (Shape("fee", _("Fee"), "money"),),
    "per_unit": (Shape("unit", _("Price per unit"), "price"),),
    "package": (
        Shape("size", _("Block of"), "units"),
        Shape("price", _("Price per block"), "money"),
        Shape("free", _("Free units"), "units", optional=True),
        ROUNDING,
    ),
    "percentage": (Shape("rate", _("Rate"), "percent"), *BY_EVENT),
    "cost_plus": (Shape("markup", _("Markup"), "percent"),),
    "graduated_percentage": BY_EVENT,
    "graduated_package": (ROUNDING,),
    "volume_package": (ROUNDING,),
    "multiplier": (),
}
TIERS: dict[str, tuple[Shape, ...]] = {
    "graduated": UNITS,
    "volume": UNITS,
    "stairstep": (UP_TO, Shape("amount", _("Price of the stair"), "money")),
    "graduated_package": BLOCKS,
    "volume_package": BLOCKS,
    "graduated_percentage": (
        Shape("up_to", _("Up to"), "money", optional=True),
        Shape("rate", _("Rate"), "percent"),
        FLAT,
    ),
}


def shaped(price: Any) -> dict[str, Any]:
    """The price with what its model takes and nothing else, at least two rows where it has tiers."""
    price = price if isinstance(price, Mapping) else {}
    model = price.get("model", "per_unit")
    if model == "matrix":
        return shaped_matrix(price)
    if model == "multiplier":
        kept = {
            name: price[name]
            for name in ("dimension", "factors", "default")
            if isinstance(price.get(name), (str, Mapping))
        }
        return {"model": model, "base": shaped(price.get("base") or {"model": "per_unit"}), **kept}
    kept = picked(price, FIELDS.get(model, ())) | ({"bill_zero": price["bill_zero"]} if "bill_zero" in price else {})
    if model in TIERS:
        rows = rows_of(price, "tiers") or [{}, {}]
        return {"model": model, **kept, "tiers": [picked(row, TIERS[model]) for row in rows]}
    return {"model": model, **kept}


def shaped_matrix(price: Mapping[str, Any]) -> dict[str, Any]:
    told = price.get("dimensions")
    dimensions: list[str] = told if isinstance(told, list) else []
    cells = [
        {
            "when": {name: value for name, value in (row.get("when") or {}).items() if name in dimensions},
            "price": shaped(row.get("price")),
        }
        for row in rows_of(price, "cells") or [{}]
    ]
    other = {"default": shaped(price["default"])} if isinstance(price.get("default"), Mapping) else {}
    return {"model": "matrix", "dimensions": dimensions, "cells": cells, **other}


def picked(row: Mapping[str, Any], shapes: Iterable[Shape]) -> dict[str, Any]:
    return {shape.name: row[shape.name] for shape in shapes if isinstance(row.get(shape.name), str)}


def rows_of(price: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    rows = price.get(name)
    return [row for row in rows if isinstance(row, Mapping)] if isinstance(rows, list) else []


def filled(price: Mapping[str, Any]) -> dict[str, Any]:
    """The price without rows in which nothing was typed."""
    rows = [row for row in rows_of(price, "tiers") if row]
    inner = {name: filled(price[name]) for name in ("base", "default") if isinstance(price.get(name), Mapping)}
    cells = [{**cell, "price": filled(cell["price"])} for cell in rows_of(price, "cells")]
    found = {**price, **inner, **({"tiers": rows} if "tiers" in price else {}), **({"cells": cells} if cells else {})}
    if isinstance(price.get("factors"), Mapping) and price.get("model") == "multiplier":
        found["factors"] = {value: factor for value, factor in price["factors"].items() if factor}
    return found


NUMBERS = {shape.name for shapes in (*FIELDS.values(), *TIERS.values()) for shape in shapes if shape.unit != "choice"}
QUANTITIES = {"up_to", "size", "free"}
OTHERS = {
    "quantity.value",
    "quantity",
    "allowance.quantity",
    "minimum",
    "maximum",
    "amount",
    "purchase",
    "overage_factor",
    "rollover.fraction",
    "rollover.cap",
    "rollover.floor",
    "max_discount",
    "min",
    "max",
    "step",
}


def factors(display: Display, model: str = "") -> Callable[[str], Decimal | None]:
    """What a number at a path is typed in, as a factor of what is stored; None for what is no number.

    People speak of tokens by the million: a tier's edge is typed in millions, and a price is that of a million.
    """
    scale = display.scale if is_power_of_ten(display.scale) else Decimal(1)

    def factor(path: str) -> Decimal | None:
        if path.startswith("floors."):
            return 1 / scale if re.search(r"(^floors\.|/)unit$", path) else Decimal(1)
        if path in OTHERS or path.startswith(("rates.", "limits.")):
            return scale if path == "allowance.quantity" else Decimal(1)
        leaf = path.rpartition(".")[2]
        if not path.startswith("price.") or leaf == "when":
            return None
        if ".factors." in path or path.endswith(".default"):
            return Decimal(1)
        if ".when." in path or leaf not in NUMBERS:
            return None
        if leaf == "unit":
            return 1 / scale
        money_tiers = model == "graduated_percentage"
        return scale if leaf in QUANTITIES and not money_tiers else Decimal(1)

    return factor


def is_power_of_ten(scale: Decimal) -> bool:
    return scale.normalize().as_tuple().digits == (1,)
