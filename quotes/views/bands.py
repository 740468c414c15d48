"""What a version's futures say beyond its totals: too much for every edit, so the builder asks for it a moment later.

The months, one by one, are a third of what a draft takes; they are asked for where somebody opens them.
"""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from core.http import is_partial, render_page, see_other
from core.roles import Permission, may
from quotes import access
from quotes.queries.priced import priced
from quotes.rules.pricing import Depth
from quotes.rules.verbs import why_not_edit
from quotes.views.band_tables import month_rows
from quotes.views.draft_page import addresses, forecast_context


@require_safe
def bands(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """The forecast in figures as it is after an edit, for the place it has on the quote's page."""
    user, version = access.version(request, number, version_number)
    if not is_partial(request):
        return see_other(request, reverse("quotes:version", args=[number, version_number]) + "#forecast")
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN), depth=Depth.YEARS)
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "priced": deal,
        "rows": deal.lines,
        "editable": not why_not_edit(version, by=user),
        "urls": addresses(version),
        "oob": True,
        **forecast_context(deal),
    }
    return render(request, "quotes/builder/forecast.html", context)


@require_safe
def months(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """P10, P50 and P90 of every month's bill; of cost and margin too for those who may see them."""
    user, version = access.version(request, number, version_number)
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN))
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "priced": deal,
        "band_months": month_rows(deal),
    }
    return render_page(request, "quotes/months.html", context, part="months")
