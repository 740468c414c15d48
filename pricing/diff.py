"""What changed between two bills or two terms, in words."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, overload

from .bill import Bill, BillLine
from .terms import Terms

# Fields whose name is not the word for them; "" adds nothing to what it belongs to.
WORDS = {
    "value": "",
    "unit": "unit price",
    "months": "term in months",
    "free_months": "number of free months",
    "up_to": "upper end",
}
ENTRIES = {
    "tiers": "tier",
    "cells": "cell",
    "slots": "slots",
    "phases": "phase",
    "changes": "change",
    "credits": "credit grant",
}


class Difference(NamedTuple):
    """One thing that changed: where, in words what, and what it was and is (null: not there)."""

    path: str  # charges[seats].quantity.value
    what: str  # Quantity of seats
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.what} is added: {self.after}" if self.after != "" else f"{self.what} is added"
        if self.after is None:
            return f"{self.what} is removed: was {self.before}" if self.before != "" else f"{self.what} is removed"
        return f"{self.what} changes from {self.before} to {self.after}"


class _Place(NamedTuple):
    """Where a walk through two values is: the path, and the same in words from the inside out."""

    path: str = ""
    words: tuple[str, ...] = ()

    def field(self, name: str) -> "_Place":
        word = WORDS.get(name, name.replace("_", " "))
        return _Place(f"{self.path}.{name}" if self.path else name, (word, *self.words) if word else self.words)

    def entry(self, name: str, word: str) -> "_Place":
        return _Place(f"{self.path}[{name}]", (word, *self.words[1:]))

    @property
    def what(self) -> str:
        text = " of ".join(self.words)
        return text[:1].upper() + text[1:]


@overload
def diff(before: Terms, after: Terms) -> list[Difference]: ...
@overload
def diff(before: Bill, after: Bill) -> list[Difference]: ...
def diff(before: Terms | Bill, after: Terms | Bill) -> list[Difference]:
    """Return what differs between two terms, or between two exact bills (net per line over the term, and in all)."""
    if isinstance(before, Terms) and isinstance(after, Terms):
        return list(_walk(_Place(), before.model_dump(mode="json"), after.model_dump(mode="json")))
    if isinstance(before, Bill) and isinstance(after, Bill):
        return list(_bills(before, after))
    raise TypeError("compare two Terms or two Bills")


def _bills(before: Bill, after: Bill) -> Iterator[Difference]:
    for key in dict.fromkeys([*before.by_key, *after.by_key]):
        lines = [bill.by_key.get(key) for bill in (before, after)]
        name = next(line.name for line in reversed(lines) if line is not None)
        old, new = (_net(line, bill) for line, bill in zip(lines, (before, after), strict=True))
        if old != new:
            yield Difference(key, name, old, new)
    old, new = (f"{bill.terms.currency} {bill.total:,f}" for bill in (before, after))
    if old != new:
        yield Difference("total", "The total", old, new)


def _net(line: BillLine | None, bill: Bill) -> str | None:
    return None if line is None else f"{bill.terms.currency} {line.term[0]:,f}"


def _walk(at: _Place, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _walk(at.field(name), before.get(name), after.get(name))
    elif _listed(before) and _listed(after) and (_keyed(before) or _keyed(after)):
        yield from _keyed_entries(at, before or (), after or ())
    elif _listed(before) and _listed(after) and _rich(before or after):
        for n in range(max(len(before or ()), len(after or ()))):
            old, new = (parts[n] if parts and n < len(parts) else None for parts in (before, after))
            yield from _walk(at.entry(str(n), f"{_entry(at)} {n + 1}"), old, new)
    else:
        yield Difference(at.path, at.what, _written(before), _written(after))


def _keyed_entries(at: _Place, before: Any, after: Any) -> Iterator[Difference]:
    olds, news = ({part["key"]: part for part in parts} for parts in (before, after))
    for key in dict.fromkeys([*olds, *news]):
        old, new = olds.get(key), news.get(key)
        name = _name(new or old or {})
        if old is None or new is None:
            place = at.entry(key, f"{_entry(at)} {name}")
            yield Difference(place.path, place.what, None if old is None else "", None if new is None else "")
        else:
            yield from _walk(at.entry(key, name), old, new)


def _entry(at: _Place) -> str:
    """Return the word for one entry of the list at a place."""
    name = at.path.rpartition(".")[2]
    return ENTRIES.get(name, name.removesuffix("s"))


def _name(part: Mapping[str, Any]) -> str:
    return str(part.get("name") or part.get("key"))


def _listed(value: Any) -> bool:
    return value is None or isinstance(value, list)


def _keyed(value: Any) -> bool:
    return bool(value) and all(isinstance(part, Mapping) and "key" in part for part in value)


def _rich(value: Any) -> bool:
    return any(isinstance(part, Mapping) for part in value)


def _written(value: Any) -> str | None:
    """Write a value in a few words: a component by its name, a list by its entries."""
    if value is None:
        return None
    if isinstance(value, Mapping):
        named = value.get("name") or value.get("key") or value.get("model")
        return str(named) if named else ", ".join(f"{key} {_written(part)}" for key, part in value.items())
    if isinstance(value, list):
        return ", ".join(str(_written(part)) for part in value)
    return str(value)
