"""What an edit of a draft changed, so that it can be taken back, made again, and merged with somebody else's.

The content of a draft is plain values: its facts, its lines and texts by key, and their common order. A change holds
the pair (before, after) of every value that moved; a line or text that was not there is None throughout.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypedDict

from django.utils.translation import gettext as _

from catalog.rules.points import price_points
from core.data_words import told
from core.languages import lazily as _lazy
from core.words import all_of
from quotes.rules.components import Component, allowance_of, fixed_quantity, is_metered
from quotes.rules.outline import SECTION

FACTS = (
    *("title", "start", "months", "discount_percent", "valid_until", "payment_days", "assumptions", "scenario"),
    *("discount_from", "discount_to", "free_months", "escalator_percent", "special_terms", "selling_entity_id"),
)
PARTS = (
    *("price_id", "part_id", "component", "list_component", "discount_percent", "rule", "optional"),
    *("discount_from", "discount_to", "years"),
)
LABELS = {
    "title": _lazy("title"),
    "start": _lazy("start"),
    "months": _lazy("term"),
    "discount_percent": _lazy("quote discount"),
    "valid_until": _lazy("last valid day"),
    "payment_days": _lazy("payment due"),
    "assumptions": _lazy("assumed usage"),
    "scenario": _lazy("scenario"),
    "discount_from": _lazy("first month of the quote discount"),
    "discount_to": _lazy("last month of the quote discount"),
    "free_months": _lazy("free months"),
    "escalator_percent": _lazy("yearly rise of prices"),
    "special_terms": _lazy("special terms"),
    "selling_entity_id": _lazy("selling entity"),
}
FIELDS = {
    "name": _lazy("name"),
    "quantity": _lazy("quantity"),
    "allowance": _lazy("included usage"),
    "prices": _lazy("price"),
    "discount_percent": _lazy("discount"),
    "discount_from": _lazy("first month of the discount"),
    "discount_to": _lazy("last month of the discount"),
}
DEMAND = {"start", "months", "assumptions", "scenario"}
SOURCES = ("quantity", "tier_quantity", "events")
ORDER = "order"
NOTED = _lazy("a note")

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


def names_in(*contents: Content) -> dict[str, str]:
    """What the lines and texts are called."""
    return {
        **{key: told(line["component"]["name"]) for content in contents for key, line in content.lines.items()},
        **{key: called(text) for content in contents for key, text in content.texts.items()},
    }


def called(text: Mapping[str, Any]) -> str:
    if text["kind"] != SECTION:
        return NOTED
    return _("section {text}").format(text=text["text"])


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
        **{f"prices.{point.path}": str(point.amount) for point in price_points(component)},
    }


def rearranged(change: Change) -> bool:
    """Whether lines that were there before and after stand in another order."""
    before, after = change.get("order") or ([], [])
    return [key for key in before if key in after] != [key for key in after if key in before]


def meet(mine: Collection[str], theirs: Iterable[str]) -> bool:
    """Whether two edits moved the same field; a whole line meets every field of it."""
    return any(one == other or inside(one, other) or inside(other, one) for one in mine for other in theirs)


def inside(one: str, other: str) -> bool:
    return one.startswith(f"{other}/")


def words(change: Change, names: Mapping[str, str]) -> str:
    """ "quantity of Seats 25 → 30": what an edit did, for the button that takes it back; `names` of the lines."""
    said = [*facts_said(change), *lines_said(change, names), *texts_said(change, names)]
    if not said and rearranged(change):
        return _("the order of the lines")
    if len(said) > 2:
        return _("{first} and {n} more").format(first=said[0], n=len(said) - 1)
    return all_of(said) or _("the last edit")


def facts_said(change: Change) -> Iterator[str]:
    for name, (before, after) in change.get("facts", {}).items():
        plain = not isinstance(before, dict) and len(f"{before}{after}") < 40
        yield f"{LABELS[name]} {trimmed(before)} → {trimmed(after)}" if plain else LABELS[name]


def lines_said(change: Change, names: Mapping[str, str]) -> Iterator[str]:
    for key, pairs in change.get("lines", {}).items():
        before, after = pairs.get("component", ({}, {}))
        if before is None or after is None:
            yield (_("adding {name}") if before is None else _("removing {name}")).format(name=names[key])
        else:
            yield from line_said(names[key], pairs)


def line_said(name: str, pairs: Mapping[str, Pair]) -> Iterator[str]:
    before, after = pairs.get("component", ({}, {}))
    for field, pair in moved(values_of(before), values_of(after)).items() if before else ():
        yield moved_in_words(FIELDS.get(field.partition(".")[0], field), name, pair)
    if "discount_percent" in pairs:
        yield moved_in_words(FIELDS["discount_percent"], name, pairs["discount_percent"])
    for field in ("discount_from", "discount_to"):
        if field in pairs:
            yield moved_in_words(FIELDS[field], name, pairs[field])
    for path, pair in years_moved(pairs.get("years", [{}, {}])).items():
        year, _year, field = path.partition(".")
        what = FIELDS[field.partition(".")[0]]
        yield moved_in_words(what, _("{name} in year {year}").format(name=name, year=year), pair)
    if "optional" in pairs:
        yield (_("{name} optional") if pairs["optional"][1] else _("{name} part of the deal")).format(name=name)


def moved_in_words(what: str, name: str, pair: Pair) -> str:
    before, after = map(trimmed, pair)
    return _("{what} of {name} {before} → {after}").format(what=what, name=name, before=before, after=after)


def texts_said(change: Change, names: Mapping[str, str]) -> Iterator[str]:
    for key, pairs in change.get("texts", {}).items():
        before, after = pairs["text"]
        if before is None or after is None:
            yield (_("adding {name}") if before is None else _("removing {name}")).format(name=names[key])
        else:
            yield _("the words of a note") if names[key] == NOTED else f"{names[key]} → {after}"


def trimmed(value: Any) -> str:
    """ "12.5" for "12.5000"; dates and names as they are."""
    text = "–" if value is None else str(value)
    return text.rstrip("0").rstrip(".") if text.replace(".", "", 1).isdigit() and "." in text else text
