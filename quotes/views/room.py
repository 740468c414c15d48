"""The customer's page: no account, one link per person, only what the frozen snapshot says."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from core.charts import fan_chart
from core.errors import Invalid, Problem
from core.languages import chosen
from quotes.actions import acceptance
from quotes.actions.sending import token_hash
from quotes.documents import QuoteDocument, page
from quotes.documents import render as render_pdf
from quotes.forms.room import AcceptForm, DeclineForm
from quotes.models import RoomLink
from quotes.queries import room as queries
from quotes.rules.room import Kind, State, state_of

COOKIE = "room"
SALT = "quotes.room"

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


@require_POST
@sealed
def accept(request: HttpRequest) -> HttpResponse:
    """The customer's yes. What the page showed goes along and is compared."""
    at, link = now(), key_of(request)
    form = AcceptForm(request.POST, initial={"email": link.email})
    if not form.is_valid():
        return show(request, link, at=at, accept_form=form, status=422)
    fields = form.cleaned_data
    try:
        acceptance.accept(
            link,
            name=fields["name"],
            title=fields["title"],
            sha256=fields["sha256"],
            shown_total=fields["total"],
            at=at,
            email=fields["email"],
        )
    except Invalid as error:
        for name, message in error.errors.items():
            form.add_error(name, message)
        return show(request, link, at=at, accept_form=form, status=422)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return answered()


@require_POST
@sealed
def decline(request: HttpRequest) -> HttpResponse:
    """The customer's no, with a reason."""
    at, link = now(), key_of(request)
    form = DeclineForm(request.POST)
    if not form.is_valid():
        return show(request, link, at=at, decline_form=form, status=422)
    try:
        acceptance.decline(link, reason=form.cleaned_data["reason"], at=at)
    except Problem as error:
        return show(request, link, at=at, problem=error)
    return answered()


@require_GET
@sealed
def document(request: HttpRequest) -> HttpResponse:
    """The PDF of the same snapshot."""
    version = readable(request).version
    return pdf_response(QuoteDocument.parse(version.snapshot, version.sha256), attachment=True)


@require_GET
@sealed
def snapshot(request: HttpRequest) -> HttpResponse:
    """The frozen text itself: its SHA-256 is the fingerprint of the version."""
    return HttpResponse(readable(request).version.snapshot, content_type="application/json")


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
    accept_form: AcceptForm | None = None,
    decline_form: DeclineForm | None = None,
    problem: Problem | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page as things are now: after a refusal everything is read again."""
    link = queries.link_by_id(link.pk) or link
    state = state_of(link, link.version, at=at)
    quote = QuoteDocument.parse(link.version.snapshot, link.version.sha256)
    context = {"link": link, "state": state, "quote": quote, "problem": problem}
    if not state.readable:
        return render(request, "room/closed.html", context, status=410)
    if state.answerable:
        context["accept_form"] = accept_form or AcceptForm.blank(link, link.version, quote.committed)
        context["decline_form"] = decline_form or DeclineForm()
    context |= page.content(quote) | outcome(link, state)
    context["chart"] = bill_chart(quote)
    return render(request, "room/room.html", context, status=problem.status if problem else status)


def outcome(link: RoomLink, state: State) -> dict[str, Any]:
    """Who answered, and with what."""
    if state.kind == Kind.ACCEPTED:
        version_id = link.version_id
        return {"acceptance": queries.acceptance_of(version_id), "contract": queries.contract_number(version_id)}
    if state.kind == Kind.DECLINED:
        return {"declined_at": link.version.closed_at, "declined_because": link.version.closed_note}
    return {}


def bill_chart(quote: QuoteDocument) -> str:
    if not quote.bill:
        return ""
    bands = [bill.band for bill in quote.bill]
    return fan_chart(
        [],
        [bill.month for bill in quote.bill],
        *([float(getattr(band, name)) for band in bands] for name in ("p10", "p50", "p90")),
        label=_("Expected bill by month"),
        currency=quote.currency,
        committed=[float(bill.committed) for bill in quote.bill],
    )


def answered() -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": f"{reverse('quotes:room')}#answer"})


def pdf_response(quote: QuoteDocument, *, attachment: bool) -> HttpResponse:
    with translation.override(quote.language):
        response = HttpResponse(render_pdf(quote), content_type="application/pdf")
    kind = "attachment" if attachment else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{quote.number}-v{quote.version}.pdf"'
    return response
