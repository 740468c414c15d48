"""Catalog as code: what the files would change, and making it so in one transaction."""

from datetime import datetime
from typing import Any, NamedTuple

from django.db import transaction

from catalog import documents
from catalog.documents import BookPart, Catalog
from catalog.models import Meter, Package, PackageComponent, Price, PriceBook, Product, UnitCost, Wordbook
from catalog.rules.books import book_subject, why_not_change
from catalog.rules.content import problems
from catalog.rules.plan import Change, name_of, plan
from core import audit
from core.errors import Invalid, refuse
from core.models import User
from core.turns import take_turn

BookKey = tuple[str, str, int]  # environment, code, version


class Applied(NamedTuple):
    changes: list[Change]
    books: list[PriceBook]


def diff_catalog(wanted: Catalog) -> list[Change]:
    """What applying would change; every problem of the result is raised at once."""
    return prepare(wanted, books_named_in(wanted))


def apply_catalog(wanted: Catalog, *, by: User | None, at: datetime) -> Applied:
    """Make the catalog what the document says: all of it or nothing, and nothing the second time."""
    with transaction.atomic():
        for code in sorted({part.code for part in wanted.books}):
            take_turn(turn_of(code))
        books = books_named_in(wanted, lock=True)
        changes = prepare(wanted, books)
        if changes:
            write_meters_and_products(wanted)
            write_wordbooks(wanted, at=at)
            written = [write_book(part, books, by) for part in wanted.books]
            books = {key_of(book): book for book in written}
            audit.record(by, "applied", "catalog", at=at, data={"changes": [str(change) for change in changes]})
            record_drafts(written, changes, by=by, at=at)
        return Applied(changes, list(books.values()))


def turn_of(code: str) -> str:
    """Of who makes versions of a price book."""
    return f"price book {code}"


def record_drafts(books: list[PriceBook], changes: list[Change], *, by: User | None, at: datetime) -> None:
    """Each draft's own history says what changed in it."""
    for book in books:
        mine = [str(change) for change in changes if change.book == str(book)]
        if mine:
            audit.record(by, "edited", book_subject(book.address, book.version), at=at, data={"changes": mine})


def books_named_in(wanted: Catalog, *, lock: bool = False) -> dict[BookKey, PriceBook]:
    books = PriceBook.objects.filter(code__in={part.code for part in wanted.books}).order_by("id")
    if lock:
        books = books.select_for_update()
    named = {key_of(part) for part in wanted.books}
    return {key_of(book): book for book in books if key_of(book) in named}


def key_of(book: PriceBook | BookPart) -> BookKey:
    return (str(book.environment), book.code, book.version)


def prepare(wanted: Catalog, books: dict[BookKey, PriceBook]) -> list[Change]:
    current, form = documents.stored(list(books.values())).form(), wanted.form()
    found = problems(together(current, form))
    if found:
        raise Invalid({f"{where} ({number})": f"{where}: {what}" for number, (where, what) in enumerate(found, 1)})
    changes = plan(current, form)
    before = {name_of(entry): entry for entry in current["books"]}
    for entry in form["books"]:
        book = books.get((entry["environment"], entry["code"], entry["version"]))
        if book and entry != before[name_of(entry)]:
            refuse(why_not_change(str(book), book.status))
    return changes


def together(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """What the catalog would be: wanted meters and products over those that are there."""
    names = {section: {entry["code"] for entry in wanted[section]} for section in ("meters", "products")}
    kept = {section: [entry for entry in current[section] if entry["code"] not in names[section]] for section in names}
    sections = ("meters", "products", "books", "wordbooks")
    return {section: kept.get(section, []) + wanted.get(section, []) for section in sections}


def write_meters_and_products(wanted: Catalog) -> None:
    for model, parts in ((Meter, wanted.meters), (Product, wanted.products)):
        for part in parts:
            values = part.model_dump(mode="json", by_alias=True, exclude={"code"})
            model.objects.update_or_create(code=part.code, defaults=values)


def write_wordbooks(wanted: Catalog, *, at: datetime) -> None:
    for part in wanted.wordbooks:
        book, _new = Wordbook.objects.select_for_update().get_or_create(
            language=part.language, defaults={"changed_at": at}
        )
        words = {**book.words, **part.words}
        if words != book.words:
            Wordbook.objects.filter(pk=book.pk).update(words=words, changed_at=at)


def write_book(part: BookPart, books: dict[BookKey, PriceBook], by: User | None) -> PriceBook:
    """Write a draft's contents anew; a published book that already says the same is left alone."""
    book = books.get(key_of(part))
    if book and book.status != PriceBook.Status.DRAFT:
        return book
    if book is None:
        book = PriceBook(environment=part.environment, code=part.code, version=part.version)
    if by and by.pk not in book.author_ids:
        book.author_ids = [*book.author_ids, by.pk]
    write_contents(book, part)
    return book


def write_contents(book: PriceBook, part: BookPart) -> None:
    """Make the draft say what the part says."""
    form = part.model_dump(mode="json", include={"rules", "rule_tests"})
    for name in ("name", "currency", "effective_from", "effective_to"):
        setattr(book, name, getattr(part, name))
    book.rules, book.rule_tests = form["rules"], form["rule_tests"]
    book.save()
    for children in (book.packages, book.prices, book.costs):
        children.all().delete()
    products, meters = ids(Product), ids(Meter)
    prices = Price.objects.bulk_create(
        Price(
            book=book,
            position=position,
            key=entry.component.key,
            product_id=products[entry.component.product],
            component=entry.component.model_dump(mode="json"),
            max_discount=entry.max_discount,
            limits=stated["limits"],
            floors=stated["floors"],
            min_quantity=entry.min,
            max_quantity=entry.max,
            step_quantity=entry.step,
            source=entry.source,
        )
        for position, entry in enumerate(part.prices)
        for stated in [entry.model_dump(mode="json", include={"limits", "floors"})]
    )
    UnitCost.objects.bulk_create(
        UnitCost(
            book=book,
            position=position,
            meter_id=meters[entry.meter],
            where=entry.where,
            price=entry.price.model_dump(mode="json"),
            source=entry.source,
        )
        for position, entry in enumerate(part.costs)
    )
    write_packages(book, part, {price.key: price for price in prices})


def write_packages(book: PriceBook, part: BookPart, prices: dict[str, Price]) -> None:
    packages = Package.objects.bulk_create(
        Package(
            book=book,
            position=position,
            code=entry.code,
            name=entry.name,
            description=entry.description,
            guide=entry.guide.model_dump(mode="json", exclude_none=True) if entry.guide else {},
        )
        for position, entry in enumerate(part.packages)
    )
    PackageComponent.objects.bulk_create(
        PackageComponent(
            package=package,
            price=prices[component.price],
            position=position,
            required=component.required,
            group=component.group,
            default_quantity=component.default,
            min_quantity=component.min,
            max_quantity=component.max,
            step_quantity=component.step,
        )
        for package, entry in zip(packages, part.packages, strict=True)
        for position, component in enumerate(entry.components)
    )


def ids(model: type[Meter] | type[Product]) -> dict[str, int]:
    return dict(model.objects.values_list("code", "id"))
