"""Contracts and their hand-off to billing."""

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from billing import access
from billing.actions import helping
from billing.queries import contracts as queries
from billing.rules import ASKING, why_not_check, why_not_retry, why_not_solve
from billing.targets.base import Rejected
from core.errors import Invalid, Refused
from core.http import is_partial, render_page, see_other, toast
from core.models import User
from core.outbox import Again
from core.roles import Permission, may
from customers.models import Customer
from quotes.models import Contract

PAGE = 50
PARTS = ("chain", "timeline", "state")


@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """Every contract the person may see, newest first, narrowed by the filters in the address."""
    _user, visible = access.contracts(request)
    filters = {name: request.GET.get(name, "").strip() for name in ("text", "state")}
    page = Paginator(queries.search(visible, **filters), PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "filtered": any(filters.values()),
        "page": page,
        "rows": queries.rows(page),
        "states": queries.state_choices(queries.counts(visible)),
    }
    return render_page(request, "billing/contracts.html", context)


@require_safe
def for_customer(request: HttpRequest, slug: str) -> HttpResponse:
    """The contracts of one customer: a panel of the customer's page."""
    _user, visible = access.contracts(request)
    customer = get_object_or_404(Customer, slug=slug)
    rows = queries.rows(visible.filter(customer=customer)[:PAGE])
    return render_page(request, "billing/for_customer.html", {"customer": customer, "rows": rows}, part="contracts")


@require_safe
def stuck(request: HttpRequest) -> HttpResponse:
    """Hand-offs that need a person: the part of the home page, and a page of its own."""
    _user, visible = access.contracts(request)
    found = queries.rows(visible.filter(state__in=ASKING))
    return render_page(request, "billing/stuck.html", {"rows": found}, part="stuck")


@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """The contract: who, what, the hand-off, the evidence. htmx asks for the hand-off alone while it moves."""
    user, found = access.contract(request, number)
    return show(request, user, found)


@require_safe
def terms(request: HttpRequest, number: str) -> HttpResponse:
    """The exact terms, byte for byte what the hash is of."""
    _user, found = access.contract(request, number)
    response = HttpResponse(found.terms, content_type="application/json")
    kind = "attachment" if "download" in request.GET else "inline"
    response.headers["Content-Disposition"] = f'{kind}; filename="{found.number}-terms.json"'
    return response


@require_POST
def retry(request: HttpRequest, number: str) -> HttpResponse:
    """Send to billing again what waits or needs a person; nothing is created twice."""
    user, found = access.contract(request, number)
    helping.retry(found, by=user, at=now())
    if is_partial(request):
        return toast(show(request, user, found), _("On its way to billing again."), level="success")
    return see_other(request, reverse("billing:contract", args=[number]))


@require_POST
def solve(request: HttpRequest, number: str) -> HttpResponse:
    """Finance says that it was settled in billing by hand, and how."""
    user, found = access.contract(request, number)
    typed = {name: request.POST.get(name, "") for name in ("note", "reference")}
    try:
        helping.solve(found, **typed, by=user, at=now())
    except Invalid as problem:
        return show(request, user, found, typed=typed, errors=problem.errors, status=422)
    if is_partial(request):
        return toast(show(request, user, found), _("Marked as solved."), level="success")
    return see_other(request, reverse("billing:contract", args=[number]))


@require_POST
def check(request: HttpRequest, number: str) -> HttpResponse:
    """Read back what billing holds now and compare it."""
    user, found = access.contract(request, number)
    try:
        delivery = helping.check(found, by=user, at=now())
    except (Rejected, Again) as problem:
        raise Refused(_("Billing could not be read: {error}").format(error=problem)) from None
    said = _("Billing holds something else.") if delivery.drift else _("Billing holds what was agreed.")
    if is_partial(request):
        return toast(show(request, user, found), said, level="error" if delivery.drift else "success")
    return see_other(request, reverse("billing:contract", args=[number]))


def show(
    request: HttpRequest,
    user: User,
    found: Contract,
    *,
    typed: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    page = queries.contract_page(found)
    context: dict[str, Any] = {
        "page": page,
        "contract": found,
        "quote": page.quote,
        "delivery": page.delivery,
        "terms_text": json.dumps(json.loads(found.terms), indent=2, ensure_ascii=False),
        "sees_quotes": may(user, Permission.SEE_OWN_QUOTES) or may(user, Permission.SEE_ALL_QUOTES),
        "why_not_retry": why_not_retry(page.delivery.state, by=user),
        "can_solve": not why_not_solve(page.delivery.state),
        "why_not_solve": why_not_solve(page.delivery.state, by=user),
        "can_check": not why_not_check(page.delivery.state),
        "why_not_check": why_not_check(page.delivery.state, by=user),
        "typed": typed or {},
        "errors": errors or {},
    }
    return render_page(request, "billing/contract.html", context, part="delivery", oob=PARTS, status=status)
