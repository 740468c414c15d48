"""What an edit of a draft changed, so that it can be taken back, made again, and merged with somebody else's.

The content of a draft is plain values: its facts, its lines and texts by key, and their common order. A change holds
the pair (before, after) of every value that moved; a line or text that was not there is None throughout.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypedDict

from catalog.rules.points import price_points
from quotes.rules.components import Component, allowance_of, fixed_quantity, is_metered, months_of
from quotes.rules.line_months import MONTHS

FACTS = (
    *("title", "start", "months", "discount_percent", "valid_until", "payment_days", "assumptions", "scenario"),
    *("discount_from", "discount_to", "free_months", "escalator_percent", "special_terms", "selling_entity_id"),
)
PARTS = (
    *("price_id", "part_id", "component", "list_component", "discount_percent", "rule", "optional"),
    *("discount_from", "discount_to", "years"),
)
DEMAND = {"start", "months", "assumptions", "scenario"}
SOURCES = ("quantity", "tier_quantity", "events")
ORDER = "order"

Pair = list[Any]
"""Before and after."""


class Content(NamedTuple):
    facts: Mapping[str, Any]
    lines: Mapping[str, Mapping[str, Any]]
    order: list[str]
    texts: Mapping[str, Mapping[str, Any]] = {}


class Change(TypedDict, total=False):
    facts: dict[str, Pair]
    lines: dict[str, dict[str, Pair]]
    texts: dict[str, dict[str, Pair]]
    order: Pair


def difference(before: Content, after: Content) -> Change:
    """What became of the first content in the second; {} when they are the same."""
    change: Change = {
        "facts": moved(before.facts, after.facts),
        "lines": moved_by_key(before.lines, after.lines),
        "texts": moved_by_key(before.texts, after.texts),
        "order": [before.order, after.order] if before.order != after.order else [],
    }
    return {name: value for name, value in change.items() if value}  # type: ignore[return-value]


def moved_by_key(
    before: Mapping[str, Mapping[str, Any]], after: Mapping[str, Mapping[str, Any]]
) -> dict[str, dict[str, Pair]]:
    other = (key for key in {**before, **after} if before.get(key) != after.get(key))
    pairs = {key: moved(before.get(key, {}), after.get(key, {})) for key in other}
    return {key: found for key, found in pairs.items() if found}


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, Pair]:
    pairs = {name: [before.get(name), after.get(name)] for name in {**before, **after}}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def moves_demand(change: Change) -> bool:
    """Whether a forecast made before the change may be of other usage than one made after it."""
    moved = change.get("lines", {}).values()
    if any(None not in pairs.get("optional", [None]) for pairs in moved):
        return True
    lines = (pairs["component"] for pairs in moved if "component" in pairs)
    return bool(DEMAND & change.get("facts", {}).keys()) or any(metered(old) != metered(new) for old, new in lines)


def metered(component: Component | None) -> Mapping[str, Any]:
    """What a component counts: its sources, and along what its price looks at usage."""
    if component is None or not is_metered(component):
        return {}
    return {"price": shape(component["price"]), **{name: component.get(name) for name in SOURCES}}


def shape(price: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "dimensions": price.get("dimensions", price.get("dimension")),
        "cells": [cell["when"] for cell in price.get("cells", ())],
        "base": shape(price["base"]) if "base" in price else None,
    }


def reverse(change: Change) -> Change:
    """The change that takes this one back."""
    turned: Change = {
        "facts": {name: pair[::-1] for name, pair in change.get("facts", {}).items()},
        "lines": reversed_by_key(change.get("lines", {})),
        "texts": reversed_by_key(change.get("texts", {})),
        "order": change.get("order", [])[::-1],
    }
    return {name: value for name, value in turned.items() if value}  # type: ignore[return-value]


def reversed_by_key(moved: Mapping[str, Mapping[str, Pair]]) -> dict[str, dict[str, Pair]]:
    return {key: {name: pair[::-1] for name, pair in pairs.items()} for key, pairs in moved.items()}


def touched(change: Change) -> Iterator[str]:
    """The fields that an edit moved, as paths: "facts/months", "lines/seats/quantity", "lines/seats", "order"."""
    yield from (f"facts/{name}" for name in change.get("facts", {}))
    for key, pairs in change.get("lines", {}).items():
        if None in pairs.get("component", ()):
            yield f"lines/{key}"
        else:
            yield from (f"lines/{key}/{name}" for name in fields_moved(pairs))
    yield from (f"texts/{key}" for key in change.get("texts", {}))
    yield from [ORDER] * ("order" in change)


def fields_moved(pairs: Mapping[str, Pair]) -> Iterator[str]:
    yield from (name for name in pairs if name not in ("component", "years"))
    if "years" in pairs:
        yield from (f"years.{name}" for name in years_moved(pairs["years"]))
    if "component" in pairs:
        before, after = (values_of(component) for component in pairs["component"])
        yield from moved(before, after)


def years_moved(pair: Pair) -> dict[str, Pair]:
    before, after = (flat(years or {}) for years in pair)
    return moved(before, after)


def flat(years: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """What is said of later years, each value under its path: "2.prices.unit"."""
    found: dict[str, Any] = {}
    for name, value in years.items():
        path = f"{before}{name}"
        found |= flat(value, f"{path}.") if isinstance(value, dict) else {path: value}
    return found


def values_of(component: Component) -> dict[str, str | None]:
    """What a seller may change in a component, by the names of the fields."""
    size, included = fixed_quantity(component), allowance_of(component)
    return {
        "name": component["name"],
        "quantity": None if size is None else str(size),
        "allowance": None if included is None else str(included),
        **{
            name: None if month is None else str(month)
            for name, month in zip(MONTHS, months_of(component), strict=True)
        },
        **{f"prices.{point.path}": str(point.amount) for point in price_points(component)},
    }


def meet(mine: Collection[str], theirs: Iterable[str]) -> bool:
    """Whether two edits moved the same field; a whole line meets every field of it."""
    return any(one == other or inside(one, other) or inside(other, one) for one in mine for other in theirs)


def inside(one: str, other: str) -> bool:
    return one.startswith(f"{other}/")
