"""What is different between two versions of a price book: prices, packages, unit costs and rules."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, NamedTuple

from catalog.models import Package, PackageComponent, Price, PriceBook
from catalog.queries.configurations import price_slot
from catalog.queries.pages import choice, committed_in_first_year, displays_of
from catalog.queries.prices import cost_charge, meters, packages, prices
from catalog.rules.compare import Effect, effects, moved
from catalog.rules.packages import limits_in_words
from catalog.rules.words import Display, PriceWords, words
from core.formats import day, percent, unit_price
from core.roles import ROLE_NAMES
from pricing import Charge, parse_component


class PriceChange(NamedTuple):
    """A price or a unit cost that is new, gone or different."""

    sign: str  # +, ~ or -
    name: str
    before: PriceWords | None
    after: PriceWords | None
    effects: list[Effect]
    notes: list[str]


class PackageChange(NamedTuple):
    """A package that is new, gone or different, and what is owed in its first year."""

    sign: str
    name: str
    notes: list[str]
    before: Decimal | None
    after: Decimal | None


@dataclass(frozen=True)
class Changes:
    """Everything that differs."""

    facts: list[str]
    prices: list[PriceChange]
    packages: list[PackageChange]
    costs: list[PriceChange]
    rules: list[str]

    @property
    def none(self) -> bool:
        return not (self.facts or self.prices or self.packages or self.costs or self.rules)


@dataclass(frozen=True)
class Sides:
    """Both versions and what is needed to say what they hold."""

    before: PriceBook
    after: PriceBook
    displays: Mapping[str, Display]
    secrets: bool  # whether the reader may see unit costs and floors

    @property
    def comparable(self) -> bool:
        return self.before.currency == self.after.currency


def earlier(book: PriceBook, others: Sequence[PriceBook], since: str) -> PriceBook | None:
    """The version to compare with: the one asked for, or the last one before; None for the first."""
    if since.isdecimal():
        return next((other for other in others if other.version == int(since) and other.pk != book.pk), None)
    return max((other for other in others if other.version < book.version), key=lambda one: one.version, default=None)


def book_changes(before: PriceBook, after: PriceBook, *, secrets: bool) -> Changes:
    """What is different, in the order of the later version; unit costs and floors for those who may see margin."""
    sides = Sides(before, after, displays_of(meters().values()), secrets)
    return Changes(
        facts=fact_changes(before, after),
        prices=price_changes(sides),
        packages=package_changes(sides),
        costs=cost_changes(sides) if secrets else [],
        rules=rule_changes(before, after),
    )


def fact_changes(before: PriceBook, after: PriceBook) -> list[str]:
    days = [
        [day(book.effective_from), day(book.effective_to) if book.effective_to else "no end"]
        for book in (before, after)
    ]
    return [
        *moved("Name", before.name, after.name),
        *moved("Currency", before.currency, after.currency),
        *moved("In force from", days[0][0], days[1][0]),
        *moved("In force until", days[0][1], days[1][1]),
    ]


def price_changes(sides: Sides) -> list[PriceChange]:
    olds, news = ({price.key: price for price in prices(book)} for book in (sides.before, sides.after))
    found = [price_change(sides, olds.get(key), news.get(key)) for key in in_order(olds, news)]
    return [change for change in found if change]


def price_change(sides: Sides, before: Price | None, after: Price | None) -> PriceChange | None:
    if before and after and contents(before, sides.secrets) == contents(after, sides.secrets):
        return None
    told = [
        words(parse_component(price.component), book.currency, sides.displays) if price else None
        for price, book in ((before, sides.before), (after, sides.after))
    ]
    name = name_of((after or before).component) if (after or before) else ""  # type: ignore[union-attr]
    if before is None or after is None:
        return PriceChange("-" if before else "+", name, told[0], told[1], [], [])
    old, new = parse_component(before.component), parse_component(after.component)
    priced = isinstance(old, Charge) and isinstance(new, Charge) and sides.comparable
    rows = effects(old, new, sides.displays, sides.after.currency) if priced else []  # type: ignore[arg-type]
    return PriceChange("~", name, told[0], told[1], rows, price_notes(before, after, sides))


def contents(price: Price, secrets: bool) -> tuple[Any, ...]:
    floors = price.floors if secrets else {}
    sold_in = (price.min_quantity, price.max_quantity, price.step_quantity)
    return (price.component, price.max_discount, price.limits, floors, sold_in, price.source, price.product_id)


def price_notes(before: Price, after: Price, sides: Sides) -> list[str]:
    """What may be given off it, and where its figure comes from."""
    most = [None if price.max_discount is None else percent(price.max_discount) for price in (before, after)]
    notes = moved("Discount up to", *(value or "any" for value in most))
    slots = (price_slot(price) for price in (before, after))
    notes += moved("Quantity", *(limits_in_words(one.low, one.high, one.step) or "any" for one in slots))
    for role, title in ROLE_NAMES.items():
        limits = [price.limits.get(role) for price in (before, after)]
        notes += moved(f"{title} gives up to", *(percent(value) if value else None for value in limits))
    for path in in_order(before.floors, after.floors) if sides.secrets else ():
        floors = [price.floors.get(path) for price in (before, after)]
        told = (unit_price(value, sides.after.currency) if value else None for value in floors)
        notes += moved(f"Floor of {path}", *told)
    return [
        *notes,
        *moved("Product", before.product.name, after.product.name),
        *moved("Source", before.source, after.source),
    ]


def package_changes(sides: Sides) -> list[PackageChange]:
    olds, news = ({package.code: package for package in packages(book)} for book in (sides.before, sides.after))
    found = [package_change(sides, olds.get(code), news.get(code)) for code in in_order(olds, news)]
    return [change for change in found if change]


def package_change(sides: Sides, before: Package | None, after: Package | None) -> PackageChange | None:
    owed = [
        committed_in_first_year(package, book, sides.after.effective_from.replace(day=1)) if package else None
        for package, book in ((before, sides.before), (after, sides.after))
    ]
    if before is None or after is None:
        name = str(before or after)
        return PackageChange("-" if before else "+", name, [], owed[0], owed[1])
    notes = [
        *moved("Name", before.name, after.name),
        *moved("What it is", before.description, after.description),
        *component_notes(before, after),
    ]
    return PackageChange("~", after.name, notes, owed[0], owed[1]) if notes or owed[0] != owed[1] else None


def component_notes(before: Package, after: Package) -> list[str]:
    olds, news = ({one.price.key: one for one in package.components.all()} for package in (before, after))
    notes = []
    for key in in_order(olds, news):
        old, new = olds.get(key), news.get(key)
        if old is None or new is None:
            name = name_of((new or old).price.component)  # type: ignore[union-attr]
            notes.append(f"{name}: {'added' if new else 'removed'}")
        else:
            notes += moved(name_of(new.price.component), taken(old), taken(new))
    return notes or moved("Order", ", ".join(olds), ", ".join(news))


def taken(entry: PackageComponent) -> str:
    group = f", one of {entry.group}" if entry.group else ""
    return f"{'required' if entry.required else 'optional'}{group}, {choice(entry)}"


def cost_changes(sides: Sides) -> list[PriceChange]:
    olds, news = (
        {charge.key: charge for charge in (cost_charge(cost) for cost in book.costs.select_related("meter"))}
        for book in (sides.before, sides.after)
    )
    found = []
    for key in in_order(olds, news):
        old, new = olds.get(key), news.get(key)
        if old == new:
            continue
        told = [
            words(charge, book.currency, sides.displays) if charge else None
            for charge, book in ((old, sides.before), (new, sides.after))
        ]
        rows = effects(old, new, sides.displays, sides.after.currency) if old and new and sides.comparable else []
        sign = "~" if old and new else "+" if new else "-"
        found.append(PriceChange(sign, (new or old).name, told[0], told[1], rows, []))  # type: ignore[union-attr]
    return found


def rule_changes(before: PriceBook, after: PriceBook) -> list[str]:
    olds, news = ({rule["key"]: rule for rule in book.rules} for book in (before, after))
    said = []
    for key in in_order(olds, news):
        old, new = olds.get(key), news.get(key)
        if old != new:
            what = "changed" if old and new else "added" if new else "removed"
            said.append(f"Rule {key}: {what}. {(new or old)['message']}")  # type: ignore[index]
    return said


def in_order(olds: Mapping[str, Any], news: Mapping[str, Any]) -> list[str]:
    return list(dict.fromkeys([*news, *olds]))


def name_of(component: Mapping[str, Any]) -> str:
    return str(component.get("name") or component["key"])
