from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core.errors import Refused
from core.http import is_partial, render_page, see_other
from core.models import User
from metering.access import importer
from metering.actions.asking import ask_for
from metering.queries.sources import source_states
from metering.sources.base import Source
from metering.sources.config import Misconfigured, configured_sources
from metering.views.room import room_tabs


@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """Where usage is read from: how far, when last, and what went wrong."""
    return show(request, importer(request))


@require_POST
def reading(request: HttpRequest, name: str) -> HttpResponse:
    """Read a source at the workers' next turn."""
    user = importer(request)
    ask_for(configured(name), by=user, at=now())
    if is_partial(request):
        return show(request, user)
    return see_other(request, reverse("metering:sources"))


def show(request: HttpRequest, user: User) -> HttpResponse:
    context = {"found": source_states(), "tabs": room_tabs(user, "sources")}
    return render_page(request, "metering/sources.html", context, part="sources")


def configured(name: str) -> Source:
    """The source of this name that the file has now."""
    try:
        found = next((source for source in configured_sources() if source.name == name), None)
    except Misconfigured as problem:
        raise Refused(str(problem)) from None
    if found is None:
        raise Http404
    return found
