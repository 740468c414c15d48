"""How deals go, for those who decide on them."""

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from core.http import render_page
from quotes import access
from quotes.queries.analytics import analytics as figures


@require_safe
def analytics(request: HttpRequest) -> HttpResponse:
    user = access.approver(request)
    return render_page(request, "quotes/analytics.html", {"found": figures(user, at=now())})
