"""How a total, a band or a margin comes about: a dialog of the quote's page, or a page of its own."""

from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from core import formats
from core.http import is_partial, render_page
from core.roles import Permission, may
from quotes import access
from quotes.models import QuoteVersion
from quotes.queries.figures import (
    QUANTILES,
    Span,
    committed_steps,
    discount_parts,
    future,
    one_time_parts,
    span_of,
)
from quotes.queries.priced import PricedVersion, priced
from quotes.rules.pricing import Band

BANDS = {"bill": gettext_lazy("Bill"), "cost": gettext_lazy("Cost"), "margin": gettext_lazy("Margin")}
SECRET = ("cost", "margin")


@require_safe
def figure(request: HttpRequest, number: str, version_number: int, what: str) -> HttpResponse:
    """One of `BANDS` at a quantile of a span, or "committed", "one-time" or "discount"."""
    user, version = access.version(request, number, version_number)
    sees = may(user, Permission.SEE_MARGIN)
    access.found(sees or what not in SECRET)
    deal = priced(version, with_margin=sees)
    make = SIMPLE.get(what)
    more = make(version, deal) if make else band_figure(request, version, deal, what)
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "secret": what in SECRET,
        "url": request.path,
        "is_part": is_partial(request),
        **more,
    }
    response = render_page(request, "quotes/figure.html", context, part="figure")
    if is_partial(request):
        response.headers["HX-Trigger-After-Swap"] = '{"dialog:open": {"id": "explain"}}'
    return response


def committed(version: QuoteVersion, deal: PricedVersion) -> dict[str, Any]:
    return {
        "title": ngettext("Committed over {n} month", "Committed over {n} months", version.months).format(
            n=version.months
        ),
        "amount": deal.totals.committed,
        "text": _("What is owed whatever happens: the bill of no usage at all, every line rounded once."),
        "steps": committed_steps(version),
    }


def one_time(version: QuoteVersion, deal: PricedVersion) -> dict[str, Any]:
    return {
        "title": _("One time"),
        "amount": deal.totals.one_time,
        "text": _("Lines that are billed once, and credits that are bought once."),
        "parts": one_time_parts(version),
    }


def discount(version: QuoteVersion, deal: PricedVersion) -> dict[str, Any]:
    listed, sold = discount_parts(version)
    return {
        "title": _("Discount, expected"),
        "amount": deal.totals.discount,
        "text": _(
            "All futures are priced twice, at the list’s prices and allowances and as this quote sells; the P50 of one "
            "less the P50 of the other."
        ),
        "parts": [{"name": _("P50 at list"), "amount": listed}, {"name": _("P50 of this quote"), "amount": sold}],
    }


SIMPLE = {"committed": committed, "one-time": one_time, "discount": discount}


def band_figure(request: HttpRequest, version: QuoteVersion, deal: PricedVersion, what: str) -> dict[str, Any]:
    """P10, P50 or P90: what it means, how it was taken, and one future that costs about as much."""
    at, span = request.GET.get("at", "p50"), span_of(request.GET.get("span", ""), version.months)
    band = band_of(deal, what, span) if span and what in BANDS else None
    if span is None or band is None or at not in QUANTILES:
        raise Http404
    found = future(version, what, at, span, with_margin=deal.margin is not None)
    amount = getattr(band, at)
    return {
        "title": f"{BANDS[what]}, {span_words(span, deal)}, {at.upper()}",
        "amount": amount,
        "text": band_words(what, at, amount, found.futures, version.currency),
        "what": what,
        "at": at,
        "span": request.GET.get("span", ""),
        "quantiles": [(name, name.upper(), getattr(band, name)) for name in QUANTILES],
        "whats": list(BANDS.items()) if deal.margin else [],
        "figures_url": request.path.removesuffix(f"{what}/"),
        "future": found,
        "certain": band.p10 == band.p90,
        "redrawn": drawn_anew(amount, found.value),
    }


def band_of(deal: PricedVersion, what: str, span: Span) -> Band | None:
    """The band that the page shows; a frozen version's as it was frozen."""
    margin, n = deal.margin, span.number - 1
    if what == "bill":
        return {"term": [deal.term], "year": [one.band for one in deal.years], "month": [m.band for m in deal.months]}[
            span.name
        ][max(n, 0)]
    if margin is None:
        return None
    known = {
        "cost": {"term": (margin.cost,), "year": margin.cost_years, "month": margin.cost_months},
        "margin": {"term": (margin.margin,), "year": margin.years, "month": margin.months},
    }[what][span.name]
    return known[max(n, 0)] if max(n, 0) < len(known) else None


def span_words(span: Span, deal: PricedVersion) -> str:
    if span.name == "term":
        return _("over the term")
    if span.name == "year":
        return _("contract year {n}").format(n=span.number)
    return formats.month(deal.months[span.first].month)


def band_words(what: str, at: str, amount: Decimal, futures: int, currency: str) -> str:
    means = str(MEANS[at, what]).format(amount=formats.money(amount, currency))
    how = _(
        "Every one of {futures} simulated futures was priced as a whole; {name} is the quantile of these amounts, and "
        "no sum of other quantiles."
    )
    return f"{means} {how.format(futures=formats.quantity(futures), name=at.upper())}"


MEANS = {
    ("p10", "bill"): gettext_lazy("1 in 10 futures cost less than {amount}."),
    ("p50", "bill"): gettext_lazy("Half of the futures cost less than {amount}."),
    ("p90", "bill"): gettext_lazy("9 in 10 futures cost less than {amount}."),
    ("p10", "cost"): gettext_lazy("1 in 10 futures cost us less than {amount}."),
    ("p50", "cost"): gettext_lazy("Half of the futures cost us less than {amount}."),
    ("p90", "cost"): gettext_lazy("9 in 10 futures cost us less than {amount}."),
    ("p10", "margin"): gettext_lazy("1 in 10 futures leave less than {amount}."),
    ("p50", "margin"): gettext_lazy("Half of the futures leave less than {amount}."),
    ("p90", "margin"): gettext_lazy("9 in 10 futures leave less than {amount}."),
}


def drawn_anew(shown: Decimal, now: Decimal) -> bool:
    """Whether the amount was taken from other futures than today's: the nearest one is far off."""
    return abs(now - shown) > max(abs(shown) * Decimal("0.02"), Decimal(1))
