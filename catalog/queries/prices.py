"""Reading the catalog: what is sold, at which prices, and what it costs."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet

from catalog.models import Meter, Package, PackageComponent, Price, PriceBook, UnitCost
from catalog.rules.packages import started_with
from catalog.rules.words import series_label
from pricing import Charge, Commitment, CreditGrant, parse_component
from pricing.components import Fixed, Metered

Status = PriceBook.Status


def published_book(currency: str, on: date) -> PriceBook | None:
    """The book that is sold from on this day: of those in force in this currency the one effective last.

    It is of the environment that the settings name (PRICE_ENVIRONMENT).
    """
    books = PriceBook.objects.filter(
        Q(effective_to=None) | Q(effective_to__gte=on),
        environment=settings.PRICE_ENVIRONMENT,
        currency=currency,
        status=Status.PUBLISHED,
        effective_from__lte=on,
    )
    return books.order_by("-effective_from", "-version", "code").first()


def packages(book: PriceBook) -> QuerySet[Package]:
    """The packages of a book, their components and prices with them, in order."""
    components = PackageComponent.objects.select_related("price__product").order_by("position")
    return book.packages.prefetch_related(Prefetch("components", components)).order_by("position")


def package_components(package: Package, *, optional: bool = False) -> list[Charge | CreditGrant | Commitment]:
    """What a quote of this package starts from: its required components (all of them if `optional`)."""
    entries = list(package.components.select_related("price").order_by("position"))
    return [component_of(entry) for entry in (entries if optional else started_with(entries))]


def component_of(entry: PackageComponent) -> Charge | CreditGrant | Commitment:
    """A package's component at its default quantity."""
    component = parse_component(entry.price.component)
    if entry.default_quantity is None or not isinstance(component, Charge):
        return component
    return component.model_copy(update={"quantity": Fixed(value=entry.default_quantity.normalize())})


def prices(book: PriceBook) -> QuerySet[Price]:
    """The prices of a book in order, their products with them."""
    return book.prices.select_related("product").order_by("position")


class Contents(NamedTuple):
    """Prices of a book and components of its packages, by id; whoever changes one takes a copy."""

    prices: dict[int, Price]
    parts: dict[int, PackageComponent]


@lru_cache(maxsize=16)
def kept_contents(book_id: int, _sha256: str) -> Contents:
    """What a published book sells, which never changes: its id and hash say which one it is. Products do change and
    are not read with it."""
    parts = PackageComponent.objects.filter(package__book=book_id).select_related("package")
    return Contents(Price.objects.filter(book=book_id).in_bulk(), parts.in_bulk())


def unit_costs(book: PriceBook, known: Mapping[str, Meter] | None = None) -> list[Charge]:
    """What usage costs the seller, as charges: priced by the same engine from the other side. `known` are the meters
    by code, where they are read already."""
    costs = kept_costs(book.pk, book.sha256) if book.sha256 else costs_of(book.pk)
    named = meters() if known is None else known
    return [cost_charge(cost, named[cost.meter.code]) for cost in costs]


def costs_of(book_id: int) -> tuple[UnitCost, ...]:
    return tuple(UnitCost.objects.filter(book=book_id).select_related("meter").order_by("position"))


@lru_cache(maxsize=16)
def kept_costs(book_id: int, _sha256: str) -> tuple[UnitCost, ...]:
    """Those of a published book, which never change: its id and hash say which one it is."""
    return costs_of(book_id)


def cost_charge(cost: UnitCost, meter: Meter | None = None) -> Charge:
    meter = meter or cost.meter
    values = [value for _, value in sorted(cost.where.items())]
    return Charge.model_validate(
        {
            "key": ":".join(["cost", meter.code, *values])[:64],
            "name": ": ".join(filter(None, [meter.name, series_label(cost.where, meter.dimensions, {})])),
            "unit": meter.unit,
            "price": cost.price,
            "quantity": {
                "source": "meter",
                "meter": meter.code,
                "where": {name: [value] for name, value in cost.where.items()},
            },
        }
    )


def meters() -> dict[str, Meter]:
    """All meters by code."""
    return {meter.code: meter for meter in Meter.objects.order_by("code")}


def metered(components: Sequence[Charge | CreditGrant | Commitment]) -> list[Metered]:
    """What the metered charges among these count."""
    charges = (component for component in components if isinstance(component, Charge))
    return [charge.quantity for charge in charges if isinstance(charge.quantity, Metered)]
