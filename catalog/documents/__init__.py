"""The catalog as a document: YAML in and out, validated, with one plain form for comparing and hashing."""

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
from catalog.documents.rows import book_part, meter_part, package_part, price_part, product_part, sha256, stored
from catalog.documents.text import read, validated, write

__all__ = [
    "BookPart",
    "Catalog",
    "ComponentPart",
    "CostPart",
    "MeterPart",
    "PackagePart",
    "PricePart",
    "ProductPart",
    "WordbookPart",
    "book_part",
    "meter_part",
    "package_part",
    "price_part",
    "product_part",
    "read",
    "sha256",
    "stored",
    "validated",
    "write",
]
