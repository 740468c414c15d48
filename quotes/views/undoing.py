"""Undo and redo of a draft's edits."""

from collections.abc import Callable
from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from quotes.actions.undoing import redo as redo_edit
from quotes.actions.undoing import undo as undo_edit
from quotes.models import QuoteVersion
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, seen


@require_POST
def undo(request: HttpRequest, number: str) -> HttpResponse:
    """Take back the last edit of the draft."""
    return step(request, number, undo_edit, _("Undone"))


@require_POST
def redo(request: HttpRequest, number: str) -> HttpResponse:
    """Make again what was undone last."""
    return step(request, number, redo_edit, _("Done again"))


def step(request: HttpRequest, number: str, write: Callable[..., QuoteVersion], verb: str) -> HttpResponse:
    user, version = draft(request, number)
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, whole=True, url=request.path),
        lambda: write(version, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, replace(edit, said=f"{verb}: {edit.written.said}." if edit.written else ""))
