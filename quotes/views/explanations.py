"""How an amount comes about, and the prices behind it."""

from dataclasses import replace
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalog.rules.points import price_points
from core.data_words import told, told_parts
from core.formats import unit_price
from core.http import is_partial, render_page
from core.roles import Permission, may
from quotes import access
from quotes.forms.draft import PRICE
from quotes.models import QuoteVersion
from quotes.queries.explanations import explanation as explained
from quotes.queries.lines import Slots
from quotes.queries.priced import priced
from quotes.rules.pricing import Depth, LineRow, PricePoint
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit
from quotes.views.edits import Edit
from quotes.views.line_views import LineView, limit_words


@require_safe
def explanation(request: HttpRequest, number: str, version_number: int, key: str) -> HttpResponse:
    """A line's prices, and step by step what it comes to in one month: a dialog of the quote's page."""
    user, version = access.version(request, number, version_number)
    deal = priced(version, with_margin=may(user, Permission.SEE_MARGIN), depth=Depth.TOTALS)
    row = next((row for row in deal.lines if row.key == key), None)
    if row is None:
        raise Http404
    context = {
        "version": version,
        "quote": version.quote,
        "currency": version.currency,
        "line": LineView(row, version, Edit(), Slots(version)),
        "prices": price_rows(row, version),
        "explained": explained(version, key, month=chosen_month(request)),
        "limits": limit_words(row),
        "editable": version.status == Status.DRAFT and not why_not_edit(version, by=user),
        "url": request.path,
        "is_part": is_partial(request),
    }
    response = render_page(request, "quotes/explanation.html", context, part="explanation")
    if is_partial(request) and "month" not in request.GET:
        response.headers["HX-Trigger-After-Swap"] = '{"dialog:open": {"id": "explain"}}'
    return response


def chosen_month(request: HttpRequest) -> int | None:
    text = request.GET.get("month", "")
    return int(text) if text.isdecimal() else None


def price_rows(row: LineRow, version: QuoteVersion) -> list[dict[str, Any]]:
    """Each price of the line with the name of its input, and how low it may go; also what was frozen in the language of
    the customer is named in the reader's."""
    component = version.lines.values_list("component", flat=True).get(key=row.key)
    labels = {point.path: ", ".join(map(told_parts, point.label.split(", "))) for point in price_points(component)}
    return [
        {
            "point": replace(point, label=labels.get(point.path, point.label), unit=told(point.unit)),
            "name": f"{PRICE}{point.path}",
            "hint": hint(point, version.currency),
        }
        for point in row.prices
    ]


def hint(point: PricePoint, currency: str) -> str:
    """ "yours from USD 27.00, floor USD 20.00"."""
    said = []
    if point.own is not None:
        said.append(_("yours from {price}").format(price=unit_price(point.own, currency)))
    if point.floor is not None:
        said.append(_("floor {price}").format(price=unit_price(point.floor, currency)))
    return ", ".join(said)
