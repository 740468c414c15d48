"""The lines of a draft: add, edit, move, remove."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from catalog.models import Package, Price
from core.errors import refuse
from core.http import is_partial, render_page
from quotes import access
from quotes.actions.lines import add_package, add_price, edit_line, remove_line, remove_package
from quotes.forms.draft import PRICE, LineForm
from quotes.models import QuoteLine
from quotes.queries.shelf import found_prices, shelf
from quotes.rules.line_months import MONTHS
from quotes.rules.verbs import why_not_edit
from quotes.views.draft_page import addresses, finish
from quotes.views.edits import Edit, attempt, draft, first_errors, seen, typed_of
from quotes.views.outline import moved

IN_PANEL = ("optional", "discount_from", "discount_to", *MONTHS)
FIELDS = ("quantity", "allowance", "discount_percent", *IN_PANEL)


@require_http_methods(["GET", "HEAD", "POST"])
def packages(request: HttpRequest, number: str) -> HttpResponse:
    """The packages of the draft's book, with why one cannot be taken as the draft stands; put one on the draft."""
    if request.method != "POST":
        _, version = access.version(request, number)
        context = {"shelf": shelf(version), "version": version, "urls": addresses(version), "configures": True}
        return render_page(request, "quotes/packages.html", context, part="packages")
    user, version = draft(request, number)
    package = get_object_or_404(Package, book=version.price_book_id, code=request.POST.get("package", ""))
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, url=request.path),
        lambda: add_package(version, package=package, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_POST
def package_removal(request: HttpRequest, number: str, package: str) -> HttpResponse:
    """Take a whole package off the draft."""
    user, version = draft(request, number)
    leaving = get_object_or_404(Package, book=version.price_book_id, code=package)
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, url=request.path),
        lambda: remove_package(version, package=leaving, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_http_methods(["GET", "HEAD", "POST"])
def prices(request: HttpRequest, number: str) -> HttpResponse:
    """Find single prices in the draft's book; put one on the draft."""
    if request.method != "POST":
        user, version = access.version(request, number)
        found = found_prices(version, request.GET.get("search", "")[:100])
        context = {
            "offers": found,
            "version": version,
            "urls": addresses(version),
            "is_part": is_partial(request),
            "configures": bool(version.price_book.rules),
        }
        return render_page(request, "quotes/prices.html", context, part="offers")
    user, version = draft(request, number)
    price = get_object_or_404(Price, book=version.price_book_id, key=request.POST.get("price", ""))
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, url=request.path),
        lambda: add_price(version, price=price, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_POST
def line(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Change a line; only the fields that are sent."""
    user, mine = access.line(request, number, key)
    refuse(why_not_edit(mine.version, by=user))
    typed = typed_of(request, [*FIELDS, *(name for name in request.POST if name.startswith(PRICE))])
    form = LineForm.of(typed)
    panel = any(name in typed for name in IN_PANEL)
    edit = Edit(line=key, typed=typed, errors=first_errors(form), url=request.path, panel=panel)
    at, number_seen = now(), seen(request)
    edit = attempt(edit, lambda: edit_line(mine, by=user, at=at, edit_number=number_seen, **form.changes()))
    return finish(request, number, by_price(edit))


def by_price(edit: Edit) -> Edit:
    """Errors under the names of the inputs: the action says "prices.<path>"."""
    errors = {name.replace("prices.", PRICE, 1): message for name, message in edit.errors.items()}
    return replace(edit, errors=errors)


@require_POST
def removal(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Take a line off; the focus goes to the line that takes its place."""
    user, mine = access.line(request, number, key)
    refuse(why_not_edit(mine.version, by=user))
    edit = Edit(order=True, url=request.path, focus=neighbour(mine))
    at, number_seen = now(), seen(request)
    edit = attempt(edit, lambda: remove_line(mine, by=user, at=at, edit_number=number_seen))
    return finish(request, number, edit)


def neighbour(mine: QuoteLine) -> str:
    """The key of the line after this one, else of the one before."""
    others = mine.version.lines.exclude(pk=mine.pk)
    after = others.filter(position__gt=mine.position).order_by("position").values_list("key", flat=True).first()
    return after or others.order_by("-position").values_list("key", flat=True).first() or ""


@require_POST
def position(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Move a line to another place."""
    user, mine = access.line(request, number, key)
    refuse(why_not_edit(mine.version, by=user))
    return finish(request, number, moved(request, user, mine.version, key))
