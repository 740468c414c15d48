"""A version and the steps of its life that the seller takes: submit, withdraw, revise."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST, require_safe

from core.http import see_other
from quotes import access
from quotes.actions.substituting import substitute_in_next
from quotes.actions.versions import revise, submit, withdraw
from quotes.rules.transitions import Status
from quotes.views.draft_page import show_draft
from quotes.views.edits import seen
from quotes.views.links import forget_link, kept_link
from quotes.views.version_page import show_version


@require_safe
def version(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """One version of the quote, as it was submitted."""
    user, found = access.version(request, number, version_number)
    if found.status == Status.DRAFT:
        return show_draft(request, user, found)
    kept = kept_link(request)
    response = show_version(request, user, found, **kept)
    return forget_link(response, found) if kept else response


@require_POST
def submission(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Freeze the draft and ask for its approvals."""
    user, draft = access.version(request, number, version_number)
    submit(draft, by=user, at=now(), edit_number=seen(request), note=request.POST.get("note", ""))
    return see_other(request, reverse("quotes:version", args=[number, version_number]))


@require_POST
def withdrawal(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Recall what was submitted, withdraw what was sent, or discard a draft."""
    user, found = access.version(request, number, version_number)
    withdraw(found, by=user, at=now(), note=request.POST.get("note", "")[:500])
    return see_other(request, reverse("quotes:version", args=[number, version_number]))


@require_POST
def revision(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Open a new draft with the same lines."""
    user, found = access.version(request, number, version_number)
    revise(found, by=user, at=now())
    return see_other(request, reverse("quotes:detail", args=[number]))


@require_POST
def alternative(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Open a new draft in which billing can bill what it could not, with the nearest that there is."""
    user, found = access.version(request, number, version_number)
    substitute_in_next(found, place=request.POST.get("place", ""), by=user, at=now())
    return see_other(request, reverse("quotes:detail", args=[number]))
