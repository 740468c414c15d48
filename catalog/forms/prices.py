"""The editor of a price: which inputs it has, what they hold, and the price that they say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from pydantic import ValidationError

from catalog.documents import PricePart
from catalog.forms.inputs import Checks, Input, Maker
from catalog.forms.price_inputs import PriceInputs, PriceMaker
from catalog.rules.content import DISCOUNTERS
from catalog.rules.editing import read, shown
from catalog.rules.points import price_points
from catalog.rules.shapes import factors, shaped
from catalog.rules.shelf import Shelf
from catalog.rules.typed import Tree, below, sentences, shown_numbers, value_at, with_numbers
from catalog.rules.words import Display
from core import formats
from core.languages import lazily as _lazy
from core.roles import ROLE_NAMES
from core.words import period
from pricing.errors import from_pydantic

EVERY = (
    ("month", _lazy("every month")),
    ("quarter", _lazy("every quarter")),
    ("year", _lazy("every year")),
    ("once", _lazy("once")),
)
WINDOWS = (
    ("month", _lazy("each month")),
    ("quarter", _lazy("each quarter")),
    ("year", _lazy("each year")),
    ("term", _lazy("the whole term")),
)
TIMINGS = (("advance", _lazy("in advance")), ("arrears", _lazy("in arrears")))
SETTLING = (("true_up", _lazy("billed as a true-up")), ("prepaid", _lazy("paid ahead")), ("none", _lazy("not billed")))
INVOICING = (("upfront", _lazy("at once")), ("month", "monthly"), ("quarter", "quarterly"), ("year", "yearly"))
KINDS = {"charge": _lazy("Charge"), "credit": _lazy("Credit grant"), "commitment": _lazy("Commitment")}
BLANK: dict[str, Tree] = {
    "charge": {"price": {"model": "per_unit"}, "quantity": {"source": "fixed", "value": "1"}, "timing": "advance"},
    "credit": {"every": "once"},
    "commitment": {"window": "year", "settle": "true_up"},
}
APART = ("max_discount", "limits", "floors", "min", "max", "step", "source")
ANY_PRICE = {
    "kind": "charge",
    "key": "any",
    "price": {"model": "flat", "fee": "0"},
    "quantity": {"source": "fixed", "value": "1"},
}


@dataclass(frozen=True)
class PriceEditor:
    """One price in the editor: a tree of texts over what is stored, and what is wrong with it."""

    kind: str
    tree: Tree
    stored: Mapping[str, Any]
    shelf: Shelf
    is_new: bool = False
    errors: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, entry: PricePart, shelf: Shelf) -> "PriceEditor":
        """What is stored, as inputs hold it."""
        component = entry.component.model_dump(mode="json")
        display = shelf.displays.get(str(value_at(component, "quantity.meter")), Display())
        apart = {name: value for name, value in entry.model_dump(mode="json").items() if name in APART and value}
        apart = shown_numbers(apart, factors(display))
        return cls(component["kind"], {**shown(component, display), **apart}, component, shelf)

    @classmethod
    def blank(cls, kind: str, shelf: Shelf) -> "PriceEditor":
        return cls(kind, BLANK[kind], {"kind": kind}, shelf, is_new=True)

    def entry(self) -> tuple[PricePart | None, dict[str, str]]:
        """The price that was typed; or None, with what is wrong by the path of its input."""
        key = {"key": self.tree.get("key", "")} if self.is_new else {}
        component, errors = read(self.tree, {**self.stored, **key}, self.display)
        wrong: dict[str, str] = {}
        apart = {name: self.tree[name] for name in APART if name in self.tree}
        apart = with_numbers(apart, factors(self.display), wrong)
        errors |= {path: f"This {message}" for path, message in wrong.items()}
        try:
            part = PricePart.model_validate({"component": component or ANY_PRICE, **apart})
        except ValidationError as error:
            return None, {**dict(sentences(from_pydantic(error, apart).problems)), **errors}
        return (part, {}) if component and not errors else (None, errors)

    @cached_property
    def make(self) -> Maker:
        return Maker({**self.tree, "price": shaped(self.tree.get("price"))}, self.errors)

    @cached_property
    def meter(self) -> str:
        source = value_at(self.tree, "quantity.source")
        return str(value_at(self.tree, "quantity.meter") or "") if source == "meter" else ""

    @property
    def display(self) -> Display:
        return self.shelf.displays.get(self.meter, Display())

    @property
    def unit(self) -> str:
        return str(self.tree.get("unit") or "unit")

    @cached_property
    def identity(self) -> list[Input]:
        """What it is called, and what it is a price of."""
        products = [("", _("choose one")), *self.shelf.products.items()]
        key = self.make.text(
            "key", _("Key"), help=_("Stays the same in every version, such as seats or gpu-on-demand.")
        )
        told = [self.make.text("name", _("Name")), self.make.select("product", _("Product"), products)]
        return [*told, *([key] if self.is_new else [])]

    @cached_property
    def quantity(self) -> list[Input]:
        """Agreed in the quote, or counted by a meter."""
        sources = [("fixed", _("agreed in the quote")), ("meter", _("counted by a meter"))]
        found = [
            self.make.select("quantity.source", _("The quantity is"), sources, redraws=True),
            self.make.text("unit", _("Unit"), help=_("One of them: seat, token, GPU hour.")),
        ]
        if value_at(self.tree, "quantity.source") != "meter":
            return [*found, self.make.number("quantity.value", _("Quantity at first"), suffix=self.unit)]
        meters = [("", _("choose one")), *self.shelf.meters.items()]
        return [*found, self.make.select("quantity.meter", _("Meter"), meters, redraws=True)]

    @cached_property
    def filters(self) -> list[Checks]:
        """Which values of the meter's dimensions are counted; none ticked is all."""
        return [
            self.make.checks(
                below("quantity.where", name), _("Only {name}").format(name=name), [(value, value) for value in values]
            )
            for name, values in self.shelf.dimensions.get(self.meter, {}).items()
        ]

    @cached_property
    def allowance(self) -> list[Input]:
        if not self.meter:
            return []
        unit = self.display.unit or self.unit
        return [
            self.make.number("allowance.quantity", _("Included"), suffix=unit, optional=True),
            self.make.select("allowance.reset", _("Included anew"), WINDOWS),
        ]

    @cached_property
    def events(self) -> list[Input]:
        """Which meter counts the events of a percentage."""
        if value_at(self.make.tree, "price.model") not in ("percentage", "graduated_percentage"):
            return []
        meters = [("", _("none: amounts only")), *self.shelf.meters.items()]
        return [self.make.select("events.meter", _("Events are counted by"), meters)]

    @cached_property
    def price(self) -> PriceInputs:
        values = {name: list(values) for name, values in self.shelf.dimensions.get(self.meter, {}).items()}
        return PriceMaker(self.make, self.shelf.currency, self.unit, self.display, values).price("price")

    @cached_property
    def billing(self) -> list[Input]:
        """When it is billed, and between which amounts."""
        currency = self.shelf.currency
        found = [self.make.select("interval", _("Billed"), EVERY)]
        found += [] if self.meter else [self.make.select("timing", _("Due"), TIMINGS)]
        return [
            *found,
            self.make.number("minimum", _("At least"), prefix=currency, suffix=_("each time"), optional=True),
            self.make.number("maximum", _("At most"), prefix=currency, suffix=_("each time"), optional=True),
        ]

    @cached_property
    def grant(self) -> list[Input]:
        """What a credit grant gives and costs."""
        unit = str(self.tree.get("unit") or "")
        return [
            self.make.number("amount", _("Credit"), suffix=unit or self.shelf.currency),
            self.make.text(
                "unit", _("Unit"), optional=True, help=_("Blank for money; else a unit of its own, such as AI credit.")
            ),
            self.make.number("purchase", _("Paid for it"), prefix=self.shelf.currency, optional=True),
            self.make.select("every", _("Granted"), EVERY),
            self.make.number("expires_months", _("Expires after"), suffix=_("months"), optional=True),
            self.make.number(
                "priority", _("Burned in order"), optional=True, help=_("Low numbers first; 50 if blank.")
            ),
            self.make.number(
                "rollover.fraction",
                _("Unused share that rolls over"),
                optional=True,
                help=_("One half is {half}.").format(half=formats.number(Decimal("0.5"))),
            ),
            self.make.number(
                "rollover.cap", _("Rolls over at most"), suffix=unit or self.shelf.currency, optional=True
            ),
        ]

    @cached_property
    def promise(self) -> list[Input]:
        """What a commitment asks for."""
        return [
            self.make.number("amount", _("Committed amount"), prefix=self.shelf.currency, optional=True),
            self.make.number("quantity", _("or committed units"), optional=True),
            self.make.select("window", _("Counted over"), WINDOWS),
            self.make.select("settle", _("What is missing is"), SETTLING),
            self.make.select("invoice", _("If paid ahead, invoiced"), INVOICING),
            self.make.number("overage_factor", _("Price beyond it"), prefix="×", optional=True),
        ]

    @property
    def terms(self) -> list[Input]:
        """What a credit grant or a commitment says."""
        return self.grant if self.kind == "credit" else self.promise

    @cached_property
    def scope(self) -> Checks:
        """Which charges a credit or a commitment is for."""
        return self.make.checks("scope.charges", _("For these charges"), list(self.shelf.charges.items()))

    @cached_property
    def rates(self) -> list[Input]:
        """How much of a unit of its own each charge burns."""
        chosen = value_at(self.tree, "scope.charges") or []
        unit = str(self.tree.get("unit") or "")
        if self.kind != "credit" or not unit:
            return []
        return [
            self.make.number(
                below("rates", key),
                _("{key}, each").format(key=self.shelf.charges.get(key, key)),
                suffix=unit,
                optional=True,
            )
            for key in chosen
        ]

    @cached_property
    def limits(self) -> list[Input]:
        """What may be given off it, in all and by role."""
        most = self.make.number("max_discount", _("Anybody, at most"), suffix="%", optional=True)
        roles = [
            self.make.number(f"limits.{role}", ROLE_NAMES[role], suffix="%", optional=True) for role in DISCOUNTERS
        ]
        return [most, *roles]

    @cached_property
    def sold_in(self) -> list[Input]:
        """The quantities it is sold in, where the quote says how many."""
        if self.kind != "charge" or value_at(self.tree, "quantity.source") == "meter":
            return []
        named = {"min": _("Smallest quantity"), "max": _("Largest quantity"), "step": _("In steps of")}
        return [self.make.number(name, label, suffix=self.unit, optional=True) for name, label in named.items()]

    @cached_property
    def floors(self) -> list[Input]:
        """The lowest amount of each price in it, after all discounts."""
        per = self.display.unit or self.unit
        return [
            self.make.number(
                below("floors", path),
                label.capitalize(),
                prefix=self.shelf.currency,
                suffix=_("per {period}").format(period=period(per)) if per_unit else "",
                optional=True,
            )
            for path, label, per_unit in self.floored()
        ]

    def floored(self) -> list[tuple[str, str, bool]]:
        """Where a floor may be: path, label, and whether it is that of one unit. Half a price keeps what was typed."""
        component, _ = read(self.tree, {**self.stored, "key": "any"}, self.display)
        if component is None:
            return [(path, path, path.endswith("unit")) for path in self.tree.get("floors", {})]
        found = price_points(component.model_dump(mode="json"))
        return [(point.path, point.label or "price", point.per_unit) for point in found]

    @cached_property
    def source(self) -> Input:
        return self.make.text("source", _("Source"), optional=True, help=_("Where the figure was published."))

    @property
    def inputs(self) -> Sequence[Input | Checks]:
        """Every input that is shown."""
        of_kind: dict[str, Sequence[Any]] = {
            "charge": (*self.quantity, *self.filters, *self.allowance, *self.events, *self.billing),
            "credit": (*self.grant, self.scope, *self.rates),
            "commitment": (*self.promise, self.scope),
        }
        priced = list(self.price.inputs()) if self.kind == "charge" else []
        return [*self.identity, *of_kind[self.kind], *priced, *self.sold_in, *self.limits, *self.floors, self.source]

    @property
    def other_errors(self) -> list[str]:
        """Problems that no input is named after."""
        named = {one.name.removesuffix("[]") for one in self.inputs}
        return [message for path, message in self.errors.items() if path not in named]
