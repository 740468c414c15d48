"""What the customer moves and opens: her own usage, the options, how a price comes about."""

from decimal import Decimal, InvalidOperation

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET, require_http_methods

from core.clock import database_now as now
from core.errors import Invalid, Problem
from core.fields import lenient
from core.http import render_page
from quotes.actions.picking import pick
from quotes.documents import page
from quotes.queries.explanations import explanation
from quotes.queries.selecting import selection as selected
from quotes.rules.room import state_of
from quotes.views.explanations import chosen_month
from quotes.views.room import done, key_of, readable, sealed, show
from quotes.views.room_page import framed, usage_context

PREFIX = "usage:"


@require_GET
@sealed
def bill(request: HttpRequest) -> HttpResponse:
    """Her bill at the usage she chose: the part that shows it, or a page of its own without script."""
    version = readable(request).version
    frame = framed(version)
    quote = frame["quote"]
    context = {**frame, **page.content(quote), **usage_context(version, quote, wanted(request))}
    return render_page(request, "room/bill.html", context, part="own-bill")


def wanted(request: HttpRequest) -> dict[str, Decimal]:
    """Usage by series, as typed; what is no number is left as forecast."""
    found = {}
    for name, text in request.GET.items():
        if name.startswith(PREFIX):
            try:
                found[name.removeprefix(PREFIX)] = lenient(str(text))
            except (ValueError, InvalidOperation):
                continue
    return found


@require_GET
@sealed
def line(request: HttpRequest, key: str) -> HttpResponse:
    """How the price of a line comes about in one month, step by step."""
    version = readable(request).version
    frame = framed(version)
    quote = frame["quote"]
    found = next((one for one in (*quote.lines, *quote.options) if one.key == key), None)
    if found is None:
        raise Http404
    context = {
        **frame,
        "line": page.line_row(found, quote.currency),
        "key": key,
        "explained": explanation(version, key, month=chosen_month(request)),
    }
    return render_page(request, "room/price.html", context, part="price")


@require_http_methods(["GET", "POST"])
@sealed
def selection(request: HttpRequest) -> HttpResponse:
    """The totals with the ticked options; a POST takes them into the deal."""
    if request.method == "POST":
        return take(request)
    at, link = now(), readable(request)
    version = link.version
    frame = framed(version)
    quote = frame["quote"]
    found = selected(version, request.GET.getlist("pick"), at=at)
    names = [one.name for one in quote.options if one.key in found.picked]
    context = {**frame, "selection": found, "names": names, "answerable": state_of(link, version, at=at).answerable}
    return render_page(request, "room/selection.html", context, part="selection-totals")


def take(request: HttpRequest) -> HttpResponse:
    at, link = now(), key_of(request)
    try:
        picked = pick(link, keys=request.POST.getlist("pick"), sha256=request.POST.get("sha256", ""), at=at)
    except Invalid as error:
        return show(request, link, at=at, status=422, pick_error=error.sentence)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return done("questions" if picked.asked else "pay")
