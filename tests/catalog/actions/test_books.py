from datetime import date

import pytest
from django.db import IntegrityError, transaction

from catalog import documents, queries
from catalog.actions.books import discard_draft, publish_book, retire_book, start_version
from catalog.models import Package, PackageComponent, Price, PriceBook, UnitCost
from core import audit
from core.errors import Conflict, Refused
from tests.catalog.books import make_draft
from tests.factories import AT, make_book


def test_a_second_person_publishes_and_the_hash_is_kept(pia, fay):
    book = publish_book(make_draft(pia), by=fay, at=AT)
    assert (book.status, book.published_by, book.sha256) == ("published", fay, documents.sha256(book))
    assert audit.history("book:tests-v1").get(verb="published").data == {"sha256": book.sha256}


def test_the_author_cannot_publish_and_nothing_changes(pia):
    book = make_draft(pia)
    with pytest.raises(Refused, match="a second person publishes it"):
        publish_book(book, by=pia, at=AT)
    book.refresh_from_db()
    assert (book.status, book.sha256) == ("draft", "")


def test_the_database_refuses_an_author_too(pia):
    book = make_draft(pia)
    with pytest.raises(IntegrityError, match="an author cannot publish it"), transaction.atomic():
        PriceBook.objects.filter(pk=book.pk).update(
            status="published", published_by=pia, published_at=AT, sha256="0" * 64
        )


def test_publishing_twice_and_an_empty_book_are_refused(pia, fay):
    book = publish_book(make_draft(pia), by=fay, at=AT)
    with pytest.raises(Refused, match="already published"):
        publish_book(book, by=fay, at=AT)
    empty = PriceBook.objects.create(code="empty", name="Empty", currency="USD", effective_from=date(2026, 1, 1))
    with pytest.raises(Refused, match="no prices yet"):
        publish_book(empty, by=fay, at=AT)


WRITES = {
    "price changed": lambda book: book.prices.update(max_discount=1),
    "price removed": lambda book: PackageComponent.objects.filter(package__book=book).delete(),
    "price added": lambda book: Price.objects.create(
        book=book, key="x", position=9, product=book.prices.first().product, component={}
    ),
    "cost changed": lambda book: book.costs.update(source="x"),
    "cost added": lambda book: UnitCost.objects.create(
        book=book, position=9, meter=book.costs.first().meter, where={"x": "y"}, price={}
    ),
    "package changed": lambda book: book.packages.update(name="x"),
    "component changed": lambda book: PackageComponent.objects.filter(package__book=book).update(required=False),
    "book changed": lambda book: PriceBook.objects.filter(pk=book.pk).update(name="x"),
    "book reopened": lambda book: PriceBook.objects.filter(pk=book.pk).update(
        status="draft", published_at=None, published_by=None, sha256=""
    ),
    "book removed": lambda book: book.delete(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES.keys())
def test_the_database_keeps_a_published_book_as_it_is(db, write):
    book = make_book()
    before = documents.book_part(book)
    with pytest.raises(IntegrityError, match=r"cannot (change|be deleted)"), transaction.atomic():
        write(book)
    assert documents.book_part(PriceBook.objects.get(pk=book.pk)) == before


def test_a_package_holds_prices_of_its_own_book_only(pia):
    book = make_book()
    draft = start_version(book, by=pia, at=AT)
    package = Package.objects.get(book=draft, code="hybrid")
    with pytest.raises(IntegrityError, match="its own book only"), transaction.atomic():
        PackageComponent.objects.create(package=package, price=book.prices.first(), position=9)


def test_a_new_version_says_the_same_until_it_is_changed(pia):
    book = make_book()
    draft = start_version(book, by=pia, at=AT)
    assert (draft.version, draft.status, draft.author_ids) == (2, "draft", [pia.pk])
    same = {"version", "effective_from"}
    assert documents.book_part(draft).model_dump(exclude=same) == documents.book_part(book).model_dump(exclude=same)
    with pytest.raises(Refused, match="tests v2 is already open"):
        start_version(book, by=pia, at=AT)
    with pytest.raises(Refused, match="itself a draft"):
        start_version(draft, by=pia, at=AT)


def test_a_draft_is_discarded_and_a_published_book_is_not(pia):
    book = make_book()
    draft = start_version(book, by=pia, at=AT)
    stale = PriceBook.objects.get(pk=draft.pk)
    discard_draft(draft, by=pia, at=AT)
    with pytest.raises(Conflict):
        discard_draft(stale, by=pia, at=AT)
    with pytest.raises(Refused, match="quotes may stand on it"):
        discard_draft(book, by=pia, at=AT)
    assert PriceBook.objects.get() == book


def test_a_retired_book_is_sold_from_no_longer(fay):
    book = make_book()
    assert queries.published_book("USD", date(2026, 11, 24)) == book
    retire_book(book, by=fay, at=AT)
    assert queries.published_book("USD", date(2026, 11, 24)) is None
    with pytest.raises(Refused, match="only a published book is retired"):
        retire_book(PriceBook.objects.get(), by=fay, at=AT)


def test_the_book_in_force_is_the_one_effective_last(pia, fay):
    book = make_book()
    later = start_version(book, by=pia, at=AT)
    PriceBook.objects.filter(pk=later.pk).update(effective_from=date(2027, 1, 1))
    publish_book(later, by=fay, at=AT)
    assert queries.published_book("USD", date(2025, 12, 31)) is None
    assert queries.published_book("USD", date(2026, 12, 31)) == book
    assert queries.published_book("USD", date(2027, 1, 1)) == later
    assert queries.published_book("EUR", date(2027, 1, 1)) is None
