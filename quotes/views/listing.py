"""Lists of quotes: the table, a customer's panel, the panels of the first page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from core.http import render_page
from core.roles import Permission, may
from customers.models import Customer
from quotes import access
from quotes.queries.inbox import inbox
from quotes.queries.lists import QuoteFilter, customer_quotes, home_panels, quote_list
from quotes.queries.where_used import open_drafts


@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """The quotes open to this person, filtered by the address."""
    user = access.seer(request)
    chosen = QuoteFilter(
        status=request.GET.get("status", ""),
        mine=request.GET.get("mine") == "1",
        customer=request.GET.get("customer", ""),
        search=request.GET.get("search", "").strip()[:100],
        segment=request.GET.get("segment", ""),
        package=request.GET.get("package", ""),
    )
    found = quote_list(user, chosen, page=request.GET.get("page", "1"))
    context = {
        "found": found,
        "chosen": chosen,
        "filtered": chosen != QuoteFilter(),
        "customer": Customer.objects.filter(slug=chosen.customer).first() if chosen.customer else None,
        "may_edit": may(user, Permission.EDIT_QUOTES),
        "sees_all": may(user, Permission.SEE_ALL_QUOTES),
    }
    return render_page(request, "quotes/list.html", context, part="results")


@require_safe
def for_customer(request: HttpRequest, slug: str) -> HttpResponse:
    """The quotes of one customer: a panel of the customer's page."""
    user = access.seer(request)
    customer = get_object_or_404(Customer, slug=slug)
    context = {
        "customer": customer,
        "rows": customer_quotes(user, customer),
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
    context = {
        "panels": home_panels(user, at=now()),
        "decider": may(user, Permission.DECIDE_APPROVALS),
        "waiting": inbox(user, at=now()),
    }
    return render_page(request, "quotes/home.html", context, part="home-quotes")
