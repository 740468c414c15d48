"""What changed between two bills or two terms, in words."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, overload

from .bill import Bill, BillLine
from .terms import Terms


class Difference(NamedTuple):
    """One thing that changed: where (`charges[seats].quantity.value`), and what it was and is (null: not there)."""

    path: str
    before: str | None
    after: str | None

    def __str__(self) -> str:
        if self.before is None:
            return f"{self.path}: added, {self.after}"
        if self.after is None:
            return f"{self.path}: removed, was {self.before}"
        return f"{self.path}: {self.before} -> {self.after}"


@overload
def diff(before: Terms, after: Terms) -> list[Difference]: ...
@overload
def diff(before: Bill, after: Bill) -> list[Difference]: ...
def diff(before: Terms | Bill, after: Terms | Bill) -> list[Difference]:
    """Return what differs between two terms, or between two exact bills (net per line over the term, and in all)."""
    if isinstance(before, Terms) and isinstance(after, Terms):
        return list(_walk("", before.model_dump(mode="json"), after.model_dump(mode="json")))
    if isinstance(before, Bill) and isinstance(after, Bill):
        return list(_bills(before, after))
    raise TypeError("compare two Terms or two Bills")


def _bills(before: Bill, after: Bill) -> Iterator[Difference]:
    for key in dict.fromkeys([*before.by_key, *after.by_key]):
        old, new = (_net(bill.by_key.get(key), bill) for bill in (before, after))
        if old != new:
            yield Difference(key, old, new)
    old, new = (f"{bill.terms.currency} {bill.total:,f}" for bill in (before, after))
    if old != new:
        yield Difference("total", old, new)


def _net(line: BillLine | None, bill: Bill) -> str | None:
    return None if line is None else f"{bill.terms.currency} {line.term[0]:,f}"


def _walk(path: str, before: Any, after: Any) -> Iterator[Difference]:
    if before == after:
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for name in dict.fromkeys([*before, *after]):
            yield from _walk(f"{path}.{name}" if path else name, before.get(name), after.get(name))
    elif _listed(before) and _listed(after) and (_keyed(before) or _keyed(after)):
        olds, news = ({part["key"]: part for part in parts or ()} for parts in (before, after))
        for key in dict.fromkeys([*olds, *news]):
            yield from _walk(f"{path}[{key}]", olds.get(key), news.get(key))
    elif _listed(before) and _listed(after) and _rich(before or after):
        for n in range(max(len(before or ()), len(after or ()))):
            old, new = (parts[n] if parts and n < len(parts) else None for parts in (before, after))
            yield from _walk(f"{path}[{n}]", old, new)
    else:
        yield Difference(path, _written(before), _written(after))


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
