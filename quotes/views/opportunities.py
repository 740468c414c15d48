"""The opportunity of the CRM that a quote belongs to: a panel of the quote's pages, and a page of its own."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.views.decorators.http import require_http_methods, require_POST

from core.errors import Invalid
from core.forms import mark
from core.http import is_partial, render_page, see_other
from core.models import User
from quotes import access
from quotes.actions.opportunities import link_quote, unlink_quote
from quotes.forms.opportunities import OpportunityForm
from quotes.models import Quote
from quotes.rules.opportunities import why_not_link


@require_http_methods(["GET", "HEAD", "POST"])
def opportunity(request: HttpRequest, number: str) -> HttpResponse:
    """Show it; a POST links the quote to another one."""
    user, quote = access.quote(request, number)
    if request.method != "POST":
        return show(request, user, quote, OpportunityForm(quote))
    form = OpportunityForm(quote, request.POST)
    if form.is_valid():
        try:
            link_quote(quote, **form.reference(), by=user, at=now())
        except Invalid as problem:
            mark(form, problem)
        else:
            return changed(request, user, quote)
    return show(request, user, quote, form, status=422)


@require_POST
def removal(request: HttpRequest, number: str) -> HttpResponse:
    """The quote belongs to no opportunity."""
    user, quote = access.quote(request, number)
    unlink_quote(quote, by=user, at=now())
    return changed(request, user, quote)


def changed(request: HttpRequest, user: User, quote: Quote) -> HttpResponse:
    if is_partial(request):
        return show(request, user, quote, OpportunityForm(quote))
    return see_other(request, reverse("quotes:detail", args=[quote.number]))


def show(request: HttpRequest, user: User, quote: Quote, form: OpportunityForm, *, status: int = 200) -> HttpResponse:
    context = {
        "quote": quote,
        "opportunity": quote.opportunity,
        "form": form,
        "why_not_link": why_not_link(quote, by=user),
    }
    return render_page(request, "quotes/opportunity.html", context, part="opportunity", status=status)
