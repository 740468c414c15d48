"""Two versions of a quote side by side, in fields and in money."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from core.http import is_partial, render_page
from core.roles import Permission, may
from quotes import access
from quotes.models import QuoteVersion
from quotes.queries.amending import difference as difference_of
from quotes.queries.priced import priced
from quotes.queries.version_changes import Figures, compared, version_before
from quotes.queries.versions import version_links
from quotes.rules.pricing import Depth
from quotes.rules.transitions import Status


@require_safe
def changes(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """What changed since version `since`; unless told, since the last that was approved, or else submitted."""
    user, version = access.version(request, number, version_number)
    since = request.GET.get("since", "")
    named = access.version(request, number, int(since))[1] if since.isdecimal() else None
    older = named or version_before(version) or contracted(version)
    sees = may(user, Permission.SEE_MARGIN)
    found = compared(older, version, with_margin=sees) if older else None
    context = {
        "version": version,
        "quote": version.quote,
        "customer": version.quote.customer,
        "currency": version.currency,
        "older": older,
        "compared": found,
        "others": [one for one in version_links(version) if not one.current],
        "sees_margin": sees,
        "redrawn": older and found and drawn_again({older: found.before, version: found.after}),
        "url": request.path,
        "is_part": is_partial(request),
    }
    return render_page(request, "quotes/changes.html", context, part="changes")


def contracted(version: QuoteVersion) -> QuoteVersion | None:
    """What the contract says that the quote changes."""
    contract = version.quote.changes
    return QuoteVersion.objects.whole().get(pk=contract.version_id) if contract else None


@require_safe
def difference(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """What a quote that changes a contract does to the money: a panel of its page."""
    _user, version = access.version(request, number, version_number)
    context = {"version": version, "quote": version.quote, "found": difference_of(version)}
    return render_page(request, "quotes/difference.html", context, part="difference")


def drawn_again(figures: dict[QuoteVersion, Figures]) -> bool:
    """Whether a frozen version was frozen with other figures than this comparison has."""
    return any(
        found.expected != priced(version, with_margin=False, depth=Depth.TOTALS).term.p50
        for version, found in figures.items()
        if version.status != Status.DRAFT
    )
