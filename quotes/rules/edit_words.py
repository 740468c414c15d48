"""What an edit did, in the language of whoever reads it: made from the change that is kept, never kept itself."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from core.data_words import told
from core.languages import lazily as _lazy
from core.words import all_of
from quotes.rules.outline import SECTION
from quotes.rules.steps import Change, Pair, moved, values_of, years_moved

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
    "from_month": _lazy("first month"),
    "to_month": _lazy("last month"),
}
DAYS = {"start", "valid_until"}
PERCENTS = {"discount_percent", "escalator_percent"}
UNSAID = {"assumptions", "scenario", "special_terms", "selling_entity_id"}  # that they moved, not to what
WORDED = {"title", "name"}  # whatever number they look like
NOTED = _lazy("a note")


def words(change: Change, names: Mapping[str, str], texts: Mapping[str, Mapping[str, Any]]) -> str:
    """ "quantity of Seats 25 → 30": what an edit did, for the button that takes it back.

    `names` are those of the lines on the draft, `texts` its sections and notes.
    """
    # A line that somebody else put there a moment ago may have no name yet.
    known = {**dict.fromkeys(change.get("lines", {}), "…"), **names, **names_moved(change, texts)}
    said = [*facts_said(change), *lines_said(change, known), *texts_said(change, known)]
    if not said and rearranged(change):
        return _("the order of the lines")
    if len(said) > 2:
        return _("{first} and {n} more").format(first=said[0], n=len(said) - 1)
    return all_of(said) or _("the last edit")


def names_moved(change: Change, texts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """What the lines and texts that a change moved were called before it."""
    lines = {key: pairs["component"] for key, pairs in change.get("lines", {}).items() if "component" in pairs}
    return {
        **{key: told(first(pair)["name"]) for key, pair in lines.items()},
        **{
            key: called({**texts.get(key, {}), **{name: first(pair) for name, pair in pairs.items()}})
            for key, pairs in change.get("texts", {}).items()
        },
    }


def first(pair: Pair) -> Any:
    before, after = pair
    return after if before is None else before


def called(text: Mapping[str, Any]) -> str:
    if text["kind"] != SECTION:
        return str(NOTED)
    return _("section {text}").format(text=text["text"])


def rearranged(change: Change) -> bool:
    """Whether lines that were there before and after stand in another order."""
    before, after = change.get("order") or ([], [])
    return [key for key in before if key in after] != [key for key in after if key in before]


def facts_said(change: Change) -> Iterator[str]:
    for name, (before, after) in change.get("facts", {}).items():
        short = name not in UNSAID and len(f"{before}{after}") < 40
        yield f"{LABELS[name]} {shown(name, before)} → {shown(name, after)}" if short else str(LABELS[name])


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
        yield moved_in_words(field.partition(".")[0], name, pair)
    if "discount_percent" in pairs:
        yield moved_in_words("discount_percent", name, pairs["discount_percent"])
    for field in ("discount_from", "discount_to"):
        if field in pairs:
            yield moved_in_words(field, name, pairs[field])
    for path, pair in years_moved(pairs.get("years", [{}, {}])).items():
        year, _year, field = path.partition(".")
        yield moved_in_words(field.partition(".")[0], _("{name} in year {year}").format(name=name, year=year), pair)
    if "optional" in pairs:
        yield (_("{name} optional") if pairs["optional"][1] else _("{name} part of the deal")).format(name=name)


def moved_in_words(field: str, name: str, pair: Pair) -> str:
    before, after = (shown(field, value) for value in pair)
    return _("{what} of {name} {before} → {after}").format(
        what=FIELDS.get(field, field), name=name, before=before, after=after
    )


def texts_said(change: Change, names: Mapping[str, str]) -> Iterator[str]:
    for key, pairs in change.get("texts", {}).items():
        before, after = pairs["text"]
        if before is None or after is None:
            yield (_("adding {name}") if before is None else _("removing {name}")).format(name=names[key])
        else:
            yield _("the words of a note") if names[key] == NOTED else f"{names[key]} → {after}"


def shown(field: str, value: Any) -> str:
    """A number or day as the reader writes it; a name as it is."""
    if value is None:
        return "–"
    if field in DAYS:
        return formats.short_day(date.fromisoformat(value))
    if field in PERCENTS:
        return formats.percent(value)
    text = str(value)
    return text if field in WORDED or not text.replace(".", "", 1).isdigit() else formats.quantity(text)
