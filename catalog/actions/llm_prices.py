"""Published prices of language models into a draft price book, or as the unit costs of one."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from importlib.metadata import version as version_of
from typing import Any, NamedTuple

from django.db import transaction
from genai_prices.data import providers as published

from catalog import documents
from catalog.actions.code import apply_catalog, turn_of
from catalog.models import Meter, PriceBook
from catalog.rules.llm_prices import Translated, effective_from, next_change, translate
from catalog.rules.plan import Change
from core.errors import Invalid, Refused
from core.models import User
from core.turns import take_turn

CODE = "llm-list"
PACKAGE = "genai-prices"
Dimensions = Mapping[str, Sequence[str]]


class Imported(NamedTuple):
    """What was changed, by the book's name; what has no price; whose prices were rounded; when prices change next."""

    book: str
    changes: list[Change]
    left_out: list[str]
    rounded: list[str]
    next_change: date | None


def import_book(
    *, by: User, at: datetime, on: date, environment: str, code: str = CODE, chosen: Collection[str] = ()
) -> Imported:
    """Make a draft say what the prices of a day are, with the same figures as unit costs; nothing the second time.

    A published book that says the same is left alone; where it does not, its next version is drafted.
    """
    found = translated(on, chosen)
    with transaction.atomic():
        take_turn(turn_of(code))
        books = PriceBook.objects.select_for_update().filter(environment=environment, code=code)
        latest = books.order_by("version").last()
        content = {
            "name": "Published prices of language models",
            "currency": "USD",
            "effective_from": effective_from(published, on).isoformat(),
            "prices": found.prices,
            "costs": found.costs,
        }
        if latest is not None and latest.status != PriceBook.Status.DRAFT and same(latest, content):
            return imported(str(latest), [], found, on)
        number = 1 if latest is None else latest.version + (latest.status != PriceBook.Status.DRAFT)
        book = {"code": code, "environment": environment, "version": number, **content}
        applied = apply_catalog(catalog_of(found, book), by=by, at=at)
        return imported(str(applied.books[0]), applied.changes, found, on)


def import_costs(*, by: User, at: datetime, on: date, draft: PriceBook, chosen: Collection[str] = ()) -> Imported:
    """Make the published prices the unit costs of a draft: its other costs, prices and packages stay."""
    found = translated(on, chosen)
    with transaction.atomic():
        take_turn(turn_of(draft.code))
        draft = PriceBook.objects.select_for_update().get(pk=draft.pk)
        if draft.currency != "USD":
            raise Refused(f"The published prices are in USD, {draft} is in {draft.currency}.")
        ours = {meter["code"] for meter in found.meters}
        book = documents.Catalog(books=[documents.book_part(draft)]).form()["books"][0]
        book["costs"] = [cost for cost in book.get("costs", []) if cost["meter"] not in ours] + found.costs
        applied = apply_catalog(catalog_of(found, book, with_products=False), by=by, at=at)
        return imported(str(draft), applied.changes, found, on)


def translated(on: date, chosen: Collection[str]) -> Translated:
    known = {provider.id for provider in published}
    if unknown := sorted(set(chosen) - known):
        raise Invalid({"provider": f"There is no provider {unknown[0]}; use one of {', '.join(sorted(known))}."})
    return translate(published, on=on, source=f"{PACKAGE} {version_of(PACKAGE)}", chosen=chosen)


def same(book: PriceBook, content: dict[str, Any]) -> bool:
    """Whether a book already has these prices and costs, wherever they were read."""
    wanted = documents.validated({"meters": [], "products": [], "books": [{"code": book.code, **content}]}).books[0]
    there = documents.book_part(book)
    priced = [[part.component for part in one.prices] for one in (there, wanted)]
    costing = [[(part.meter, part.where, part.price) for part in one.costs] for one in (there, wanted)]
    return priced[0] == priced[1] and costing[0] == costing[1]


def catalog_of(found: Translated, book: dict[str, Any], *, with_products: bool = True) -> documents.Catalog:
    """The catalog to apply. A meter keeps the values it has already: an older book or event may speak of them."""
    stored = dict(Meter.objects.values_list("code", "dimensions"))
    meters = [
        {**meter, "dimensions": together(stored.get(meter["code"], {}), meter["dimensions"])} for meter in found.meters
    ]
    products = found.products if with_products else []
    return documents.validated({"meters": meters, "products": products, "books": [book]})


def together(before: Dimensions, wanted: Dimensions) -> Dimensions:
    return {name: list(dict.fromkeys([*wanted.get(name, []), *before.get(name, [])])) for name in {**wanted, **before}}


def imported(book: str, changes: list[Change], found: Translated, on: date) -> Imported:
    return Imported(book, changes, found.left_out, found.rounded, next_change(published, on))
