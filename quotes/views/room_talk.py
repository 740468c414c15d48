"""What the customer says in the room beside an answer: questions, wishes for changes, a colleague to show it to."""

from collections.abc import Callable

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.clock import database_now as now
from core.errors import Invalid, Problem
from core.forms import mark
from quotes.actions import conversing
from quotes.forms.room import ChangesForm, ForwardForm, QuestionForm
from quotes.models import RoomLink, RoomMessage
from quotes.queries.room import line_names
from quotes.views.room import done, key_of, sealed, show
from quotes.views.room_page import Forms


@require_POST
@sealed
def questions(request: HttpRequest) -> HttpResponse:
    """Ask about a line or the whole quote."""
    link, at = key_of(request), now()
    form = QuestionForm(request.POST, lines=line_names(link.version))
    act = lambda data: conversing.say(link, text=data["text"], line=data["line"], at=at)  # noqa: E731
    return attempt(request, link, form, act, shown=Forms(question=form), place="questions")


@require_POST
@sealed
def changes(request: HttpRequest) -> HttpResponse:
    """Ask for another version."""
    link, at = key_of(request), now()
    form = ChangesForm(request.POST)
    kind = RoomMessage.Kind.CHANGES
    act = lambda data: conversing.say(link, text=data["text"], kind=kind, at=at)  # noqa: E731
    return attempt(request, link, form, act, shown=Forms(changes=form), place="questions")


@require_POST
@sealed
def forwarding(request: HttpRequest) -> HttpResponse:
    """Show it to a colleague, who may read."""
    link, at = key_of(request), now()
    form = ForwardForm(request.POST)
    act = lambda data: conversing.forward(link, name=data["name"], email=data["email"], at=at)  # noqa: E731
    return attempt(request, link, form, act, shown=Forms(forward=form), place="people")


def attempt(
    request: HttpRequest,
    link: RoomLink,
    form: forms.Form,
    act: Callable[[dict[str, str]], object],
    *,
    shown: Forms,
    place: str,
) -> HttpResponse:
    """Do it and read the room again; or show the form with what to correct."""
    at = now()
    if not form.is_valid():
        return show(request, link, at=at, forms=shown, status=422)
    try:
        act(form.cleaned_data)
    except Invalid as error:
        mark(form, error)
        return show(request, link, at=at, forms=shown, status=422)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return done(place)
