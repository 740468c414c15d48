"""The rules of a stored book, ready to be asked."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from catalog.models import Package, PackageComponent, Price, PriceBook
from catalog.rules.configuration import Configuration, RuleTest
from catalog.rules.forms import configuration_of
from catalog.rules.packages import Slot


def configuration(book: PriceBook) -> Configuration:
    """The rules of the book with the prices and groups they speak of; nothing is read for a book without rules."""
    if not book.rules:
        return Configuration()
    return kept(book.pk, book.sha256) if book.sha256 else configuration_of(form_of(book))


@lru_cache(maxsize=16)
def kept(book_id: int, _sha256: str) -> Configuration:
    """That of a published book, which never changes: its id and hash say which one it is."""
    return configuration_of(form_of(PriceBook.objects.get(pk=book_id)))


def form_of(book: PriceBook) -> dict[str, Any]:
    """What `configuration_of` needs of the book's plain form."""
    components = PackageComponent.objects.filter(package__book=book).order_by("package__position", "position")
    packages: dict[int, dict[str, Any]] = {}
    for package, price, group, default in components.values_list(
        "package_id", "price__key", "group", "default_quantity"
    ):
        entry = {"price": price, **({"group": group} if group else {})}
        entry |= {"default": str(default)} if default is not None else {}
        packages.setdefault(package, {"components": []})["components"].append(entry)
    prices = book.prices.order_by("position").values_list("component", flat=True)
    return {
        "prices": [{"component": component} for component in prices],
        "packages": list(packages.values()),
        "rules": book.rules,
    }


def failing_tests(book: PriceBook) -> list[str]:
    """A sentence for each of the book's rule tests that fails."""
    tests = [RuleTest.model_validate(test) for test in book.rule_tests]
    return configuration(book).failures(tests) if tests else []


def slots(package: Package) -> list[Slot]:
    """What the package asks of the lines that stand for it, in order."""
    return [slot(component) for component in package.components.select_related("price").order_by("position")]


def slots_of(book: PriceBook, package_ids: Iterable[int]) -> dict[int, tuple[Slot, ...]]:
    """What these packages of the book ask, by id."""
    wanted = set(package_ids)
    if not wanted:
        return {}
    found = kept_slots(book.pk, book.sha256) if book.sha256 else slots_in(book.pk)
    return {package: found.get(package, ()) for package in wanted}


def slots_in(book_id: int) -> dict[int, tuple[Slot, ...]]:
    components = PackageComponent.objects.filter(package__book=book_id).select_related("price").order_by("position")
    found: dict[int, tuple[Slot, ...]] = {}
    for component in components:
        found[component.package_id] = (*found.get(component.package_id, ()), slot(component))
    return found


@lru_cache(maxsize=16)
def kept_slots(book_id: int, _sha256: str) -> dict[int, tuple[Slot, ...]]:
    """Those of a published book: see `kept`."""
    return slots_in(book_id)


def slot(component: PackageComponent) -> Slot:
    """What a package asks of a price: the quantities it says, and those of the price where it says none."""
    alone = price_slot(component.price)
    return replace(
        alone,
        required=component.required,
        group=component.group,
        low=alone.low if component.min_quantity is None else component.min_quantity,
        high=alone.high if component.max_quantity is None else component.max_quantity,
        step=alone.step if component.step_quantity is None else component.step_quantity,
    )


def price_slot(price: Price) -> Slot:
    """In which quantities a price is sold that is in no package."""
    return Slot(
        price=price.key,
        name=price.component.get("name") or price.key,
        required=False,
        low=price.min_quantity,
        high=price.max_quantity,
        step=price.step_quantity,
    )
