"""Which open drafts stand on a price book or some of its prices: what a change would touch."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Prefetch

from catalog.models import PriceBook
from core.data_words import told
from core.models import User
from quotes.models import QuoteLine, QuoteVersion
from quotes.rules.transitions import Status


@dataclass(frozen=True)
class DraftRow:
    """An open draft, and which of its lines are touched."""

    number: str
    title: str
    customer: str
    owner: str
    book: str
    lines: tuple[str, ...]
    currency: str
    committed: Decimal
    edited_at: datetime


def open_drafts(book: PriceBook, *, user: User, prices: Collection[str] = ()) -> tuple[DraftRow, ...]:
    """The drafts that this person sees on any version of the book, the last edited first; if `prices` are named, only
    those with a line of one of them. Two queries.
    """
    lines = QuoteLine.objects.order_by("position")
    drafts = QuoteVersion.objects.visible_to(user).filter(
        status=Status.DRAFT,
        price_book__environment=book.environment,
        price_book__code=book.code,
    )
    if prices:
        lines = lines.filter(price__key__in=prices)
        drafts = drafts.filter(lines__price__key__in=prices).distinct()
    loaded = drafts.select_related("quote__customer", "quote__owner", "price_book")
    return tuple(
        draft_row(draft) for draft in loaded.prefetch_related(Prefetch("lines", lines)).order_by("-edited_at", "-pk")
    )


def draft_row(draft: QuoteVersion) -> DraftRow:
    owner = draft.quote.owner
    return DraftRow(
        number=draft.quote.number,
        title=draft.title,
        customer=draft.quote.customer.name,
        owner=owner.get_full_name() or owner.username,
        book=str(draft.price_book),
        lines=tuple(told(line.component["name"]) for line in draft.lines.all()),
        currency=draft.currency,
        committed=draft.committed_total,
        edited_at=draft.edited_at,
    )
