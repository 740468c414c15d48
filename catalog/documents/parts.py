"""The catalog as a document: YAML in and out, validated, with one plain form for comparing and hashing."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from catalog.models import Meter, Package, Price, PriceBook, Product, UnitCost
from catalog.rules.meters import Derivation, Outcome, Zone
from catalog.rules.values import Code, Number, Part, Percent, Prose, Source, Title, Word
from core.errors import Invalid
from pricing import Component, PriceModel
from pricing.errors import from_pydantic


class MeterPart(Part):
    code: Code
    name: Title
    unit: Annotated[str, Field(min_length=1, max_length=40)]
    aggregation: Literal["sum", "count", "max", "latest", "unique", "unit_hours"] = "sum"
    property: Word = "value"
    zone: Zone = "UTC"
    dimensions: dict[Word, Annotated[list[Word], Field(min_length=1)]] = {}
    defaults: dict[Word, Word] = {}
    derived: dict[Word, Derivation] = {}
    outcome: Outcome | None = None
    display_scale: Annotated[Number, Field(gt=0)] = Decimal(1)
    display_unit: Annotated[str, Field(max_length=40)] = ""


class ProductPart(Part):
    code: Code
    name: Title
    kind: Literal["subscription", "seat", "usage", "credits", "outcome", "service"]
    description: Prose = ""


class PricePart(Part):
    component: Component
    max_discount: Percent | None = None
    source: Source = ""


class CostPart(Part):
    meter: Code
    where: dict[Word, Word] = {}
    price: PriceModel
    source: Source = ""


class ComponentPart(Part):
    price: str
    required: bool = True
    group: Annotated[str, Field(max_length=40)] = ""
    default: Number | None = None
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None


class PackagePart(Part):
    code: Code
    name: Title
    description: Prose = ""
    components: list[ComponentPart]


class BookPart(Part):
    code: Code
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    name: Annotated[str, Field(min_length=1, max_length=120)]
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    effective_from: date
    prices: list[PricePart] = []
    costs: list[CostPart] = []
    packages: list[PackagePart] = []


class Catalog(Part):
    """Everything a set of files says."""

    meters: list[MeterPart] = []
    products: list[ProductPart] = []
    books: list[BookPart] = []

    def form(self) -> dict[str, Any]:
        """The plain form: JSON values, nothing that is empty."""
        return {"meters": [], "products": [], "books": [], **without_empty(self.model_dump(mode="json", by_alias=True))}


def without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: without_empty(item) for name, item in value.items()}
        return {name: item for name, item in inner.items() if item not in (None, "", [], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value


def read(texts: Iterable[tuple[str, str]]) -> Catalog:
    """The catalog in these (name, YAML text) files together."""
    merged: dict[str, Any] = {"meters": [], "products": [], "books": []}
    for name, text in texts:
        for section, entries in mapping(name, text).items():
            if section not in merged or not isinstance(entries, list):
                raise Invalid({name: f'{name}: "{section}" should be one of meters, products, books, each a list.'})
            merged[section] += entries
    try:
        return Catalog.model_validate(merged)
    except ValidationError as error:
        problems = from_pydantic(error, merged).problems
        raise Invalid({path: f"{path}: {message}." for path, message in problems}) from None


def mapping(name: str, text: str) -> dict[str, Any]:
    try:
        content = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise Invalid({name: f"{name} is not YAML: {error}"}) from None
    if not isinstance(content, dict):
        raise Invalid({name: f"{name} should be a mapping with meters, products or books."})
    return content


def write(catalog: Catalog) -> str:
    """YAML that reads back to exactly this catalog."""
    form = {section: entries for section, entries in catalog.form().items() if entries}
    return str(yaml.safe_dump(form, sort_keys=False, allow_unicode=True, width=110))


def sha256(book: PriceBook) -> str:
    """The hash of everything a book says."""
    form = Catalog(books=[book_part(book)]).form()["books"][0]
    return hashlib.sha256(json.dumps(form, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def stored(books: Sequence[PriceBook]) -> Catalog:
    """What the database holds: all meters, all products, and these books."""
    return Catalog(
        meters=[meter_part(meter) for meter in Meter.objects.order_by("code")],
        products=[product_part(product) for product in Product.objects.order_by("code")],
        books=[book_part(book) for book in books],
    )


def meter_part(meter: Meter) -> MeterPart:
    return MeterPart.model_validate({name: getattr(meter, name) for name in MeterPart.model_fields})


def product_part(product: Product) -> ProductPart:
    return ProductPart.model_validate({name: getattr(product, name) for name in ProductPart.model_fields})


def book_part(book: PriceBook) -> BookPart:
    prices = list(book.prices.order_by("position"))
    costs = book.costs.select_related("meter").order_by("position")
    packages = book.packages.prefetch_related("components__price").order_by("position")
    return BookPart(
        code=book.code,
        version=book.version,
        name=book.name,
        currency=book.currency,
        effective_from=book.effective_from,
        prices=[price_part(price) for price in prices],
        costs=[cost_part(cost) for cost in costs],
        packages=[package_part(package) for package in packages],
    )


def price_part(price: Price) -> PricePart:
    return PricePart.model_validate(
        {"component": price.component, "max_discount": price.max_discount, "source": price.source}
    )


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
    )
