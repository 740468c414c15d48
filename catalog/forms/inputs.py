"""The inputs of an editor: each knows its path, what it holds and what is wrong with it."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from catalog.rules.typed import value_at

Options = Iterable[tuple[str, str]]


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    chosen: bool


@dataclass(frozen=True)
class Input:
    """One input: text, number, select, area or check; a check may be one of several of the same name."""

    name: str
    label: str
    value: str = ""
    kind: str = "text"
    options: tuple[Option, ...] = ()
    prefix: str = ""
    suffix: str = ""
    help: str = ""
    error: str = ""
    optional: bool = False
    place: str = ""  # which of several rows it is in, said to readers only
    redraws: bool = False  # choosing something else changes which inputs there are

    @property
    def id(self) -> str:
        return f"in-{re.sub('[^A-Za-z0-9]+', '-', self.name).strip('-').lower()}"

    @property
    def notes(self) -> str:
        """The ids of what describes it."""
        told = [f"{self.id}-{what}" for what in ("help", "error") if getattr(self, what)]
        return " ".join(told)


@dataclass(frozen=True)
class Checks:
    """Several choices of one name."""

    name: str
    label: str
    options: tuple[Option, ...]
    help: str = ""
    error: str = ""

    @property
    def id(self) -> str:
        return f"in-{re.sub('[^A-Za-z0-9]+', '-', self.name).strip('-').lower()}"


@dataclass(frozen=True)
class Maker:
    """Makes inputs over one tree and its errors."""

    tree: Mapping[str, Any]
    errors: Mapping[str, str]

    def text(self, path: str, label: str, **details: Any) -> Input:
        details.setdefault("kind", "text")
        return Input(path, label, self.value(path), error=self.errors.get(path, ""), **details)

    def number(self, path: str, label: str, **details: Any) -> Input:
        return Input(path, label, self.value(path), kind="number", error=self.errors.get(path, ""), **details)

    def select(self, path: str, label: str, options: Options, **details: Any) -> Input:
        value = self.value(path)
        choices = tuple(Option(key, text, key == value) for key, text in options)
        return Input(path, label, value, kind="select", options=choices, error=self.errors.get(path, ""), **details)

    def checks(self, path: str, label: str, options: Options, **details: Any) -> Checks:
        chosen = value_at(self.tree, path) or []
        choices = tuple(Option(key, text, key in chosen) for key, text in options)
        return Checks(f"{path}[]", label, choices, error=self.errors.get(path, ""), **details)

    def value(self, path: str) -> str:
        value = value_at(self.tree, path)
        return "" if value is None or isinstance(value, (dict, list)) else str(value)
