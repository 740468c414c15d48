"""Sending a version to the customer: each link is shown once, then only its hash is known."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_POST

from core.clock import database_now
from core.errors import Invalid
from core.forms import mark
from core.http import is_partial, see_other
from core.models import User
from core.origin import origin_of
from customers.models import Contact
from quotes import access
from quotes.actions.acceptance import countersign
from quotes.actions.conversing import reply as answer
from quotes.actions.sending import create_room_link, resend, revoke_room_link, send
from quotes.forms.deciding import LinkForm
from quotes.models import QuoteVersion
from quotes.views.version_page import show_version

COOKIE = "new-link"
SECONDS = 120


@require_POST
def sending(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Open the customer's page to one of the customer's contacts, who may accept."""
    user, version = access.version(request, number, version_number)
    contact = None
    if request.POST.get("contact"):
        contact = get_object_or_404(Contact, customer=version.quote.customer_id, pk=whole(request.POST["contact"]))
    message, countersign = request.POST.get("message", ""), "countersign" in request.POST
    sent = send(version, by=user, at=now(), contact=contact, message=message, countersign=countersign)
    return shown_once(request, user, number, version_number, name=sent.link.name, token=sent.token)


def whole(text: str) -> int:
    return int(text) if text.isdecimal() else 0


@require_POST
def links(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Another person's link to a version that was sent."""
    user, version = access.version(request, number, version_number)
    form = LinkForm(request.POST, auto_id="link-%s")
    if form.is_valid():
        try:
            link, token = create_room_link(version, by=user, at=now(), **form.cleaned_data)
        except Invalid as error:
            mark(form, error)
        else:
            return shown_once(request, user, number, version_number, name=link.name, token=token)
    return show_version(request, user, version, part="links", status=422, link_form=form, link_form_open=True)


@require_POST
def revocation(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A link stops working at once."""
    user, link = access.room_link(request, number, pk)
    revoke_room_link(link, by=user, at=now())
    return links_again(request, user, number, link.version.number)


@require_POST
def mailing(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The same link and the PDF once more by mail."""
    user, link = access.room_link(request, number, pk)
    resend(link, by=user, at=now())
    return links_again(request, user, number, link.version.number)


@require_POST
def countersignature(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """The seller's own signature, after the customer's."""
    user, version = access.version(request, number, version_number)
    title, sha256 = request.POST.get("title", ""), request.POST.get("sha256", "")
    countersign(version, title=title, sha256=sha256, by=user, at=database_now(), origin=origin_of(request))
    return links_again(request, user, number, version_number)


@require_POST
def reply(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """The seller's answer to what the customer asked in the room."""
    user, message = access.message(request, number, pk)
    answer(message, text=request.POST.get("answer", ""), by=user, at=now())
    _user, version = access.version(request, number)
    return links_again(request, user, number, version.number, place="customer-questions")


def links_again(
    request: HttpRequest, user: User, number: str, version_number: int, *, place: str = "links"
) -> HttpResponse:
    if not is_partial(request):
        return see_other(request, reverse("quotes:version", args=[number, version_number]) + f"#{place}")
    _user, version = access.version(request, number, version_number)
    return show_version(request, user, version, part=place)


def shown_once(
    request: HttpRequest, user: User, number: str, version_number: int, *, name: str, token: str
) -> HttpResponse:
    """The page with the new link; a plain browser keeps it in a signed cookie until the next page shows it."""
    if is_partial(request):
        _, version = access.version(request, number, version_number)
        return show_version(request, user, version, part="links", new_link=address(request, token), new_link_for=name)
    page = reverse("quotes:version", args=[number, version_number])
    response = see_other(request, page + "#links")
    response.set_signed_cookie(
        COOKIE,
        f"{token} {name}",
        max_age=SECONDS,
        path=page,
        httponly=True,
        samesite="Strict",
        secure=request.is_secure(),
    )
    return response


def address(request: HttpRequest, token: str) -> str:
    return request.build_absolute_uri(reverse("quotes:room_enter", args=[token]))


def kept_link(request: HttpRequest) -> dict[str, Any]:
    """The link of a moment ago, for the page that shows it once."""
    token, _, name = str(request.get_signed_cookie(COOKIE, default="", max_age=SECONDS)).partition(" ")
    return {"new_link": address(request, token), "new_link_for": name} if token else {}


def forget_link(response: HttpResponse, version: QuoteVersion) -> HttpResponse:
    response.delete_cookie(COOKIE, path=reverse("quotes:version", args=[version.quote.number, version.number]))
    return response
