from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from catalog.access import book_for, editable_book, package_for, publishable_book, reader, sees_drafts
from catalog.actions.books import discard_draft, publish_book, retire_book, start_version
from catalog.models import PriceBook
from catalog.queries import failing_tests, pages
from catalog.rules.books import why_not_discard, why_not_publish, why_not_retire, why_not_start_version
from core.http import is_partial, render_page, see_other
from core.models import User
from core.roles import Permission, may


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Price books with status and version, products and meters."""
    user = reader(request)
    return render_page(request, "catalog/overview.html", {"catalog": pages.overview(drafts=sees_drafts(user))})


@require_safe
def book(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A price book: its prices in words, its packages and, for those who may see margin, its unit costs."""
    user, found = book_for(request, code, version)
    return show(request, user, found)


@require_safe
def package(request: HttpRequest, code: str, version: int, package: str) -> HttpResponse:
    """A package with its components and what it costs before anything is used."""
    _, book, found = package_for(request, code, version, package)
    context = {
        "book": book,
        "package": found,
        "components": pages.component_rows(found, book),
        "committed": pages.committed_in_first_year(found, book, now().date().replace(day=1)),
    }
    return render_page(request, "catalog/package.html", context)


@require_POST
def publication(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Publish a draft."""
    user, found = publishable_book(request, code, version)
    return answer(request, user, publish_book(found, by=user, at=now()))


@require_POST
def retirement(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Sell from this book no longer."""
    user, found = publishable_book(request, code, version)
    return answer(request, user, retire_book(found, by=user, at=now()))


@require_POST
def versions(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Start the next version as a draft."""
    user, found = editable_book(request, code, version)
    return see_other(request, address(start_version(found, by=user, at=now())))


@require_POST
def discarding(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Throw a draft away."""
    user, found = editable_book(request, code, version)
    discard_draft(found, by=user, at=now())
    return see_other(request, reverse("catalog:overview"))


def answer(request: HttpRequest, user: User, found: PriceBook) -> HttpResponse:
    return show(request, user, found) if is_partial(request) else see_other(request, address(found))


def show(request: HttpRequest, user: User, found: PriceBook) -> HttpResponse:
    context = {
        "book": found,
        "authors": pages.author_names(found),
        "prices": pages.price_rows(found),
        "packages": pages.package_list(found),
        "costs": pages.cost_rows(found) if may(user, Permission.SEE_MARGIN) else None,
        **actions(user, found),
    }
    return render_page(request, "catalog/book.html", context, part="book")


def actions(user: User, found: PriceBook) -> dict[str, Any]:
    """What this person may do with the book, and why not."""
    name, status = str(found), found.status
    return {
        "may_edit": may(user, Permission.EDIT_CATALOG),
        "may_publish": may(user, Permission.PUBLISH_PRICES),
        "why_not_publish": why_not_publish(
            name,
            status,
            prices=found.prices.count(),
            author_ids=found.author_ids,
            person_id=user.pk,
            failing=failing_tests(found) if status == PriceBook.Status.DRAFT else (),
        ),
        "why_not_retire": why_not_retire(name, status),
        "why_not_start_version": why_not_start_version(name, status, draft=pages.open_draft(found)),
        "why_not_discard": why_not_discard(name, status),
    }


def address(found: PriceBook) -> str:
    return reverse("catalog:book", args=[found.address, found.version])
