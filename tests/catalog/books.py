"""A draft book to try things on."""

from pathlib import Path

import yaml

from catalog import documents
from catalog.actions.code import apply_catalog
from catalog.models import PriceBook
from tests.factories import AT, CATALOG

DEMO = Path(__file__).resolve().parents[2] / "catalog" / "demo"


def read(text: str) -> documents.Catalog:
    return documents.read([("catalog.yaml", text)])


def small(**changes):
    """The catalog of the tests as a mapping one may change before it is read."""
    return {**yaml.safe_load(CATALOG.read_text()), **changes}


def read_mapping(content) -> documents.Catalog:
    return read(yaml.safe_dump(content))


def make_draft(by) -> PriceBook:
    [book] = apply_catalog(read(CATALOG.read_text()), by=by, at=AT).books
    return book


def demo() -> documents.Catalog:
    return documents.read([(path.name, path.read_text()) for path in sorted(DEMO.glob("*.yaml"))])
