"""What can be put on a draft: the packages and single prices of its price book, in words."""

from dataclasses import dataclass
from typing import NamedTuple

from catalog.models import Package, Price
from catalog.queries import packages, prices
from catalog.rules.packages import started_with
from core.data_words import told
from quotes.models import QuoteVersion
from quotes.queries.configuration import Configured, configured
from quotes.queries.limits import scale_of
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
    why_not: str = ""  # why it cannot be added as the quote stands


@dataclass(frozen=True)
class PackageOffer:
    """A package: what a quote of it starts with, what may be added, and why it cannot be taken as the quote stands."""

    code: str
    name: str
    description: str
    parts: tuple[Offer, ...]
    optional: tuple[Offer, ...]
    why_not: str = ""
    asks: bool = False  # whether it has guided questions


@dataclass(frozen=True)
class Shelf:
    packages: tuple[PackageOffer, ...]
    prices: tuple[Offer, ...]

    @property
    def asks(self) -> bool:
        return any(package.asks for package in self.packages)


def shelf(version: QuoteVersion) -> Shelf:
    """Everything in the draft's price book, in the book's order."""
    shown = Shown(version.price_book.currency, scales_of(version), configured(version))
    book = version.price_book
    return Shelf(
        packages=tuple(package_offer(package, shown) for package in packages(book)),
        prices=tuple(offer(price, shown) for price in prices(book)),
    )


def found_prices(version: QuoteVersion, search: str) -> tuple[Offer, ...]:
    """The single prices whose name, product or key has every word of the search."""
    words = search.lower().split()
    shown = Shown(version.price_book.currency, scales_of(version), configured(version))
    return tuple(offer(price, shown) for price in prices(version.price_book) if all_in(words, price))


def all_in(words: list[str], price: Price) -> bool:
    names = (price.component["name"], price.product.name)
    text = " ".join([*names, *map(told, names), price.key]).lower()
    return all(word in text for word in words)


def scales_of(version: QuoteVersion) -> dict[str, Scale]:
    return {code: scale_of(meter) for code, meter in version.meters.items()}


class Shown(NamedTuple):
    """How offers are shown: in which currency and units, and beside which quote."""

    currency: str
    scales: dict[str, Scale]
    quote: Configured


def package_offer(package: Package, shown: Shown) -> PackageOffer:
    parts = list(package.components.all())
    first = started_with(parts)
    return PackageOffer(
        code=package.code,
        name=told(package.name),
        description=told(package.description),
        parts=tuple(offer(part.price, shown) for part in first),
        optional=tuple(offer(part.price, shown) for part in parts if part not in first),
        why_not=shown.quote.why_not_add_package(package),
        asks=bool(package.guide),
    )


def offer(price: Price, shown: Shown) -> Offer:
    component = price.component
    scale = shown.scales.get(meter_of(component), Scale())
    return Offer(
        key=price.key,
        name=told(component["name"]),
        product=told(price.product.name),
        kind=component["kind"],
        price=price_text(component, shown.currency, scale),
        included=included_text(component, scale),
        why_not=shown.quote.why_not_add(price) or shown.quote.why_not_alone(price),
    )
