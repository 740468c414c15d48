"""A click that solves a problem of the draft."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.models import User
from quotes.actions.batches import rearrange
from quotes.actions.substituting import substitute
from quotes.models import QuoteVersion
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, seen


@require_POST
def fix(request: HttpRequest, number: str) -> HttpResponse:
    """Add, remove and set what the way out of the problem says, in one step."""
    user, version = draft(request, number)
    adds, removes = request.POST.getlist("add"), request.POST.getlist("remove")
    quantities = quantities_of(request.POST.getlist("set"))
    edit = Edit(structure=True, url=request.path)
    if place := request.POST.get("billing"):
        return finish(request, number, attempt(edit, partial(instead, version, place, user, seen(request))))
    if quantities is None or not (adds or removes or quantities):
        edit = replace(edit, errors={"bulk": _("This way out is not known; load the page again.")})
    at, number_seen = now(), seen(request)
    edit = attempt(
        edit,
        lambda: rearrange(
            version, adds=adds, removes=removes, quantities=quantities, by=user, at=at, edit_number=number_seen
        ),
    )
    return finish(request, number, edit)


def instead(version: QuoteVersion, place: str, user: User, number_seen: int) -> QuoteVersion:
    """Put the nearest thing that billing can bill in the place of what it cannot."""
    return substitute(version, place=place, by=user, at=now(), edit_number=number_seen)


def quantities_of(texts: list[str]) -> dict[str, Decimal] | None:
    """{"seats": 120} of "seats=120"; None if one is not written so."""
    try:
        return {key: Decimal(number) for key, number in (text.split("=", 1) for text in texts)}
    except (ValueError, InvalidOperation):
        return None
