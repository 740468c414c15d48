"""What can be put on a draft: the packages and single prices of its price book, in words."""

from dataclasses import dataclass
from typing import Any

from catalog.models import Meter, PackageComponent, Price
from catalog.queries import packages, prices
from quotes.models import QuoteVersion
from quotes.rules.components import meter_of
from quotes.rules.price_text import Scale, included_text, price_text


@dataclass(frozen=True)
class Offer:
    """A single price: what it is, and what it costs at list."""

    key: str
    name: str
    product: str
    kind: str
    price: str
    included: str


@dataclass(frozen=True)
class PackageOffer:
    code: str
    name: str
    description: str
    parts: tuple[Offer, ...]
    optional: tuple[Offer, ...]


@dataclass(frozen=True)
class Shelf:
    packages: tuple[PackageOffer, ...]
    prices: tuple[Offer, ...]


def shelf(version: QuoteVersion) -> Shelf:
    """Everything in the draft's price book, in the book's order."""
    scales = meter_scales()
    book = version.price_book
    return Shelf(
        packages=tuple(package_offer(package, book.currency, scales) for package in packages(book)),
        prices=tuple(offer(price, book.currency, scales) for price in prices(book)),
    )


def found_prices(version: QuoteVersion, search: str) -> tuple[Offer, ...]:
    """The single prices whose name, product or key has every word of the search."""
    words = search.lower().split()
    scales = meter_scales()
    offers = (offer(price, version.price_book.currency, scales) for price in prices(version.price_book))
    return tuple(one for one in offers if all(word in f"{one.name} {one.product} {one.key}".lower() for word in words))


def meter_scales() -> dict[str, Scale]:
    meters = Meter.objects.exclude(display_unit="")
    return {meter.code: Scale(meter.display_scale, meter.display_unit) for meter in meters}


def package_offer(package: Any, currency: str, scales: dict[str, Scale]) -> PackageOffer:
    parts: list[PackageComponent] = list(package.components.all())
    return PackageOffer(
        code=package.code,
        name=package.name,
        description=package.description,
        parts=tuple(offer(part.price, currency, scales) for part in parts if part.required),
        optional=tuple(offer(part.price, currency, scales) for part in parts if not part.required),
    )


def offer(price: Price, currency: str, scales: dict[str, Scale]) -> Offer:
    component = price.component
    scale = scales.get(meter_of(component), Scale())
    return Offer(
        key=price.key,
        name=component["name"],
        product=price.product.name,
        kind=component["kind"],
        price=price_text(component, currency, scale),
        included=included_text(component, scale),
    )
