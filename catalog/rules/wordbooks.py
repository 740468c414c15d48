"""What a catalog says to people, text by text: that is what a wordbook may say in another language. Pure."""

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any

Json = Mapping[str, Any]


def texts(form: Json) -> Iterator[str]:
    """Every text of a catalog's plain form, once, in its order."""
    found = chain(
        *map(meter_texts, form.get("meters", [])),
        *map(product_texts, form.get("products", [])),
        *map(book_texts, form.get("books", [])),
    )
    yield from dict.fromkeys(filter(None, found))


def meter_texts(meter: Json) -> Iterator[str]:
    yield meter["name"]
    yield from units(meter["unit"])
    yield meter.get("display_unit", "")
    for dimension, values in meter.get("dimensions", {}).items():
        yield from (dimension, *values)


def units(unit: str) -> Iterator[str]:
    """One and several of them."""
    yield unit
    yield plural(unit)


def plural(unit: str) -> str:
    """Symbols have none: "GB", "USD"."""
    return unit if not unit or unit.endswith("s") or unit[-1].isupper() else f"{unit}s"


def product_texts(product: Json) -> Iterator[str]:
    yield product["name"]
    yield product.get("description", "")


def book_texts(book: Json) -> Iterator[str]:
    yield book["name"]
    for price in book.get("prices", []):
        yield price["component"]["name"]
        yield from units(price["component"].get("unit") or "")
    for package in book.get("packages", []):
        yield package["name"]
        yield package.get("description", "")
        yield from guide_texts(package.get("guide") or {})
    yield from (rule["message"] for rule in book.get("rules", []))


def guide_texts(guide: Json) -> Iterator[str]:
    for question in guide.get("questions", []):
        yield question["ask"]
        yield question.get("help", "")
        yield question.get("unit", "")
        yield from (choice["label"] for choice in question.get("choices", []))
    yield guide.get("because", "")
    yield from (one["because"] for one in (*guide.get("lines", []), *guide.get("usage", [])))


def extended(current: list[Json], wanted: list[Json]) -> list[dict[str, Any]]:
    """The wordbooks as they would be: what a file leaves out stays."""
    known = {book["language"]: book["words"] for book in current}
    return [{**book, "words": {**known.get(book["language"], {}), **book["words"]}} for book in wanted]
