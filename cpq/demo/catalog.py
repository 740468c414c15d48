"""What the demo company sells: written by Pia, published by Fay; a reseller's price book is left as a draft."""

from datetime import datetime
from pathlib import Path

from catalog import documents
from catalog.actions.books import publish_book
from catalog.actions.code import apply_catalog
from catalog.models import PriceBook
from core.models import User

FOLDER = Path(__file__).resolve().parents[2] / "catalog" / "demo"


def load(at: datetime) -> str:
    """Apply the demo catalog, unless its price book is there already, and publish it."""
    if not PriceBook.objects.filter(code="standard").exists():
        pia, fay = User.objects.get(username="pia"), User.objects.get(username="fay")
        files = [(path.name, path.read_text()) for path in sorted(FOLDER.glob("*.yaml"))]
        for book in apply_catalog(documents.read(files), by=pia, at=at).books:
            if book.code == "standard":
                publish_book(book, by=fay, at=at)
    return "the price book"
