"""How forecasts of won deals turned out. A panel of the forecasts page."""

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core import formats
from core.charts import meter_bar
from core.http import render_page
from quotes import access
from quotes.queries.won import won as won_deals


@require_safe
def won(request: HttpRequest) -> HttpResponse:
    user = access.seer(request)
    found = won_deals(user)
    months = [
        (one, meter_bar(one.share, label=_("{share} inside").format(share=formats.percent(round(one.share * 100)))))
        for one in found.months
    ]
    return render_page(request, "quotes/won.html", {"won": found, "months": months}, part="won")
