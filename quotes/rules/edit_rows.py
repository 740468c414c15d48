"""What a run of edits came to, field by field: what each field was before the first and after the last of them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from core.data_words import told
from quotes.rules.components import meter_of
from quotes.rules.edit_words import FIELDS, LABELS, called, first, rearranged, shown
from quotes.rules.fields import DISCOUNT, Field, fields_of
from quotes.rules.price_text import Scale
from quotes.rules.steps import Change, Pair, years_moved

COUNTED = ("months", "payment_days", "free_months")


class Row(NamedTuple):
    """One field; "" where it was not there."""

    what: str
    before: str
    after: str


@dataclass(frozen=True)
class Names:
    """What the version calls what an edit names by key."""

    lines: Mapping[str, str]
    texts: Mapping[str, Mapping[str, Any]]
    sellers: Mapping[str, str]


def net(changes: Iterable[Change]) -> Change:
    """All of them as one; what came back to what it was is not in it."""
    total: dict[str, Any] = {"facts": {}, "lines": {}, "texts": {}, "order": []}
    for change in changes:
        follow(total["facts"], change.get("facts", {}))
        for kind in ("lines", "texts"):
            for key, pairs in change.get(kind, {}).items():  # type: ignore[attr-defined]
                follow(total[kind].setdefault(key, {}), pairs)
        if order := change.get("order"):
            total["order"] = [(total["order"] or order)[0], order[1]]
    total["facts"] = moved(total["facts"])
    for kind in ("lines", "texts"):
        total[kind] = {key: found for key, pairs in total[kind].items() if (found := moved(pairs))}
    return {name: value for name, value in total.items() if value}  # type: ignore[return-value]


def follow(reached: dict[str, Pair], pairs: Mapping[str, Pair]) -> None:
    for name, (before, after) in pairs.items():
        reached[name] = [reached[name][0] if name in reached else before, after]


def moved(pairs: Mapping[str, Pair]) -> dict[str, Pair]:
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def rows(change: Change, names: Names, scales: Mapping[str, Scale], currency: str) -> list[Row]:
    """In the language of whoever reads it; prices and amounts with their currency."""
    found = [*facts(change, names), *lines(change, names, scales, currency), *texts(change, names)]
    if rearranged(change):
        found.append(Row(_("Order of the lines"), _("as before"), _("changed")))
    return found


def facts(change: Change, names: Names) -> Iterator[Row]:
    for name, pair in change.get("facts", {}).items():
        label = str(LABELS[name])
        before, after = (fact(name, value, names) for value in pair)
        yield Row(label[:1].upper() + label[1:], before, after)


def fact(name: str, value: Any, names: Names) -> str:
    if name in COUNTED and value is not None:
        days = name == "payment_days"
        many = ngettext("{n} day", "{n} days", value) if days else ngettext("{n} month", "{n} months", value)
        return many.format(n=value)
    if name == "assumptions":
        return ngettext("of {n} stream", "of {n} streams", len(value)).format(n=len(value)) if value else _("none")
    if name == "scenario":
        return str((value or {}).get("name") or _("base forecast"))
    if name == "selling_entity_id":
        return names.sellers.get(str(value), _("as the price book says") if value is None else str(value))
    return "" if value in (None, "") else shown(name, value)


def lines(change: Change, names: Names, scales: Mapping[str, Scale], currency: str) -> Iterator[Row]:
    for key, pairs in change.get("lines", {}).items():
        before, after = pairs.get("component", (None, None))
        name = told(first(pairs["component"])["name"]) if "component" in pairs else names.lines.get(key, key)
        if "component" in pairs and (before is None or after is None):
            was, is_now = (whole(one, pairs, place, scales, currency) for place, one in enumerate((before, after)))
            yield Row(name, was, is_now)
        else:
            yield from line(name, pairs, scales, currency)


def whole(component: Any, pairs: Mapping[str, Pair], place: int, scales: Mapping[str, Scale], currency: str) -> str:
    """ "25 seats, USD 29.00 per seat": a line that came or went, in a few words."""
    if component is None:
        return ""
    found = described(component, pairs.get(DISCOUNT, [0, 0])[place], scales, currency)
    said = [field.value for path, field in found.items() if path == "quantity" or path.startswith("prices.")]
    return ", ".join(said[:2]) or _("by usage")


def described(component: Any, discount: Any, scales: Mapping[str, Scale], currency: str) -> dict[str, Field]:
    scale = scales.get(meter_of(component), Scale())
    return fields_of(component, Decimal(str(discount or 0)), scale, currency)


def line(name: str, pairs: Mapping[str, Pair], scales: Mapping[str, Scale], currency: str) -> Iterator[Row]:
    if "component" in pairs:
        before, after = (described(one, 0, scales, currency) for one in pairs["component"])
        for path in {**before, **after}:
            if before.get(path) != after.get(path):
                label = (after.get(path) or before[path]).label
                was, is_now = (found[path].value if path in found else "" for found in (before, after))
                yield Row(f"{name}: {label}", was, is_now)
    for field in (DISCOUNT, "discount_from", "discount_to"):
        if field in pairs:
            yield Row(f"{name}: {FIELDS[field]}", *(shown(field, value) for value in pairs[field]))
    for path, pair in years_moved(pairs.get("years", [{}, {}])).items():
        year, _year, field = path.partition(".")
        label = FIELDS.get(field.partition(".")[0], field)
        within = _("{name} in year {year}").format(name=name, year=year)
        yield Row(f"{within}: {label}", *(shown(field.partition(".")[0], value) for value in pair))
    if "optional" in pairs:
        yield Row(name, *(_("optional") if value else _("part of the deal") for value in pairs["optional"]))


def texts(change: Change, names: Names) -> Iterator[Row]:
    for key, pairs in change.get("texts", {}).items():
        if "text" in pairs:
            kind = pairs["kind"] if "kind" in pairs else [names.texts.get(key, {}).get("kind", "")] * 2
            name = called({"kind": first(kind), "text": first(pairs["text"])})
            yield Row(name[:1].upper() + name[1:], *(str(value or "") for value in pairs["text"]))
