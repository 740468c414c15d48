"""A wordbook beside the texts of the catalog: what is said in another language, and what is missing."""

from dataclasses import dataclass

from catalog.documents.rows import stored
from catalog.models import PriceBook
from catalog.queries.wordbooks import words_in
from catalog.rules.wordbooks import texts

MOST = 100  # rows of a page


@dataclass(frozen=True)
class Row:
    text: str
    word: str  # "" where it is missing


@dataclass(frozen=True)
class Page:
    rows: list[Row]
    found: int
    """Of how many these rows are the first."""
    missing: int
    total: int


def said_now() -> list[str]:
    """Every text of the catalog that somebody may still read: of meters, products and books that are not retired."""
    books = PriceBook.objects.exclude(status=PriceBook.Status.RETIRED).order_by("code", "version")
    return list(texts(stored(list(books)).form()))


def wordbook(language: str, *, search: str = "", missing_only: bool = False) -> Page:
    """The texts in which the search occurs, in either language, as the catalog has them."""
    words = words_in(language).said
    rows = [Row(text, words.get(text, "")) for text in said_now()]
    asked = search.strip().lower()
    fitting = [
        row
        for row in rows
        if not (missing_only and row.word) and (asked in row.text.lower() or asked in row.word.lower())
    ]
    return Page(fitting[:MOST], len(fitting), sum(not row.word for row in rows), len(rows))
