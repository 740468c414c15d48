"""The editor of a package: which inputs it has, what they hold, and the package that they say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from catalog.documents import PackagePart
from catalog.forms.inputs import Input, Maker
from catalog.rules.shelf import Choice
from catalog.rules.typed import Tree, sentences, shown_numbers, value_at, with_numbers
from core.languages import lazily as _lazy
from pricing.errors import from_pydantic

NUMBERS = ("default", "min", "max", "step")
TAKEN = (("true", _lazy("always")), ("false", _lazy("if chosen")))
TOO_MANY = 100


def factor(path: str) -> Decimal | None:
    """Quantities are typed as they are; nothing else is a number."""
    return Decimal(1) if path.startswith("components[") and path.rpartition(".")[2] in NUMBERS else None


@dataclass(frozen=True)
class ComponentRow:
    """One component of the package, with the paths that its buttons send."""

    path: str
    number: int
    inputs: list[Input]
    quantities: list[Input]


@dataclass(frozen=True)
class PackageEditor:
    """One package in the editor."""

    tree: Tree
    prices: Mapping[str, Choice]  # of the book, by key
    is_new: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, part: PackagePart, prices: Mapping[str, Choice]) -> "PackageEditor":
        """What is stored, as inputs hold it."""
        stored = part.model_dump(mode="json")
        rows = [
            {
                name: str(value).lower() if name == "required" else value
                for name, value in row.items()
                if value not in (None, "")
            }
            for row in stored["components"]
        ]
        return cls(dict(shown_numbers({**stored, "components": rows}, factor)), prices)

    def part(self) -> tuple[PackagePart | None, dict[str, str]]:
        """The package that was typed; or None, with what is wrong by the path of its input."""
        wrong: dict[str, str] = {}
        rows = [row for row in self.tree.get("components", []) if isinstance(row, Mapping) and row.get("price")]
        typed = {**self.tree, "components": [self.without_idle(row) for row in rows[:TOO_MANY]]}
        written = with_numbers(typed, factor, wrong)
        if wrong:
            return None, {path: f"This {message}" for path, message in wrong.items()}
        try:
            return PackagePart.model_validate(written), {}
        except ValidationError as error:
            return None, dict(sentences(from_pydantic(error, written).problems))

    def without_idle(self, row: Mapping[str, Any]) -> dict[str, Any]:
        """The row without quantities where nobody chooses one."""
        choice = self.prices.get(str(row.get("price")))
        idle = choice is not None and not choice.agreed
        return {name: value for name, value in row.items() if not (idle and name in NUMBERS)}

    @cached_property
    def make(self) -> Maker:
        return Maker(self.tree, self.errors)

    @cached_property
    def identity(self) -> list[Input]:
        code = self.make.text("code", _("Code"), help=_("Stays the same in every version, such as agent-platform."))
        about = self.make.text("description", _("What it is"), kind="area", optional=True)
        return [self.make.text("name", _("Name")), *([code] if self.is_new else []), about]

    @cached_property
    def rows(self) -> list[ComponentRow]:
        count = len(self.tree.get("components", []))
        return [self.row(f"components[{number}]", number) for number in range(count)]

    def row(self, path: str, number: int) -> ComponentRow:
        place = _(" of component {n}").format(n=number + 1)
        choices = [("", _("choose a price")), *((key, choice.name) for key, choice in self.prices.items())]
        choice = self.prices.get(str(value_at(self.tree, f"{path}.price")))
        quantities = [
            self.make.number(f"{path}.{name}", label, place=place)
            for name, label in zip(NUMBERS, (_("At first"), _("At least"), _("At most"), _("In steps of")), strict=True)
        ]
        return ComponentRow(
            path,
            number + 1,
            [
                self.make.select(f"{path}.price", _("Price"), choices, place=place, redraws=True),
                self.make.select(f"{path}.required", _("Taken"), TAKEN, place=place),
                self.make.text(f"{path}.group", _("Group"), place=place),
            ],
            quantities if choice is not None and choice.agreed else [],
        )

    @property
    def other_errors(self) -> list[str]:
        """Problems that no input is named after."""
        rows = [one for row in self.rows for one in (*row.inputs, *row.quantities)]
        named = {one.name for one in (*self.identity, *rows)}
        return [message for path, message in self.errors.items() if path not in named]
