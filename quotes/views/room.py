"""The customer's page: no account, one link per person, only what the frozen snapshot says."""

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET

from core.clock import database_now as now
from core.errors import Problem
from core.languages import chosen
from quotes.actions import acceptance
from quotes.actions.sending import token_hash
from quotes.documents import QuoteDocument
from quotes.documents.values import Style
from quotes.models import RoomLink
from quotes.queries import room as queries
from quotes.queries.selling import logo_bytes
from quotes.rules.room import state_of
from quotes.views.document import answer
from quotes.views.room_page import Forms, framed, page_context

COOKIE = "room"
SALT = "quotes.room"
ACCENT = re.compile(r"#[0-9a-f]{6}")

View = Callable[..., HttpResponse]


def sealed(view: View) -> View:
    """Nothing of a room is stored, indexed, or named to another site; a lost key is 404."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = view(request, *args, **kwargs)
        except Http404:
            response = render(request, "room/nothing.html", status=404)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store, private"
        response.headers["X-Robots-Tag"] = "noindex, nofollow, noarchive"
        return response

    return wrapper


@require_GET
@sealed
def enter(request: HttpRequest, token: str) -> HttpResponse:
    """Swap the token for a cookie, so that it stays in no history, log or referrer beyond this one address."""
    at = now()
    link = acceptance.open_room(token, at=at) or queries.link_by_token(token_hash(token))
    if link is None:
        raise Http404
    response = HttpResponseRedirect(reverse("quotes:room"))
    response.status_code = 303
    response.set_cookie(
        COOKIE,
        signing.dumps(link.pk, salt=SALT),
        max_age=max(int((link.expires_at - at).total_seconds()), 3600),
        path=reverse("quotes:room"),
        secure=request.is_secure(),
        httponly=True,
        samesite="Lax",
    )
    return response


@require_GET
@sealed
def room(request: HttpRequest) -> HttpResponse:
    return show(request, key_of(request), at=now())


@require_GET
@sealed
def document(request: HttpRequest) -> HttpResponse:
    """The PDF of the same snapshot."""
    return answer(request, readable(request).version, base="room/base.html", attachment=True)


@require_GET
@sealed
def snapshot(request: HttpRequest) -> HttpResponse:
    """The frozen text itself: its SHA-256 is the fingerprint of the version."""
    return HttpResponse(readable(request).version.snapshot, content_type="application/json")


@require_GET
@sealed
def brand(request: HttpRequest) -> HttpResponse:
    """The seller's colour, where the version was frozen with one."""
    accent = style_of(request).accent
    if not ACCENT.fullmatch(accent):
        raise Http404
    return render(request, "room/brand.css", {"accent": accent}, content_type="text/css")


@require_GET
@sealed
def logo(request: HttpRequest) -> HttpResponse:
    """The seller's logo, as the document has it."""
    png = logo_bytes(style_of(request).logo)
    if png is None:
        raise Http404
    return HttpResponse(png, content_type="image/png")


def style_of(request: HttpRequest) -> Style:
    """How the seller's pages look, as frozen with the version."""
    version = key_of(request).version
    return QuoteDocument.parse(version.snapshot, version.sha256).style


def key_of(request: HttpRequest) -> RoomLink:
    """The link that the cookie stands for; without one there is no room."""
    try:
        pk = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        raise Http404 from None
    link = queries.link_by_id(pk)
    if link is None:
        raise Http404
    if not chosen(request):
        # The customer's language, until the reader wants another one; LanguageMiddleware ends it.
        translation.activate(link.version.quote.customer.language)
    return link


def readable(request: HttpRequest) -> RoomLink:
    link = key_of(request)
    if not state_of(link, link.version, at=now()).readable:
        raise Http404
    return link


def show(
    request: HttpRequest,
    link: RoomLink,
    *,
    at: datetime,
    forms: Forms | None = None,
    problem: Problem | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page as things are now: after a refusal everything is read again."""
    link = queries.link_by_id(link.pk) or link
    state = state_of(link, link.version, at=at)
    if not state.readable:
        return render(request, "room/closed.html", {**framed(link.version), "link": link, "state": state}, status=410)
    context = page_context(link, state, forms or Forms(), at=at)
    context |= {"problem": problem, **more}
    return render(request, "room/room.html", context, status=problem.status if problem else status)


def done(place: str) -> HttpResponse:
    """After a write: read the room again, at that place of it."""
    return HttpResponse(status=303, headers={"Location": f"{reverse('quotes:room')}#{place}"})
