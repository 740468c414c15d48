"""Who else has this quote open, and whether somebody edited it since this page was drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core.words import all_of
from quotes import access
from quotes.actions.presence import here
from quotes.queries.presence import others_here


@require_POST
def presence(request: HttpRequest, number: str) -> HttpResponse:
    """Say that one is here; hear who else is."""
    user, version = access.version(request, number)
    at = now()
    here(version.quote, by=user, at=at)
    names = others_here(version.quote, user, at=at)
    return render(
        request,
        "quotes/builder/presence.html",
        {
            "presence": sentence(names),
            "moved_on": request.POST.get("edit_number", "") != str(version.edit_number),
            "number": number,
        },
    )


def sentence(names: list[str]) -> str:
    """ "Ben is here too", "Ben and Fay are here too"."""
    if not names:
        return ""
    return ngettext("{people} is here too", "{people} are here too", len(names)).format(people=all_of(names))
