"""What the database holds, as parts of a catalog."""

import hashlib
import json
from collections.abc import Sequence

from catalog.documents.parts import (
    BookPart,
    Catalog,
    ComponentPart,
    CostPart,
    MeterPart,
    PackagePart,
    PricePart,
    ProductPart,
    WordbookPart,
)
from catalog.models import Environment, Meter, Package, Price, PriceBook, Product, UnitCost, Wordbook
from catalog.rules.configuration import Rule, RuleTest
from catalog.rules.guides import Guide


def sha256(book: PriceBook) -> str:
    """The hash of everything a book says; the same in every environment."""
    form = Catalog(books=[book_part(book)]).form()["books"][0]
    del form["environment"]
    return hashlib.sha256(json.dumps(form, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def stored(books: Sequence[PriceBook]) -> Catalog:
    """What the database holds: all meters, all products, all wordbooks, and these books."""
    return Catalog(
        meters=[meter_part(meter) for meter in Meter.objects.order_by("code")],
        products=[product_part(product) for product in Product.objects.order_by("code")],
        books=[book_part(book) for book in books],
        wordbooks=[wordbook_part(book) for book in Wordbook.objects.order_by("language")],
    )


def meter_part(meter: Meter) -> MeterPart:
    return MeterPart.model_validate({name: getattr(meter, name) for name in MeterPart.model_fields})


def product_part(product: Product) -> ProductPart:
    return ProductPart.model_validate({name: getattr(product, name) for name in ProductPart.model_fields})


def wordbook_part(book: Wordbook) -> WordbookPart:
    return WordbookPart(language=book.language, words=dict(sorted(book.words.items())))


def book_part(book: PriceBook) -> BookPart:
    prices = list(book.prices.order_by("position"))
    costs = book.costs.select_related("meter").order_by("position")
    packages = book.packages.prefetch_related("components__price").order_by("position")
    return BookPart(
        code=book.code,
        version=book.version,
        name=book.name,
        environment=Environment(book.environment),
        currency=book.currency,
        effective_from=book.effective_from,
        effective_to=book.effective_to,
        prices=[price_part(price) for price in prices],
        costs=[cost_part(cost) for cost in costs],
        packages=[package_part(package) for package in packages],
        rules=[Rule.model_validate(rule) for rule in book.rules],
        rule_tests=[RuleTest.model_validate(test) for test in book.rule_tests],
    )


def price_part(price: Price) -> PricePart:
    limits = {"min": price.min_quantity, "max": price.max_quantity, "step": price.step_quantity}
    stated = {name: getattr(price, name) for name in PricePart.model_fields.keys() - limits}
    return PricePart.model_validate({**stated, **limits})


def cost_part(cost: UnitCost) -> CostPart:
    values = {"meter": cost.meter.code, "where": cost.where, "price": cost.price, "source": cost.source}
    return CostPart.model_validate(values)


def package_part(package: Package) -> PackagePart:
    return PackagePart(
        code=package.code,
        name=package.name,
        description=package.description,
        components=[
            ComponentPart(
                price=component.price.key,
                required=component.required,
                group=component.group,
                default=component.default_quantity,
                min=component.min_quantity,
                max=component.max_quantity,
                step=component.step_quantity,
            )
            for component in sorted(package.components.all(), key=lambda component: component.position)
        ],
        guide=Guide.model_validate(package.guide) if package.guide else None,
    )
