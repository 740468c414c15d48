"""The months of a version, one by one: a third of what a draft takes, so the builder asks for them when they open."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http import render_page
from core.roles import Permission, may
from quotes import access
from quotes.queries.priced import priced
from quotes.views.band_tables import month_rows


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
