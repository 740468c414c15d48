"""What an editor sends, as a tree, and a tree as an editor shows it. Pure.

An input is named by its path in the tree, `price.tiers[2].up_to`, which is also how a problem names its place: so
every problem finds its input. A name that ends in [] holds a list: `quantity.where.model[]`.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from core import formats
from core.fields import lenient
from pricing.values import plain

STEP = re.compile(r"\[(\d*)\]|([^.\[\]]+)")
MOST_ROWS = 200
ROW = re.compile(r"(.+)\[(\d+)\]")

Tree = dict[str, Any]
Typed = Mapping[str, Sequence[str]]


def tree_of(typed: Typed) -> Tree:
    """The tree of what was typed; blank inputs are left out, rows of nothing else stay as empty rows."""
    grown: dict[Any, Any] = {}
    for name, texts in typed.items():
        steps = steps_of(name)
        if steps[1:] and steps[-1] == "[]":
            put(grown, steps[:-1], [text.strip() for text in texts if text.strip()])
        elif steps and "[]" not in steps and texts and texts[-1].strip():
            put(grown, steps, texts[-1].strip())
        else:
            put_row(grown, steps)
    found = listed(grown)
    return found if isinstance(found, dict) else {}


def steps_of(name: str) -> list[Any]:
    """The steps of a path: names, numbers of rows, and "[]" for a list of texts."""
    found = [(number, word) for number, word in STEP.findall(name)]
    return [unescaped(word) if word else (min(int(number), MOST_ROWS) if number else "[]") for number, word in found]


def put(grown: dict[Any, Any], steps: list[Any], value: Any) -> None:
    if value == []:
        return
    for step in steps[:-1]:
        below = grown.setdefault(step, {})
        if not isinstance(below, dict):
            return
        grown = below
    grown.setdefault(steps[-1], value)


def put_row(grown: dict[Any, Any], steps: list[Any]) -> None:
    """Keep the place of a row in which this input is blank."""
    rows = [number for number, step in enumerate(steps) if isinstance(step, int)]
    for step in steps[: rows[-1] + 1] if rows else []:
        below = grown.setdefault(step, {})
        if not isinstance(below, dict):
            return
        grown = below


def listed(value: Any) -> Any:
    """Rows by number become lists, in their order and without gaps."""
    if not isinstance(value, dict):
        return value
    if value and all(isinstance(key, int) for key in value):
        return [listed(value[key]) for key in sorted(value)]
    return {str(key): listed(inner) for key, inner in value.items()}


def names_of(tree: Any, path: str = "") -> dict[str, list[str]]:
    """The inputs of a tree: the other way round."""
    found: dict[str, list[str]] = {}
    if isinstance(tree, Mapping):
        for key, inner in tree.items():
            found |= names_of(inner, below(path, str(key)))
    elif isinstance(tree, (list, tuple)) and any(isinstance(inner, Mapping) for inner in tree):
        for number, inner in enumerate(tree):
            found |= names_of(inner, f"{path}[{number}]")
    elif isinstance(tree, (list, tuple)):
        found[f"{path}[]"] = [str(inner) for inner in tree]
    elif tree is not None:
        found[path] = [str(tree)]
    return found


def below(path: str, key: str) -> str:
    return f"{path}.{escaped(key)}" if path else escaped(key)


def escaped(key: str) -> str:
    """A name that may be a step of a path: dimension values such as gpt-4.1 have dots."""
    return key.replace("%", "%25").replace(".", "%2E").replace("[", "%5B").replace("]", "%5D")


def unescaped(key: str) -> str:
    return key.replace("%5D", "]").replace("%5B", "[").replace("%2E", ".").replace("%25", "%")


def with_numbers(tree: Any, factor: Callable[[str], Decimal | None], wrong: dict[str, str], path: str = "") -> Any:
    """The tree with numbers as the kernel writes them, times their factor; what is no number is told in `wrong`."""
    if isinstance(tree, Mapping):
        return {key: with_numbers(inner, factor, wrong, below(path, str(key))) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [with_numbers(inner, factor, wrong, f"{path}[{number}]") for number, inner in enumerate(tree)]
    times = factor(path)
    if times is None:
        return tree
    try:
        return plain(lenient(str(tree)) * times)
    except InvalidOperation:
        wrong[path] = _("must be a number, such as 25 or 0.25.")
        return tree


def shown_numbers(tree: Any, factor: Callable[[str], Decimal | None], path: str = "") -> Any:
    """The tree with stored numbers as they are typed: divided by their factor."""
    if isinstance(tree, Mapping):
        return {key: shown_numbers(inner, factor, below(path, str(key))) for key, inner in tree.items()}
    if isinstance(tree, list):
        return [shown_numbers(inner, factor, f"{path}[{number}]") for number, inner in enumerate(tree)]
    times = factor(path)
    return tree if times is None or tree is None else formats.quantity(plain(Decimal(str(tree)) / times))


def with_row(tree: Tree, path: str) -> Tree:
    """The tree with one more, empty, row at the end of a list."""
    return changed(tree, path, lambda rows: [*(rows or []), {}])


def without_row(tree: Tree, path: str) -> Tree:
    """The tree without the row `components[2]`."""
    where, number = row_of(path)
    return changed(tree, where, lambda rows: [row for n, row in enumerate(rows or []) if n != number])


def with_row_up(tree: Tree, path: str) -> Tree:
    """The tree with a row changing places with the one above it."""
    where, number = row_of(path)

    def raised(rows: list[Any] | None) -> list[Any]:
        rows = list(rows or [])
        if 0 < number < len(rows):
            rows[number - 1 : number + 1] = [rows[number], rows[number - 1]]
        return rows

    return changed(tree, where, raised)


def row_of(path: str) -> tuple[str, int]:
    found = ROW.fullmatch(path)
    return (found[1], int(found[2])) if found else (path, -1)


def changed(tree: Any, path: str, change: Callable[[Any], Any]) -> Any:
    """A copy of the tree with the value at a path changed; a path that leads nowhere changes nothing."""
    return replaced(tree, steps_of(path), change)


def replaced(tree: Any, steps: list[Any], change: Callable[[Any], Any]) -> Any:
    if not steps:
        return change(tree)
    first, rest = steps[0], steps[1:]
    if isinstance(first, int) and isinstance(tree, list) and first < len(tree):
        return [*tree[:first], replaced(tree[first], rest, change), *tree[first + 1 :]]
    if isinstance(first, str) and isinstance(tree, Mapping):
        return {**tree, first: replaced(tree.get(first), rest, change)}
    return {first: replaced(None, rest, change)} if isinstance(first, str) and tree is None else tree


def value_at(tree: Any, path: str) -> Any:
    """What is at a path; None for nothing."""
    for step in steps_of(path):
        if isinstance(step, int) and isinstance(tree, list) and step < len(tree):
            tree = tree[step]
        elif isinstance(step, str) and isinstance(tree, Mapping):
            tree = tree.get(step)
        else:
            return None
    return tree


def sentences(problems: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """Problems of the kernel as sentences: (path, "Must be 100 or less.")."""
    for path, message in problems:
        text = message[:1].upper() + message[1:]
        yield path, text if text.endswith(".") else f"{text}."
