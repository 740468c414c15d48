"""Lists of quotes: the table, a customer's panel, the panels of the first page."""

import itertools
from datetime import datetime
from decimal import Decimal

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from core.formats import plain
from core.http import render_page
from core.roles import Permission, may
from core.spreadsheets import csv_answer
from customers.models import Customer
from pricing.money import rounded
from quotes import access
from quotes.forms.listing import FilterForm
from quotes.queries.home import decisions, home_panels
from quotes.queries.lists import QuoteRow, customer_quotes, every_row, owners, quote_list
from quotes.queries.opportunities import waiting
from quotes.queries.saved_views import default_query, view_links
from quotes.queries.where_used import open_drafts
from quotes.rules.listing import EVERYTHING


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The quotes open to this person, filtered by the address; the bare one opens the default view."""
    user = access.seer(request)
    if not request.GET and (query := default_query(user)):
        return HttpResponseRedirect(f"{request.path}{query}")
    form = FilterForm(request.GET, owners=owners(user))
    chosen = form.filter()
    context = {
        "found": quote_list(user, chosen, at=now(), page=request.GET.get("page", "1")),
        "chosen": chosen,
        "form": form,
        "views": view_links(user, chosen.query()),
        "everything": EVERYTHING,
        "customer": Customer.objects.filter(slug=chosen.customer).first() if chosen.customer else None,
        "may_edit": may(user, Permission.EDIT_QUOTES),
        "sees_all": may(user, Permission.SEE_ALL_QUOTES),
    }
    return render_page(request, "quotes/list.html", context, part="results")


@require_safe
def list_file(request: HttpRequest) -> StreamingHttpResponse:
    """The same list as CSV: every quote of it, every column."""
    user = access.seer(request)
    chosen = FilterForm(request.GET).filter()
    rows = ([cell(row, name) for name in FILE.values()] for row in every_row(user, chosen, at=now()))
    return csv_answer("quotes.csv", itertools.chain([list(FILE)], rows))


FILE = {
    "quote": "number",
    "version": "version",
    "title": "title",
    "customer": "customer",
    "segment": "segment",
    "opportunity": "opportunity",
    "owner": "owner",
    "status": "status",
    "currency": "currency",
    "start": "start",
    "months": "months",
    "discount_percent": "discount",
    "committed_tcv": "committed",
    "annual_acv": "annual",
    "expected_p50": "expected",
    "valid_until": "valid_until",
    "created": "created",
    "edited": "edited_at",
}


def cell(row: QuoteRow, name: str) -> object:
    value = getattr(row, name)
    if name == "opportunity":
        return value.external_id if value else ""
    if name in ("committed", "annual", "expected") and value is not None:
        return rounded(value, row.currency)
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    return plain(value) if isinstance(value, Decimal) else value


@require_safe
def for_customer(request: HttpRequest, slug: str) -> HttpResponse:
    """The quotes of one customer: a panel of the customer's page."""
    user = access.seer(request)
    customer = get_object_or_404(Customer, slug=slug)
    context = {
        "customer": customer,
        "rows": customer_quotes(user, customer),
        "waiting": waiting(customer),
        "may_edit": may(user, Permission.EDIT_QUOTES),
    }
    return render_page(request, "quotes/for_customer.html", context, part="customer-quotes")


@require_safe
def where_used(request: HttpRequest, code: str, version: int) -> HttpResponse:
    """The open drafts that a change of this price book would touch: a panel of its page.

    `?price=seats&price=ai` narrows it to drafts with a line of these prices.
    """
    user, book = access.price_book(request, code, version)
    prices = [key for key in request.GET.getlist("price") if "\x00" not in key][:500]
    context = {"book": book, "prices": prices, "rows": open_drafts(book, user=user, prices=prices)}
    return render_page(request, "quotes/where_used.html", context, part="where-used")


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What there is to do and what is waited for: a part of the first page."""
    user = access.seer(request)
    waiting, count = decisions(user, at=now())
    context = {
        "panels": home_panels(user, at=now()),
        "decider": may(user, Permission.DECIDE_APPROVALS),
        "waiting": waiting,
        "waiting_count": count,
    }
    return render_page(request, "quotes/home.html", context, part="home-quotes")
