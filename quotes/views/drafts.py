"""A quote by its number, the fields that hold for the whole draft, and new quotes."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.access import person
from core.errors import Invalid
from core.forms import mark
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission
from quotes import access
from quotes.actions.drafts import create_quote, edit_version, first_of_next_month
from quotes.actions.edits import refresh_forecast
from quotes.actions.opportunities import link_quote
from quotes.forms.draft import FactsForm, NewQuoteForm
from quotes.models import Opportunity, QuoteVersion
from quotes.rules.transitions import Status
from quotes.rules.validity import today
from quotes.views.draft_page import SUFFIXES, finish, show_draft
from quotes.views.edits import Edit, attempt, draft, first_errors, seen, typed_of
from quotes.views.version_page import show_version


@require_safe
def detail(request: HttpRequest, number: str) -> HttpResponse:
    """The quote's newest version: the builder of a draft, or the frozen page."""
    user, version = access.version(request, number)
    if version.status == Status.DRAFT:
        return show_draft(request, user, version)
    return show_version(request, user, version)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Choose the customer; the rest has sensible values that can be changed in the builder."""
    user = person(request, Permission.EDIT_QUOTES)
    form = NewQuoteForm(request.POST if request.method == "POST" else None, initial=first_values(request, now()))
    if request.method == "POST" and form.is_valid():
        try:
            version = start(user, at=now(), **form.cleaned_data)
        except Invalid as error:
            mark(form, error)
        else:
            return see_other(request, reverse("quotes:detail", args=[version.quote.number]))
    status = 422 if form.is_bound else 200
    return render_page(request, "quotes/new.html", {"form": form}, part="new-quote", status=status)


@transaction.atomic
def start(user: User, *, opportunity: int | None, at: datetime, **values: Any) -> QuoteVersion:
    """The quote, and where it was begun from an opportunity of the customer, linked to that."""
    version = create_quote(by=user, at=at, **values)
    waiting = Opportunity.objects.filter(customer=version.quote.customer_id)
    if opportunity is not None and (found := waiting.filter(pk=opportunity).first()):
        link_quote(version.quote, system=found.system, external_id=found.external_id, by=user, at=at)
    return version


def first_values(request: HttpRequest, at: datetime) -> dict[str, Any]:
    return {
        "customer": request.GET.get("customer", ""),
        "opportunity": request.GET.get("opportunity", ""),
        "start": first_of_next_month(today(at, settings.SELLER["zone"])),
        "months": 12,
    }


@require_POST
def facts(request: HttpRequest, number: str) -> HttpResponse:
    """Change what holds for the whole draft; only the fields that are sent."""
    user, version = draft(request, number)
    typed = typed_of(request, SUFFIXES)
    form = FactsForm.of(typed)
    edit = Edit(facts=tuple(typed), typed=typed, errors=first_errors(form), url=request.path)
    changes = changed(version, form)
    if changes or edit.errors:
        at, number_seen = now(), seen(request)
        edit = attempt(edit, lambda: edit_version(version, by=user, at=at, edit_number=number_seen, **changes))
    return finish(request, number, edit)


def changed(version: QuoteVersion, form: FactsForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if value != getattr(version, name)}


@require_POST
def forecast(request: HttpRequest, number: str) -> HttpResponse:
    """Forecast the draft again, on the usage that is known now."""
    user, version = draft(request, number)
    at, number_seen = now(), seen(request)
    edit = Edit(structure=True, url=request.path)
    return finish(
        request, number, attempt(edit, lambda: refresh_forecast(version, by=user, at=at, edit_number=number_seen))
    )
