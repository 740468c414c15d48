"""What the price book's rules and packages say about a version: problems, and why something cannot be added."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple

from django.utils.translation import gettext as _

from catalog.models import Package, Price
from catalog.queries import component_of, configuration, slots_of
from catalog.rules.configuration import Configuration, Rule, Selection
from catalog.rules.packages import Slot, lacks, started_with, why_not_take
from core.data_words import told
from core.words import all_of
from quotes.models import QuoteLine, QuoteVersion
from quotes.queries.lines import lines_of, slot_of
from quotes.rules.components import fixed_quantity
from quotes.rules.pricing import Problem
from quotes.rules.selection import Facts, Taken, counted, selection_of

Quantities = Mapping[str, Sequence[Decimal | None]]


@dataclass(frozen=True)
class PackageOn:
    """A package on a version: what it asks, and the quantities of its lines by price; nameless for what is in none."""

    name: str
    slots: tuple[Slot, ...]
    taken: Quantities


class Told(NamedTuple):
    """A problem: the package or rule that sees it, about which prices, and the sentence."""

    source: str
    prices: tuple[str, ...]
    sentence: str

    @property
    def mark(self) -> tuple[str, tuple[str, ...]]:
        """By which it is known again when quantities in its sentence changed."""
        return self.source, self.prices


@dataclass(frozen=True)
class Configured:
    """A version's lines with the rules and packages that speak of them."""

    version: QuoteVersion
    lines: tuple[QuoteLine, ...]

    @cached_property
    def rules(self) -> Configuration:
        return configuration(self.version.price_book)

    @cached_property
    def selection(self) -> Selection:
        return selection(self.version, self.lines) if self.rules.rules else Selection()

    @cached_property
    def packages(self) -> tuple[PackageOn, ...]:
        """The packages on the version, in the order of their lines."""
        parts = [line.part for line in self.lines if line.part]
        named = {part.package_id: told(part.package.name) for part in parts}
        return tuple(PackageOn(named[pk], self.slots[pk], taken(self.lines, pk)) for pk in named)

    @cached_property
    def held(self) -> tuple[PackageOn, ...]:
        """The packages, and what is in none but sold in some quantities only."""
        alone = [line for line in self.lines if line.part is None]
        slots = {line.price_id: found for line in alone if (found := slot_of(line))}
        taken: dict[str, list[Decimal | None]] = {}
        for line in alone:
            if line.price_id in slots:
                taken.setdefault(line.price.key, []).append(fixed_quantity(line.component))
        return (*self.packages, PackageOn("", tuple(slots.values()), taken)) if slots else self.packages

    @cached_property
    def slots(self) -> Mapping[int, tuple[Slot, ...]]:
        """What each package on the version asks, by id."""
        return slots_of(self.version.price_book, {line.part.package_id for line in self.lines if line.part})

    @cached_property
    def whole(self) -> Selection:
        """The selection with what the rules add to it."""
        added = self.rules.settle(self.selection).added
        return self.selection.with_prices({key: one.quantity for key, one in added.items()})

    def problems(self) -> list[Problem]:
        """Everything that rules and packages miss or see too much of."""
        lines = {line.price.key: line.key for line in reversed(self.lines)}
        return [
            Problem("lines", one.sentence, next((lines[key] for key in one.prices if key in lines), ""))
            for one in self.told()
        ]

    def told(self) -> list[Told]:
        """The same, with who says so."""
        found = [
            Told(on.name, lack.prices, lack.sentence) for on in self.held for lack in lacks(on.name, on.slots, on.taken)
        ]
        if self.rules.rules:
            problems = self.rules.settle(self.selection).problems
            found += [Told(problem.rule, problem.prices, problem.sentence) for problem in problems]
        return found

    def why_not_add(self, price: Price) -> str:
        """Why this price cannot be put on the version as it is; "" if it can."""
        for on in self.packages:
            if why_not := why_not_take(on.name, on.slots, price.key, on.taken):
                return why_not
        return " ".join(self.rules.blocked(self.selection, {price.key: counted(price.component)}))

    def why_not_alone(self, price: Price) -> str:
        """Why this price cannot come by itself: it applies to charges that are not on the version; "" if it can."""
        here = {line.key for line in self.lines}
        products = {line.component.get("product") for line in self.lines}
        rates = [key for key in price.component.get("rates") or () if key not in products]
        named = [*(price.component.get("scope") or {}).get("charges", ()), *rates]
        missing = [key for key in dict.fromkeys(named) if key not in here]
        if not missing:
            return ""
        names = all_of([self.names.get(key, key) for key in missing])
        return _("It applies to {names}, which is not part of this quote; add that first.").format(names=names)

    @cached_property
    def names(self) -> Mapping[str, str]:
        """What the book calls its prices, by key."""
        found = Price.objects.filter(book=self.version.price_book_id).values_list("key", "component__name")
        return {key: told(name or key) for key, name in found}

    def why_not_add_package(self, package: Package) -> str:
        """Why the package cannot be put on the version as it is; "" if it can. Its components and prices are loaded."""
        if not self.rules.rules:
            return ""
        chosen = started_with(package.components.all())
        option = {part.price.key: counted(component_of(part).model_dump(mode="json")) for part in chosen}
        return " ".join(self.rules.blocked(self.selection, option))

    def rule(self, key: str) -> Rule | None:
        """The rule of this key."""
        return next((rule for rule in self.rules.rules if rule.key == key), None)


def configured(version: QuoteVersion, lines: Sequence[QuoteLine] | None = None) -> Configured:
    """The version as its book's rules and packages see it: without what is optional. `lines` with price and package, if
    they are loaded."""
    loaded = lines_of(version) if lines is None else lines
    return Configured(version, tuple(line for line in loaded if not line.optional))


def selection(version: QuoteVersion, lines: Iterable[QuoteLine]) -> Selection:
    customer = version.quote.customer
    facts = Facts(version.months, customer.segment, customer.country)
    return selection_of([Taken(line.price.key, line.component) for line in lines], facts)


def taken(lines: Iterable[QuoteLine], package_id: int) -> Quantities:
    found: dict[str, list[Decimal | None]] = {}
    for line in lines:
        if line.part and line.part.package_id == package_id:
            found.setdefault(line.price.key, []).append(fixed_quantity(line.component))
    return found
