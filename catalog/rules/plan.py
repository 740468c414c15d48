"""What applying a catalog would change, in words. Pure: works on the plain form of two catalogs."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from catalog.rules.books import book_name
from catalog.rules.wordbooks import extended

NAMED_LISTS = {
    "prices": "price",
    "costs": "unit cost",
    "packages": "package",
    "rules": "rule",
    "rule_tests": "rule test",
}


class Change(NamedTuple):
    """One line of the plan: + new, ~ changed, - removed."""

    sign: str
    subject: str
    detail: str = ""
    book: str = ""

    def __str__(self) -> str:
        return f"{self.sign} {self.subject}" + (f": {self.detail}" if self.detail else "")


def plan(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[Change]:
    """The changes that make the catalog what the files say. What books share is never removed by leaving out."""
    changes = list[Change]()
    for section, noun in (("meters", "meter"), ("products", "product")):
        changes += compare(noun, by_name(current[section]), by_name(wanted[section]), removing=False)
    before, after = current.get("wordbooks", []), wanted.get("wordbooks", [])
    changes += compare("wordbook", by_name(before), by_name(extended(before, after)), removing=False)
    changes += compare_books(by_name(current["books"]), by_name(wanted["books"]))
    return changes


def compare_books(current: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Change]:
    for name, book in wanted.items():
        if name not in current:
            yield Change("+", f"book {name}", contents(book), name)
        elif current[name] != book:
            yield from (change._replace(book=name) for change in compare_book(name, current[name], book))


def compare_book(name: str, current: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Change]:
    facts = [{key: value for key, value in book.items() if key not in NAMED_LISTS} for book in (current, wanted)]
    if facts[0] != facts[1]:
        yield Change("~", f"book {name}", differences(*facts))
    for section in NAMED_LISTS:
        before, after = by_name(current.get(section, [])), by_name(wanted.get(section, []))
        changes = list(compare(f"{name} {NAMED_LISTS[section]}", before, after))
        if not changes and list(before) != list(after):
            changes = [Change("~", f"{name} order of {section.replace('_', ' ')}")]
        yield from changes


def compare(noun: str, before: Mapping[str, Any], after: Mapping[str, Any], *, removing: bool = True) -> list[Change]:
    """New, changed and (if `removing`) removed entries of one kind."""
    changes = [Change("+", f"{noun} {name}") for name in after if name not in before]
    changes += [
        Change("~", f"{noun} {name}", differences(before[name], after[name]))
        for name in after
        if name in before and before[name] != after[name]
    ]
    gone = [name for name in before if name not in after] if removing else []
    return changes + [Change("-", f"{noun} {name}") for name in gone]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """Each value that differs, as path, old and new."""
    old, new = dict(flat(before)), dict(flat(after))
    paths = [path for path in [*old, *(path for path in new if path not in old)] if old.get(path) != new.get(path)]
    return "; ".join(f"{path} {old.get(path, 'none')} -> {new.get(path, 'none')}" for path in paths) or "order"


def flat(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """The leaves of a value with their paths: `component.price.tiers[0].unit`."""
    if isinstance(value, Mapping) and value:
        for name, inner in value.items():
            yield from flat(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list) and value:
        for number, inner in enumerate(value):
            yield from flat(inner, f"{path}[{number}]")
    else:
        yield path, value if isinstance(value, str) else json.dumps(value)


def by_name(entries: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {name_of(entry): entry for entry in entries}


def name_of(entry: Mapping[str, Any]) -> str:
    """What people call an entry: `standard v1`, `seats`, `tokens (direction=input, model=sonnet)`."""
    if "version" in entry:
        return book_name(entry["environment"], entry["code"], entry["version"])
    if "component" in entry:
        return str(entry["component"]["key"])
    if "meter" in entry:
        where = ", ".join(f"{name}={value}" for name, value in sorted(entry.get("where", {}).items()))
        return f"{entry['meter']} ({where})" if where else str(entry["meter"])
    return str(entry.get("code") or entry.get("key") or entry.get("language") or entry["name"])


def contents(book: Mapping[str, Any]) -> str:
    counted = [(len(book.get(section, [])), section.replace("_", " ")) for section in NAMED_LISTS]
    return ", ".join(f"{count} {section}" for count, section in counted if count or "rule" not in section)
