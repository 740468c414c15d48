"""What the billing system of a deal cannot bill as agreed, and the nearest thing that it can."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from quotes.rules.components import Component

DEAL_FIELDS = frozenset({"free_months", "escalator_percent", "discount_percent", "discount_from", "discount_to"})
LINE_FIELDS = frozenset({"discount_percent", "discount_from", "discount_to", "years"})


@dataclass(frozen=True)
class Substitute:
    """What a click puts in place: whole components by key, lines that go, and fields of the deal and of lines."""

    sentence: str
    puts: tuple[Component, ...] = ()
    removes: tuple[str, ...] = ()
    deal: Mapping[str, Any] = field(default_factory=dict)
    lines: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True)
class Unbillable:
    """One place of the terms; `line` is the key of the line it belongs to, if one."""

    target: str
    construct: str
    label: str
    path: str
    line: str
    why: str
    instead: Substitute | None = None

    @property
    def place(self) -> str:
        """Names it in a form: the construct and where it is."""
        return f"{self.construct}@{self.path}"

    @property
    def sentence(self) -> str:
        said = _("{target} cannot bill this: {construct}. {why}")
        return said.format(target=self.target, construct=self.label, why=self.why)
