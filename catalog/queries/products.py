"""A product across the price books."""

from collections.abc import Iterable
from typing import NamedTuple

from catalog.models import PackageComponent, Price, PriceBook, Product
from catalog.queries.pages import PriceRow, displays_of, price_row
from catalog.queries.prices import meters
from pricing import parse_component


class ProductPrice(NamedTuple):
    """A price of the product in one book, and the packages there that hold it."""

    book: PriceBook
    price: PriceRow
    packages: list[tuple[str, str]]  # code and name


def product_prices(product: Product, *, drafts: bool) -> list[ProductPrice]:
    """Its prices in every book that is not retired, the newest version of a book first."""
    prices = (
        Price.objects.filter(product=product)
        .exclude(book__status=PriceBook.Status.RETIRED)
        .select_related("product", "book")
        .order_by("book__code", "-book__version", "book__environment", "position")
    )
    if not drafts:
        prices = prices.exclude(book__status=PriceBook.Status.DRAFT)
    displays, holders = displays_of(meters().values()), holders_of(prices)
    return [
        ProductPrice(
            price.book,
            price_row(price, parse_component(price.component), price.book.currency, displays),
            holders.get(price.pk, []),
        )
        for price in prices
    ]


def holders_of(prices: Iterable[Price]) -> dict[int, list[tuple[str, str]]]:
    """Which packages hold each price, by code and name."""
    found: dict[int, list[tuple[str, str]]] = {}
    entries = PackageComponent.objects.filter(price__in=[price.pk for price in prices]).order_by("package__position")
    for price, code, name in entries.values_list("price_id", "package__code", "package__name"):
        found.setdefault(price, []).append((code, name))
    return found
