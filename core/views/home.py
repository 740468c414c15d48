"""The first page after signing in."""

from django.http import HttpRequest, HttpResponse

from core.access import person
from core.http import render_page
from core.navigation import first_action, panels


def home(request: HttpRequest) -> HttpResponse:
    """Greets the person; the panels of other apps come by address."""
    user = person(request)
    context = {"person": user, "panels": panels(request), "begin": first_action(request)}
    return render_page(request, "core/home.html", context)
