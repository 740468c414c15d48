"""Conditions kept as data, in CEL: checked when they are read, bounded when they run.

An expression may use the names it is given, literals, arithmetic, comparison, logic, `in`, `size` and `startsWith`.
There are no loops (`all`, `exists`, `map` and `filter` are refused), no regular expressions and no more than 1,000
characters, so that an evaluation takes microseconds whatever was written.
"""

import re
import sys
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

# The package imports its own command line first, which takes longer to load than the rest of it many times over.
sys.modules.setdefault("cel.cli", ModuleType("cel.cli"))

import cel  # noqa: E402

LONGEST = 1000
FUNCTIONS = frozenset(
    {"_&&_", "_||_", "!_", "_?_:_", "_==_", "_!=_", "_<_", "_<=_", "_>_", "_>=_", "@in", "_[_]"}
    | {"_+_", "_-_", "_*_", "_/_", "_%_", "-_", "size", "startsWith", "int", "double"}
)
STRING = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*'")
LOOP = re.compile(r"\.\s*(all|exists|exists_one|existsOne|map|filter)\s*\(")
SYNTAX = re.compile(r"<input>:(\d+):(\d+): (?:Syntax error: )?(.*)")


class NotCel(ValueError):
    """An expression that cannot be taken; the message says where and why."""

    def __init__(self, problem: str, source: str = "", at: int | None = None) -> None:
        super().__init__(f"{place(source, at)}: {problem}" if at is not None else problem)


Facts = cel.Context
"""Facts that are handed over once, for many expressions: `Facts(mapping)`."""


@dataclass(frozen=True)
class Expression:
    """A checked expression."""

    source: str
    names: frozenset[str]
    run: Callable[[Any], Any]

    def value(self, facts: "Mapping[str, Any] | Facts") -> Any:
        """What it comes to; NotCel if these facts do not allow it."""
        try:
            return self.run(facts if isinstance(facts, cel.Context) else dict(facts))
        except KeyError as error:
            raise NotCel(f"there is no {error.args[0]}") from None
        except (TypeError, ValueError, RuntimeError, ArithmeticError, LookupError) as error:
            raise NotCel(str(error).partition(". ")[0]) from None


@lru_cache(maxsize=4096)
def expression(source: str, names: frozenset[str]) -> Expression:
    """The expression over these names; NotCel with the position of what is wrong with it."""
    if len(source) > LONGEST:
        raise NotCel(f"has {len(source)} characters; {LONGEST} are allowed")
    bare = STRING.sub(lambda found: " " * len(found[0]), source)
    if loop := LOOP.search(bare):
        raise NotCel(f"loops such as {loop[1]}() are not allowed", source, loop.start(1))
    program = parsed(source)
    used = program.references()
    for name in used["variables"]:
        if name not in names:
            raise NotCel(f"there is no {name}; use {listed(names)}", source, position(bare, name))
    for name in used["functions"]:
        if name not in FUNCTIONS:
            raise NotCel(f"{name.strip('_@')} is not allowed", source, position(bare, name))
    return Expression(source, frozenset(used["variables"]), program.execute)


def parsed(source: str) -> Any:
    try:
        return cel.compile(source)
    except ValueError as error:
        if "Recursion limit" in str(error):
            raise NotCel("is nested too deeply") from None
        found = SYNTAX.search(str(error))
        if not found:
            raise NotCel("is not an expression") from None
        line, column, problem = int(found[1]), int(found[2]), found[3].partition(" expecting")[0]
        start = sum(len(text) + 1 for text in source.split("\n")[: line - 1])
        problem = problem.replace("'<EOF>'", "end of the expression").replace("mismatched input", "unexpected")
        raise NotCel(problem, source, start + column - 1) from None


def position(bare: str, name: str) -> int:
    found = re.search(rf"\b{re.escape(name)}\b", bare)
    return found.start() if found else 0


def place(source: str, at: int | None) -> str:
    """Counted from 1; the line too, where there are several."""
    before = source[: at or 0]
    column = len(before) - (before.rfind("\n") + 1) + 1
    return f"line {before.count(chr(10)) + 1}, position {column}" if "\n" in source else f"position {column}"


def listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))
