"""The inputs of a price model: fields, tiers, cells and factors, one inside the other as the model has them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from catalog.forms.inputs import Checks, Input, Maker
from catalog.rules.shapes import BY_DIMENSION, FIELDS, MODELS, TIERS, Shape
from catalog.rules.typed import below, value_at
from catalog.rules.words import Display
from core.languages import lazily as _lazy

ANY = ("", _lazy("any"))


@dataclass(frozen=True)
class Row:
    """A tier or a cell, with the paths that its buttons send."""

    path: str
    number: int
    inputs: list[Input]
    price: "PriceInputs | None" = None


@dataclass(frozen=True)
class PriceInputs:
    """A price model and everything inside it."""

    path: str
    model: Input
    fields: list[Input] = field(default_factory=list)
    tiers: list[Row] = field(default_factory=list)
    heads: list[str] = field(default_factory=list)
    bill_zero: bool | None = None
    dimensions: Checks | None = None
    cells: list[Row] = field(default_factory=list)
    dimension: Input | None = None
    factors: list[Input] = field(default_factory=list)
    base: "PriceInputs | None" = None

    def inputs(self) -> Iterator[Input]:
        """All of them, to any depth."""
        yield from (self.model, *self.fields, *self.factors)
        yield from (self.dimension,) if self.dimension else ()
        for row in (*self.tiers, *self.cells):
            yield from row.inputs
            yield from row.price.inputs() if row.price else ()
        yield from self.base.inputs() if self.base else ()


@dataclass(frozen=True)
class PriceMaker:
    """Makes the inputs of a price over a shaped tree."""

    make: Maker
    currency: str
    unit: str
    display: Display
    values: Mapping[str, list[str]]  # of the meter's dimensions; empty where no meter counts

    def price(self, path: str, *, inside: str = "") -> PriceInputs:
        """The inputs of the price at a path; `inside` names what it is a part of, which has fewer models."""
        tree = value_at(self.make.tree, path) or {}
        model = tree.get("model", "per_unit")
        select = self.make.select(f"{path}.model", _("Price model"), self.models(inside), redraws=True)
        common: dict[str, Any] = {"path": path, "model": select}
        if model == "matrix":
            return self.matrix(common, tree)
        if model == "multiplier":
            return self.multiplier(common, tree)
        tiers = TIERS.get(model, ())
        return PriceInputs(
            **common,
            fields=[self.field(path, shape, model) for shape in FIELDS.get(model, ())],
            tiers=[
                Row(f"{path}.tiers[{n}]", n + 1, self.tier(f"{path}.tiers[{n}]", n, model))
                for n in range(len(tree.get("tiers", [])))
            ],
            heads=[self.head(shape) for shape in tiers],
            bill_zero=str(tree.get("bill_zero")).lower() == "true" if tiers else None,
        )

    def models(self, inside: str) -> list[tuple[str, str]]:
        more = BY_DIMENSION if self.values else {}
        left_out = set(BY_DIMENSION) if inside == "cell" else set()
        return list(MODELS.items()) + [(name, label) for name, label in more.items() if name not in left_out]

    def tier(self, path: str, number: int, model: str) -> list[Input]:
        return [self.field(path, shape, model, row=_(" of tier {n}").format(n=number + 1)) for shape in TIERS[model]]

    def head(self, shape: Shape) -> str:
        """A column's head with its unit: "Per unit, USD per GPU hour"."""
        unit = " ".join(filter(None, self.affixes(shape)))
        return f"{shape.label}, {unit}" if unit else shape.label

    def field(self, path: str, shape: Shape, model: str, row: str = "") -> Input:
        label, where = shape.label, f"{path}.{shape.name}"
        if shape.unit == "choice":
            return self.make.select(where, label, shape.choices)
        prefix, suffix = ("", "") if row else self.affixes(shape)
        shown = self.make.number(where, label, prefix=prefix, suffix=suffix, optional=shape.optional, place=row)
        return replace(shown, value="") if shape.optional and shown.value == "0" else shown

    def affixes(self, shape: Shape) -> tuple[str, str]:
        unit = self.display.unit or self.unit
        return {
            "money": (self.currency, ""),
            "price": (self.currency, _("per {unit}").format(unit=unit)),
            "units": ("", unit),
            "percent": ("", "%"),
        }.get(shape.unit, ("", ""))

    def matrix(self, common: dict[str, Any], tree: Mapping[str, Any]) -> PriceInputs:
        path = common["path"]
        chosen = [name for name in self.values if name in tree.get("dimensions", [])]
        return PriceInputs(
            **common,
            dimensions=self.make.checks(
                f"{path}.dimensions",
                _("Dimensions"),
                [(name, name) for name in self.values],
                help=_("Each cell has its own price; usage goes to the first cell that it fits."),
            ),
            cells=[self.cell(f"{path}.cells[{n}]", n, chosen) for n in range(len(tree.get("cells", [])))],
        )

    def cell(self, path: str, number: int, dimensions: list[str]) -> Row:
        when = [
            self.make.select(
                below(f"{path}.when", name),
                name.capitalize(),
                [ANY, *((value, value) for value in self.values[name])],
                place=_(" of cell {n}").format(n=number + 1),
            )
            for name in dimensions
        ]
        return Row(path, number + 1, when, self.price(f"{path}.price", inside="cell"))

    def multiplier(self, common: dict[str, Any], tree: Mapping[str, Any]) -> PriceInputs:
        path, dimension = common["path"], tree.get("dimension", "")
        choices = [("", _("choose one")), *((name, name) for name in self.values)]
        factors = [
            self.make.number(below(f"{path}.factors", value), value, prefix="×", optional=True)
            for value in self.values.get(dimension, [])
        ]
        other = self.make.number(f"{path}.default", _("anything else"), prefix="×")
        return PriceInputs(
            **common,
            dimension=self.make.select(f"{path}.dimension", _("Factor by"), choices, redraws=True),
            factors=[*factors, other] if dimension else [],
            base=self.price(f"{path}.base", inside="factor"),
        )
