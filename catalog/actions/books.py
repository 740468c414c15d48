"""The life of a price book: a new version, its publication by a second person, its retirement."""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from catalog import documents
from catalog.actions.code import turn_of, write_contents
from catalog.models import PriceBook
from catalog.queries import failing_tests
from catalog.rules.books import (
    book_subject,
    why_not_discard,
    why_not_promote,
    why_not_publish,
    why_not_retire,
    why_not_start_version,
)
from core import audit
from core.errors import Conflict, refuse
from core.models import User
from core.turns import take_turn

Status = PriceBook.Status


def publish_book(book: PriceBook, *, by: User, at: datetime) -> PriceBook:
    """Freeze the draft with its hash; from now on it never changes. The author cannot do it."""
    with transaction.atomic():
        # The lock keeps an author's `catalog apply` out between hashing and freezing.
        book = PriceBook.objects.select_for_update().get(pk=book.pk)
        refuse(
            why_not_publish(
                str(book),
                book.status,
                prices=book.prices.count(),
                author_ids=book.author_ids,
                person_id=by.pk,
                failing=failing_tests(book),
            )
        )
        book.status, book.published_at, book.published_by = Status.PUBLISHED, at, by
        book.sha256 = documents.sha256(book)
        book.save()
        audit.record(by, "published", subject(book), at=at, data={"sha256": book.sha256})
    return book


def start_version(book: PriceBook, *, by: User, at: datetime) -> PriceBook:
    """Open the next version as a draft with the same contents."""
    with transaction.atomic():
        take_turn(turn_of(book.code))
        versions = list(siblings(book, book.environment).select_for_update().order_by("version"))
        drafts = [str(other) for other in versions if other.status == Status.DRAFT]
        refuse(why_not_start_version(str(book), book.status, draft=drafts[0] if drafts else ""))
        part = documents.book_part(book)
        part = part.model_copy(update={"effective_from": max(book.effective_from, at.date()), "effective_to": None})
        draft = PriceBook(
            environment=book.environment, code=book.code, version=versions[-1].version + 1, author_ids=[by.pk]
        )
        write_contents(draft, part)
        audit.record(by, "started", subject(draft), at=at, data={"from": str(book)})
    return draft


def promote_book(book: PriceBook, *, to: str, by: User, at: datetime) -> PriceBook:
    """Copy a published version to the next environment, as a draft that a second person publishes there."""
    with transaction.atomic():
        take_turn(turn_of(book.code))
        there = {other.version: other for other in siblings(book, to).select_for_update()}
        same, drafts = there.get(book.version), [str(one) for one in there.values() if one.status == Status.DRAFT]
        refuse(
            why_not_promote(
                str(book),
                book.status,
                book.environment,
                to,
                there=same.status if same else "",
                draft=drafts[0] if drafts else "",
            )
        )
        draft = PriceBook(environment=to, code=book.code, version=book.version, author_ids=[by.pk])
        write_contents(draft, documents.book_part(book))
        audit.record(by, "promoted", subject(draft), at=at, data={"from": str(book), "sha256": book.sha256})
    return draft


def siblings(book: PriceBook, environment: str) -> QuerySet[PriceBook]:
    """All versions of the same code there."""
    return PriceBook.objects.filter(environment=environment, code=book.code)


def discard_draft(book: PriceBook, *, by: User, at: datetime) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        refuse(why_not_discard(str(book), book.status))
        if PriceBook.objects.filter(pk=book.pk, status=Status.DRAFT).delete()[0] == 0:
            raise Conflict(_("Someone was faster: {book} is no longer a draft.").format(book=book))
        audit.record(by, "discarded", subject(book), at=at)


def retire_book(book: PriceBook, *, by: User, at: datetime) -> PriceBook:
    """Sell from this book no longer; quotes that stand on it stay as they are."""
    with transaction.atomic():
        refuse(why_not_retire(str(book), book.status))
        if PriceBook.objects.filter(pk=book.pk, status=Status.PUBLISHED).update(status=Status.RETIRED) != 1:
            raise Conflict(_("Someone was faster: {book} is no longer published.").format(book=book))
        audit.record(by, "retired", subject(book), at=at)
    book.refresh_from_db()
    return book


def subject(book: PriceBook) -> str:
    return book_subject(book.address, book.version)
