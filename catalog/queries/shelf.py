"""What the editors of a book offer to choose from."""

from catalog.models import PackageComponent, PriceBook, Product
from catalog.queries.pages import displays_of
from catalog.queries.prices import meters, prices
from catalog.rules.shelf import Choice, Shelf
from core.data_words import told


def shelf(book: PriceBook) -> Shelf:
    """Products, meters and the charges of the book."""
    known = meters()
    charges = [price.component for price in prices(book) if price.component["kind"] == "charge"]
    return Shelf(
        currency=book.currency,
        products=dict(Product.objects.order_by("name").values_list("code", "name")),
        meters={code: told(meter.name) for code, meter in known.items()},
        dimensions={code: meter.dimensions for code, meter in known.items()},
        displays=displays_of(known.values()),
        charges={one["key"]: one.get("name") or one["key"] for one in charges},
    )


def choices(book: PriceBook) -> dict[str, Choice]:
    """What a package of the book may hold."""
    return {
        price.key: Choice(
            told(price.component.get("name") or price.product.name),
            price.component.get("quantity", {}).get("source") == "fixed",
        )
        for price in prices(book)
    }


def holders(book: PriceBook, key: str) -> list[tuple[str, str]]:
    """The packages of the book that hold the price, by code and name."""
    found = PackageComponent.objects.filter(package__book=book, price__key=key).order_by("package__position")
    return list(found.values_list("package__code", "package__name"))


def scopes(book: PriceBook, key: str) -> list[str]:
    """The credits and commitments of the book that name the charge."""
    others = (price.component for price in prices(book) if price.key != key)
    return [one.get("name") or one["key"] for one in others if key in (one.get("scope") or {}).get("charges", [])]
