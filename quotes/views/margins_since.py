"""What won deals earn, against what was promised. A part of the analytics page."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http import render_page
from quotes import access
from quotes.queries.margins_since import margins_since as found


@require_safe
def margins_since(request: HttpRequest) -> HttpResponse:
    user = access.margin_reader(request)
    return render_page(request, "quotes/margins_since.html", {"since": found(user)}, part="since")
