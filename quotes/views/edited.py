"""What one entry of the timeline changed, field by field."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http import render_page
from quotes import access
from quotes.queries.edited import edited as found_of


@require_safe
def edited(request: HttpRequest, number: str, first: int, last: int) -> HttpResponse:
    """A part of the timeline, and a page of its own."""
    _, quote = access.quote(request, number)
    found = found_of(quote.number, first, last)
    if found is None:
        raise Http404
    return render_page(request, "quotes/edited.html", {"quote": quote, "edited": found}, part="edited-part")
