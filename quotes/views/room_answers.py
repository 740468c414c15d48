"""The customer's answers: sign, after a code by mail, or decline."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from core.clock import database_now as now
from core.errors import Invalid, Problem
from core.forms import mark
from core.origin import origin_of
from quotes.actions import acceptance
from quotes.actions.signing import check_code, request_code
from quotes.forms.room import AcceptForm, DeclineForm
from quotes.views.room import done, key_of, sealed, show
from quotes.views.room_page import Forms


@require_POST
@sealed
def codes(request: HttpRequest) -> HttpResponse:
    """Mail a code to the signer."""
    at, link = now(), key_of(request)
    try:
        request_code(link, at=at)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return done("answer")


@require_POST
@sealed
def accept(request: HttpRequest) -> HttpResponse:
    """The customer's signature. What the page showed goes along and is compared."""
    at, link = now(), key_of(request)
    form = AcceptForm(request.POST, initial={"email": link.email})
    if not form.is_valid():
        return show(request, link, at=at, forms=Forms(accept=form), status=422)
    fields = form.cleaned_data
    try:
        check_code(link, fields["code"], at=at)
        acceptance.accept(
            link,
            name=fields["name"],
            title=fields["title"],
            sha256=fields["sha256"],
            shown_total=fields["total"],
            at=at,
            email=fields["email"],
            drawing=fields["drawing"],
            origin=origin_of(request),
        )
    except Invalid as error:
        mark(form, error)
        return show(request, link, at=at, forms=Forms(accept=form), status=422)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return done("answer")


@require_POST
@sealed
def decline(request: HttpRequest) -> HttpResponse:
    """The customer's no, with a reason."""
    at, link = now(), key_of(request)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return show(request, link, at=at, forms=Forms(decline=form), status=422)
    try:
        acceptance.decline(link, reason=form.cleaned_data["reason"], at=at)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return done("answer")
