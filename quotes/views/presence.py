"""Who else has this quote open, and whether somebody edited it since this page was drawn."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_POST

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
    people = " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
    return f"{people} {'is' if len(names) == 1 else 'are'} here too"
