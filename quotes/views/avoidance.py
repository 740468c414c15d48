"""How a draft could do without an approval."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from core.http import render_page
from quotes import access
from quotes.queries.avoiding import Way, ways_out
from quotes.rules.transitions import Status


@dataclass(frozen=True)
class WayView:
    """A way with the address that takes it."""

    way: Way
    url: str


@require_safe
def avoidance(request: HttpRequest, number: str) -> HttpResponse:
    """The smallest single changes with which a rule would not ask, each to be applied with a click."""
    _, version = access.version(request, number)
    access.found(version.status == Status.DRAFT)
    ways = [WayView(way, address(number, way)) for way in ways_out(version, at=now())]
    context = {"ways": ways, "version": version, "quote": version.quote, "is_part": False}
    return render_page(request, "quotes/avoidance.html", context, part="ways")


def address(number: str, way: Way) -> str:
    return reverse("quotes:line", args=[number, way.line]) if way.line else reverse("quotes:facts", args=[number])
