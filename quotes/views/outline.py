"""Sections and notes of a draft, and the order of its rows."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.models import User
from quotes.actions.outline import add_text, edit_text, move_row, move_section, move_to_section, remove_text
from quotes.models import QuoteVersion
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, seen, typed_of

STEPS = ("up", "down")


@require_POST
def texts(request: HttpRequest, number: str) -> HttpResponse:
    """Add a section or a note."""
    user, version = draft(request, number)
    typed = typed_of(request, ("text", "kind"))
    kind, words = typed.get("kind", ""), typed.get("text", "")
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, typed=typed, url=request.path),
        lambda: add_text(version, kind=kind, text=words, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_POST
def text(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Say something else in a section's heading or a note."""
    user, version = draft_with(request, number, key)
    typed = typed_of(request, ("text",))
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(line=key, typed=typed, url=request.path),
        lambda: edit_text(version, key=key, text=typed.get("text", ""), by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_POST
def text_removal(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Take a section or note off; lines stay."""
    user, version = draft_with(request, number, key)
    at, number_seen = now(), seen(request)
    edit = attempt(
        Edit(order=True, url=request.path),
        lambda: remove_text(version, key=key, by=user, at=at, edit_number=number_seen),
    )
    return finish(request, number, edit)


@require_POST
def text_position(request: HttpRequest, number: str, key: str) -> HttpResponse:
    """Move a note, where a section begins, or a section with everything under it."""
    user, version = draft_with(request, number, key)
    moving = moved_whole if "whole" in request.POST else moved
    return finish(request, number, moving(request, user, version, key))


def draft_with(request: HttpRequest, number: str, key: str) -> tuple[User, QuoteVersion]:
    user, version = draft(request, number)
    if key not in version.texts:
        raise Http404
    return user, version


def moved_whole(request: HttpRequest, user: User, version: QuoteVersion, key: str) -> Edit:
    """Move a section with its lines: "up", "down", or to a place among the sections from 1."""
    at, number_seen, to = now(), seen(request), request.POST["whole"]
    if to not in STEPS and not to.isdecimal():
        return misplaced(request)
    place: Any = to if to in STEPS else int(to)
    return attempt(
        Edit(order=True, url=request.path),
        lambda: move_section(version, key=key, to=place, by=user, at=at, edit_number=number_seen),
    )


def moved(request: HttpRequest, user: User, version: QuoteVersion, key: str) -> Edit:
    """Move a row: "up", "down", to a place from 1, or to the end of a section."""
    at, number_seen = now(), seen(request)
    edit = Edit(order=True, url=request.path)
    section, to = request.POST.get("section"), request.POST.get("to", "")
    if section is not None:
        return attempt(
            edit,
            lambda: move_to_section(version, key=key, section=section, by=user, at=at, edit_number=number_seen),
        )
    if to not in STEPS and not to.isdecimal():
        return misplaced(request)
    place = to if to in STEPS else int(to)
    return attempt(
        edit,
        lambda: move_row(version, key=key, to=place, by=user, at=at, edit_number=number_seen),  # type: ignore[arg-type]
    )


def misplaced(request: HttpRequest) -> Edit:
    return Edit(structure=True, url=request.path, errors={"to": _("Say the place as a number from 1, or up or down.")})
