"""One package of a book: its page, and its editor while the book is a draft."""

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import documents
from catalog.access import editable_book, package_for, package_of
from catalog.actions.drafts import drop_part, put_part
from catalog.forms.packages import PackageEditor
from catalog.models import Package, PriceBook
from catalog.queries import pages
from catalog.queries.shelf import choices
from catalog.rules.books import why_not_change
from catalog.views.edits import Edit, attempt, reshaped, typed_tree
from catalog.views.verbs import sees_quotes
from core.errors import refuse
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission, may


@require_http_methods(["GET", "HEAD", "POST"])
def package(request: HttpRequest, code: str, version: int, package: str) -> HttpResponse:
    """A package with its components and what it costs; in a draft its editor, which saves."""
    if request.method != "POST":
        user, book, found = package_for(request, code, version, package)
        return show(request, user, book, PackageEditor.of(documents.package_part(found), choices(book)), found)
    user, book = editable_book(request, code, version)
    found = package_of(book, package)
    refuse(why_not_change(str(book), book.status))
    tree = {**typed_tree(request), "code": found.code}
    return save(request, user, book, PackageEditor(tree, choices(book)), found)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """Put one more package into a draft."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    if request.method != "POST":
        return show(request, user, book, PackageEditor({"components": [{}, {}]}, choices(book), is_new=True))
    return save(request, user, book, PackageEditor(typed_tree(request), choices(book), is_new=True))


@require_POST
def shape(request: HttpRequest, code: str, version: int, package: str) -> HttpResponse:
    """The editor with one component more, less or elsewhere: nothing is saved."""
    user, book = editable_book(request, code, version)
    found = package_of(book, package)
    refuse(why_not_change(str(book), book.status))
    tree = {**reshaped(request), "code": found.code}
    return show(request, user, book, PackageEditor(tree, choices(book)), found)


@require_POST
def new_shape(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The same for a package that is not there yet."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    return show(request, user, book, PackageEditor(reshaped(request), choices(book), is_new=True))


@require_POST
def removal(request: HttpRequest, code: str, version: int, package: str) -> HttpResponse:
    """Take the package out of the draft."""
    user, book = editable_book(request, code, version)
    found = package_of(book, package)
    refuse(why_not_change(str(book), book.status))
    drop_part(book, "packages", found.code, by=user, at=now(), seen=request.POST.get("seen", ""))
    return see_other(request, reverse("catalog:book", args=[book.address, book.version]))


def save(
    request: HttpRequest, user: User, book: PriceBook, editor: PackageEditor, found: Package | None = None
) -> HttpResponse:
    part, errors = editor.part()
    if part and found:
        part = part.model_copy(update={"guide": documents.package_part(found).guide})
    if part and not found and book.packages.filter(code=part.code).exists():
        errors = {"code": _("{code} is already in this book; choose another code.").format(code=part.code)}
    edit = attempt(
        Edit(errors=errors),
        lambda seen: (
            part and put_part(book, "packages", part, by=user, at=now(), name=found.code if found else "", seen=seen)
        ),
        request.POST.get("seen", ""),
    )
    if edit.done and part:
        return see_other(request, reverse("catalog:package", args=[book.address, book.version, part.code]))
    return show(request, user, book, replace(editor, errors=edit.errors), found, edit=edit)


def show(
    request: HttpRequest,
    user: User,
    book: PriceBook,
    editor: PackageEditor,
    found: Package | None = None,
    *,
    edit: Edit | None = None,
) -> HttpResponse:
    changes = may(user, Permission.EDIT_CATALOG) and book.status == PriceBook.Status.DRAFT
    stored = package_of(book, found.code) if found else None
    context: dict[str, Any] = {
        "book": book,
        "package": stored,
        "keys": [entry.price.key for entry in stored.components.all()] if stored else [],
        "sees_quotes": sees_quotes(user),
        "editor": editor if changes else None,
        "components": pages.component_rows(stored, book) if stored else [],
        "committed": pages.committed_in_first_year(stored, book, now().date().replace(day=1)) if stored else None,
        "seen": request.POST.get("seen") or documents.sha256(book),
        "conflict": edit.conflict if edit else "",
        "urls": addresses(book, stored),
    }
    return render_page(request, "catalog/package.html", context, part="editor", status=edit.status if edit else 200)


def addresses(book: PriceBook, package: Package | None) -> dict[str, str]:
    place = [book.address, book.version]
    if package is None:
        return {name: reverse(f"catalog:{url}", args=place) for name, url in NEW.items()}
    return {name: reverse(f"catalog:{url}", args=[*place, package.code]) for name, url in STORED.items()}


NEW = {"save": "new_package", "shape": "new_package_shape"}
STORED = {"save": "package", "shape": "package_shape", "removal": "package_removal"}
