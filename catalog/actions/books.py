"""The life of a price book: a new version, its publication by a second person, its retirement."""

from datetime import datetime

from django.db import transaction

from catalog import documents
from catalog.actions.code import write_contents
from catalog.models import PriceBook
from catalog.rules.books import why_not_discard, why_not_publish, why_not_retire, why_not_start_version
from core import audit
from core.errors import Conflict, refuse
from core.models import User

Status = PriceBook.Status


def publish_book(book: PriceBook, *, by: User, at: datetime) -> PriceBook:
    """Freeze the draft with its hash; from now on it never changes. The author cannot do it."""
    with transaction.atomic():
        # The lock keeps an author's `catalog apply` out between hashing and freezing.
        book = PriceBook.objects.select_for_update().get(pk=book.pk)
        refuse(
            why_not_publish(
                str(book), book.status, prices=book.prices.count(), author_ids=book.author_ids, person_id=by.pk
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
        versions = list(PriceBook.objects.select_for_update().filter(code=book.code).order_by("version"))
        drafts = [str(other) for other in versions if other.status == Status.DRAFT]
        refuse(why_not_start_version(str(book), book.status, draft=drafts[0] if drafts else ""))
        part = documents.book_part(book)
        draft = PriceBook.objects.create(
            code=book.code,
            version=versions[-1].version + 1,
            name=book.name,
            currency=book.currency,
            effective_from=max(book.effective_from, at.date()),
            author_ids=[by.pk],
        )
        write_contents(draft, part)
        audit.record(by, "started", subject(draft), at=at, data={"from": str(book)})
    return draft


def discard_draft(book: PriceBook, *, by: User, at: datetime) -> None:
    """Throw a draft away."""
    with transaction.atomic():
        refuse(why_not_discard(str(book), book.status))
        if PriceBook.objects.filter(pk=book.pk, status=Status.DRAFT).delete()[0] == 0:
            raise Conflict(f"Someone was faster: {book} is no longer a draft.")
        audit.record(by, "discarded", subject(book), at=at)


def retire_book(book: PriceBook, *, by: User, at: datetime) -> PriceBook:
    """Sell from this book no longer; quotes that stand on it stay as they are."""
    with transaction.atomic():
        refuse(why_not_retire(str(book), book.status))
        if PriceBook.objects.filter(pk=book.pk, status=Status.PUBLISHED).update(status=Status.RETIRED) != 1:
            raise Conflict(f"Someone was faster: {book} is no longer published.")
        audit.record(by, "retired", subject(book), at=at)
    book.refresh_from_db()
    return book


def subject(book: PriceBook) -> str:
    return f"book:{book.code}-v{book.version}"
