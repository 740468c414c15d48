"""What a catalog file may say: the parts of a catalog, validated."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field

from catalog.models import Environment
from catalog.rules.configuration import Rule, RuleTest
from catalog.rules.guides import Guide
from catalog.rules.meters import Derivation, Outcome, Zone
from catalog.rules.values import Code, Number, Part, Percent, Prose, Source, Text, Title, Word
from pricing import Component, PriceModel


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
    limits: dict[str, Percent] = {}
    floors: dict[str, Number] = {}
    min: Number | None = None
    max: Number | None = None
    step: Number | None = None
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
    guide: Guide | None = None


class WordbookPart(Part):
    """Texts of the catalog in another language. What a file leaves out stays as it is."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
    words: Annotated[dict[Text, Text], Field(max_length=20_000)]


class BookPart(Part):
    code: Code
    version: Annotated[int, Field(ge=1, le=10_000)] = 1
    name: Annotated[str, Field(min_length=1, max_length=120)]
    environment: Environment = Environment.PRODUCTION
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
    effective_from: date
    effective_to: date | None = None
    prices: list[PricePart] = []
    costs: list[CostPart] = []
    packages: list[PackagePart] = []
    rules: Annotated[list[Rule], Field(max_length=200)] = []
    rule_tests: Annotated[list[RuleTest], Field(max_length=500)] = []


class Catalog(Part):
    """Everything a set of files says."""

    meters: list[MeterPart] = []
    products: list[ProductPart] = []
    books: list[BookPart] = []
    wordbooks: list[WordbookPart] = []

    def form(self) -> dict[str, Any]:
        """The plain form: JSON values, nothing that is empty."""
        return {"meters": [], "products": [], "books": [], **without_empty(self.model_dump(mode="json", by_alias=True))}


def without_empty(value: Any) -> Any:
    if isinstance(value, dict):
        inner = {name: without_empty(item) for name, item in value.items()}
        return {name: item for name, item in inner.items() if item not in (None, "", [], {})}
    return [without_empty(item) for item in value] if isinstance(value, list) else value
