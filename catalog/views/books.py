"""One price book: its page, its life, and what holds for the whole of it."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalog import documents
from catalog.access import book_for, editable_book, publishable_book, sees_drafts
from catalog.actions.books import discard_draft, promote_book, publish_book, retire_book, start_version
from catalog.actions.drafts import edit_book
from catalog.forms.books import BookForm
from catalog.models import PriceBook
from catalog.queries import pages
from catalog.queries.changes import book_changes, earlier
from catalog.queries.rules import rule_rows, test_rows
from catalog.views.edits import Edit, attempt
from catalog.views.verbs import sees_quotes, verbs
from core.http import is_partial, render_page, see_other
from core.models import User
from core.roles import Permission, may


@require_safe
def book(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """A price book: its prices in words, its packages and, for those who may see margin, its unit costs."""
    user, found = book_for(request, code, version)
    return show(request, user, found)


@require_safe
def changes(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """What is different from an earlier version, in words and in money."""
    user, found = book_for(request, code, version)
    others = pages.versions(found, drafts=sees_drafts(user))
    before = earlier(found, others, request.GET.get("since", ""))
    context = {
        "book": found,
        "before": before,
        "others": [other for other in others if other.pk != found.pk],
        "changes": book_changes(before, found, secrets=may(user, Permission.SEE_MARGIN)) if before else None,
    }
    return render_page(request, "catalog/changes.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def facts(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Change the name, the currency and the days of a draft."""
    user, found = editable_book(request, code, version)
    form = BookForm(request.POST if request.method == "POST" else None, initial=BookForm.facts_of(found))
    edit = Edit()
    if form.is_bound and form.is_valid():
        seen = request.POST.get("seen", "")
        edit = attempt(edit, lambda seen: edit_book(found, by=user, at=now(), seen=seen, **form.facts()), seen)
        if edit.done:
            return see_other(request, address(found))
    for sentence in edit.errors.values():
        form.add_error(None, sentence)
    status = edit.status if edit.status != 200 else 422 if form.is_bound else 200
    context = {"form": form, "book": found, "seen": documents.sha256(found), "conflict": edit.conflict}
    return render_page(request, "catalog/facts.html", context, part="form", status=status)


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
def promotion(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Copy a published version to the next environment, as a draft there."""
    user, found = editable_book(request, code, version)
    promoted = promote_book(found, to=request.POST.get("to", ""), by=user, at=now())
    return see_other(request, address(promoted))


@require_POST
def discarding(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Throw a draft away."""
    user, found = editable_book(request, code, version)
    discard_draft(found, by=user, at=now())
    return see_other(request, reverse("catalog:overview"))


def answer(request: HttpRequest, user: User, found: PriceBook) -> HttpResponse:
    return show(request, user, found) if is_partial(request) else see_other(request, address(found))


def show(request: HttpRequest, user: User, found: PriceBook) -> HttpResponse:
    context: dict[str, Any] = {
        "book": found,
        "authors": pages.author_names(found),
        "versions": pages.versions(found, drafts=sees_drafts(user)),
        "prices": pages.price_rows(found),
        "packages": pages.package_list(found),
        "costs": pages.cost_rows(found) if may(user, Permission.SEE_MARGIN) else None,
        "rules": rule_rows(found),
        "tests": test_rows(found),
        "sees_quotes": sees_quotes(user),
        **verbs(user, found),
    }
    return render_page(request, "catalog/book.html", context, part="book")


def address(found: PriceBook) -> str:
    return reverse("catalog:book", args=[found.address, found.version])
