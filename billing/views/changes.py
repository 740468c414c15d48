"""Changes of a contract: which there are, and the start of a new one."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from billing import access
from core.errors import Invalid
from core.http import render_page, see_other
from core.models import User
from core.roles import Permission, may
from pricing import Terms
from pricing.periods import month_after
from quotes.actions.amending import start_change, why_not_start
from quotes.models import Contract
from quotes.queries.amending import changes_of, followers_of
from quotes.rules.amending import Kind


@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, number: str) -> HttpResponse:
    """What changes the contract; POST starts a quote that does, and goes there."""
    user, found = access.contract(request, number)
    if request.method != "POST":
        return show(request, user, found)
    kind, month = request.POST.get("kind", ""), request.POST.get("month", "")
    if kind not in set(Kind) or not (month.isdecimal() or kind == Kind.RENEWAL):
        return show(request, user, found, error=_("Choose what to change, and from when."), status=422)
    try:
        change = start_change(found, kind=kind, month=int(month or 0), by=user, at=now())
    except Invalid as problem:
        return show(request, user, found, error=problem.sentence, status=422)
    return see_other(request, reverse("quotes:detail", args=[change.version.quote.number]))


def show(request: HttpRequest, user: User, found: Contract, *, error: str = "", status: int = 200) -> HttpResponse:
    terms = Terms.parse(found.terms)
    context = {
        "contract": found,
        "sells": may(user, Permission.EDIT_QUOTES),
        "why_not_change": why_not_start(found),
        "kinds": [(kind.value, kind.label, kind.meaning) for kind in Kind],
        "months": [(month, month_after(terms.start, month)) for month in range(1, terms.months)],
        "end": terms.end,
        "rows": changes_of(found),
        "previous": found.previous,
        "followers": followers_of(found),
        "error": error,
    }
    return render_page(request, "billing/changes.html", context, part="changes", status=status)
