"""One price of a book: its page, and its editor while the book is a draft."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from catalog import documents
from catalog.access import book_for, editable_book
from catalog.actions.drafts import drop_part, put_part
from catalog.documents import PricePart
from catalog.forms.prices import BLANK, KINDS, PriceEditor
from catalog.models import PriceBook
from catalog.queries.shelf import holders, scopes, shelf
from catalog.rules.books import why_not_change
from catalog.rules.packages import limits_in_words
from catalog.rules.removal import why_not_remove
from catalog.views.edits import Edit, attempt, reshaped, typed_tree
from catalog.views.picture import picture
from catalog.views.verbs import sees_quotes
from core.errors import refuse
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission, may


@require_http_methods(["GET", "HEAD", "POST"])
def price(request: HttpRequest, code: str, version: int, key: str) -> HttpResponse:
    """A price in words, as a chart and by examples; in a draft its editor, which saves."""
    if request.method != "POST":
        user, book = book_for(request, code, version)
        return show(request, user, book, PriceEditor.of(part_of(book, key), shelf(book)), key=key)
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    editor = typed_editor(request, book, part_of(book, key))
    return save(request, user, book, editor, key=key)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, code: str, version: int, kind: str) -> HttpResponse:
    """Put one more price into a draft."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    if kind not in KINDS:
        raise Http404
    if request.method != "POST":
        return show(request, user, book, PriceEditor.blank(kind, shelf(book)))
    return save(request, user, book, new_editor(request, book, kind))


@require_POST
def shape(request: HttpRequest, code: str, version: int, key: str) -> HttpResponse:
    """The editor with one row more or less, or of another model: nothing is saved."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    editor = typed_editor(request, book, part_of(book, key))
    return show(request, user, book, replace(editor, tree=reshaped(request)), key=key)


@require_POST
def new_shape(request: HttpRequest, code: str, version: int, kind: str) -> HttpResponse:
    """The same for a price that is not there yet."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    if kind not in KINDS:
        raise Http404
    return show(request, user, book, replace(new_editor(request, book, kind), tree=reshaped(request)))


@require_POST
def removal(request: HttpRequest, code: str, version: int, key: str) -> HttpResponse:
    """Take the price out of the draft."""
    user, book = editable_book(request, code, version)
    refuse(why_not_change(str(book), book.status))
    name = part_of(book, key).component.name or key
    refuse(why_not_remove(name, [title for _, title in holders(book, key)], scopes(book, key)))
    drop_part(book, "prices", key, by=user, at=now(), seen=request.POST.get("seen", ""))
    return see_other(request, reverse("catalog:book", args=[book.address, book.version]))


def save(request: HttpRequest, user: User, book: PriceBook, editor: PriceEditor, *, key: str = "") -> HttpResponse:
    part, errors = editor.entry()
    if part and not key and book.prices.filter(key=part.component.key).exists():
        errors = {"key": _("{key} is already in this book; choose another key.").format(key=part.component.key)}
    edit = attempt(
        Edit(errors=errors),
        lambda seen: part and put_part(book, "prices", part, by=user, at=now(), name=key, seen=seen),
        request.POST.get("seen", ""),
    )
    if edit.done and part:
        return see_other(request, reverse("catalog:price", args=[book.address, book.version, part.component.key]))
    return show(request, user, book, replace(editor, errors=edit.errors), key=key, edit=edit)


def part_of(book: PriceBook, key: str) -> PricePart:
    found = book.prices.filter(key=key).first()
    if found is None:
        raise Http404
    return documents.price_part(found)


def typed_editor(request: HttpRequest, book: PriceBook, part: PricePart) -> PriceEditor:
    stored = part.component.model_dump(mode="json")
    return PriceEditor(stored["kind"], typed_tree(request), stored, shelf(book))


def new_editor(request: HttpRequest, book: PriceBook, kind: str) -> PriceEditor:
    return PriceEditor(kind, {**BLANK[kind], **typed_tree(request)}, {"kind": kind}, shelf(book), is_new=True)


def show(
    request: HttpRequest,
    user: User,
    book: PriceBook,
    editor: PriceEditor,
    *,
    key: str = "",
    edit: Edit | None = None,
) -> HttpResponse:
    changes = may(user, Permission.EDIT_CATALOG) and book.status == PriceBook.Status.DRAFT
    part = part_of(book, key) if key else None
    held_by = holders(book, key) if key else []
    context: dict[str, Any] = {
        "book": book,
        "key": key,
        "keys": [key],
        "sees_quotes": sees_quotes(user),
        "kind": KINDS[editor.kind],
        "editor": editor if changes else None,
        "may_edit": may(user, Permission.EDIT_CATALOG),
        "seen": request.POST.get("seen") or documents.sha256(book),
        "conflict": edit.conflict if edit else "",
        "urls": addresses(book, editor.kind, key),
        "holders": held_by,
        "why_not_remove": why_not_remove(key, [name for _, name in held_by], scopes(book, key)) if changes else "",
        "part": part,
        "quantities": limits_in_words(part.min, part.max, part.step) if part else "",
        "sees_floors": may(user, Permission.SEE_MARGIN),
        "product": editor.shelf.products.get(part.component.product, "") if part else "",
        **picture(editor, book, request.POST.get("cell") or request.GET.get("cell", "")),
    }
    target = getattr(getattr(request, "htmx", None), "target", "")
    shown = "picture" if target == "picture" else "editor"
    return render_page(request, "catalog/price.html", context, part=shown, status=edit.status if edit else 200)


def addresses(book: PriceBook, kind: str, key: str) -> dict[str, str]:
    place = [book.address, book.version]
    names = {"save": "price", "shape": "price_shape", "removal": "price_removal"} if key else {}
    names = names or {"save": "new_price", "shape": "new_price_shape"}
    return {name: reverse(f"catalog:{url}", args=[*place, key or kind]) for name, url in names.items()}
