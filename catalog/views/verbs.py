"""What a person may do with a price book, and why not: for buttons and their tooltips."""

from typing import Any

from catalog.models import PriceBook
from catalog.queries import failing_tests, pages
from catalog.rules.books import (
    ENVIRONMENTS,
    why_not_discard,
    why_not_promote,
    why_not_publish,
    why_not_retire,
    why_not_start_version,
)
from core.models import User
from core.roles import Permission, may


def verbs(user: User, book: PriceBook) -> dict[str, Any]:
    """Rights and reasons of one person for one book."""
    name, status = str(book), book.status
    is_draft = status == PriceBook.Status.DRAFT
    following = next(iter(ENVIRONMENTS[ENVIRONMENTS.index(book.environment) + 1 :]), "")
    return {
        "may_edit": may(user, Permission.EDIT_CATALOG),
        "may_publish": may(user, Permission.PUBLISH_PRICES),
        "may_change": may(user, Permission.EDIT_CATALOG) and is_draft,
        "following": following,
        "why_not_publish": why_not_publish(
            name,
            status,
            prices=book.prices.count(),
            author_ids=book.author_ids,
            person_id=user.pk,
            failing=failing_tests(book) if is_draft else (),
        ),
        "why_not_promote": why_not_promoted(book, following) if following else "",
        "why_not_retire": why_not_retire(name, status),
        "why_not_start_version": why_not_start_version(name, status, draft=pages.open_draft(book)),
        "why_not_discard": why_not_discard(name, status),
    }


def why_not_promoted(book: PriceBook, to: str) -> str:
    there = {other.version: other for other in PriceBook.objects.filter(environment=to, code=book.code)}
    same = there.get(book.version)
    draft = next((str(other) for other in there.values() if other.status == PriceBook.Status.DRAFT), "")
    return why_not_promote(str(book), book.status, book.environment, to, there=same.status if same else "", draft=draft)


def sees_quotes(user: User) -> bool:
    """Whether the panels of quotes are open to this person."""
    return may(user, Permission.SEE_ALL_QUOTES) or may(user, Permission.SEE_OWN_QUOTES)
