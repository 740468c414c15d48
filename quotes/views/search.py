"""The search over everything, as a page and inside the palette."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http import render_page
from core.navigation import commands
from quotes import access
from quotes.queries.search import search

IN_PALETTE = 5


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """What the text finds among all that is open to this person."""
    user = access.searcher(request)
    text = typed(request)
    return render_page(request, "quotes/search.html", {"text": text, "groups": search(user, text)}, part="found")


@require_safe
def palette(request: HttpRequest) -> HttpResponse:
    """Pages and actions open to this person whose names the text begins, and what it finds."""
    user = access.searcher(request)
    text = typed(request)
    context = {"text": text, "commands": commands(request, text), "groups": search(user, text, most=IN_PALETTE)}
    return render_page(request, "quotes/palette.html", context, part="options")


def typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").strip().replace("\x00", "")[:100]
