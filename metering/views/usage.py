from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.charts import usage_chart
from core.formats import plain
from core.http import render_page
from core.models import User
from core.roles import Permission, may
from core.spreadsheets import csv_answer
from core.words import period
from customers.access import customer_for
from customers.models import Customer
from customers.queries import Relative, family
from metering.forms import UsageForm
from metering.queries.costs import Costs, usage_costs
from metering.queries.rankings import by_customer, dearest, rankings, without_cost
from metering.queries.streams import MeterSpan, meters_used
from metering.queries.usage import Choice, UsagePage, usage_page, usage_panel
from metering.rules.meter_view import MeterView

SHOWN_ROWS = 14


class Asked(NamedTuple):
    """Whose usage is asked for, and what of it; no form where nothing was used."""

    relatives: list[Relative]
    shown: list[Relative]
    spans: list[MeterSpan]
    form: UsageForm | None

    @property
    def together(self) -> bool:
        return len(self.shown) > 1


def asked(request: HttpRequest, customer: Customer) -> Asked:
    """Each level sees its own usage; with `family`, that of the companies it pays for too."""
    relatives = family(customer)
    shown = relatives if request.GET.get("family") else relatives[:1]
    spans = meters_used([relative.id for relative in shown])
    form = UsageForm(request.GET.dict(), spans, has_family=len(relatives) > 1) if spans else None
    return Asked(relatives, shown, spans, form)


@require_safe
def usage(request: HttpRequest, slug: str) -> HttpResponse:
    """What a customer used: one meter over a time, by day, week or month, alone or with the companies it pays for."""
    user, customer = customer_for(request, slug)
    of = asked(request, customer)
    context = {"customer": customer, "of": of, "may_import": may(user, Permission.IMPORT_USAGE)}
    if of.form is None:
        return render_page(request, "metering/usage.html", context, part="usage")
    choice = of.form.choice()
    page = usage_page(of.shown, choice)
    context |= {"form": of.form, "choice": choice, "view": page.view, "chart": chart(page.view)}
    context |= {"tabs": tabs(request, of.spans, choice), "days_ago": (now().date() - page.view.data_date).days}
    context |= tables(page.view) | ranked(user, customer, page, choice, of, by_cost=request.GET.get("top") == "cost")
    return render_page(request, "metering/usage.html", context, part="usage", status=200 if of.form.is_valid() else 422)


def tabs(request: HttpRequest, spans: Sequence[MeterSpan], choice: Choice) -> list[dict[str, Any]]:
    """A link to each meter; what is chosen of time and family stays, parts belong to their meter."""
    kept = {name: request.GET[name] for name in KEPT if request.GET.get(name)}
    return [
        {
            "label": span.meter.name,
            "url": f"?{urlencode({'meter': span.meter.code, **kept})}",
            "current": span.meter.code == choice.meter.code,
        }
        for span in spans
    ]


KEPT = ("span", "first", "last", "grain", "family")


def chart(view: MeterView) -> SafeString:
    parts = [(part.label, floats(part.values)) for part in view.parts] if view.stacked else []
    return usage_chart(
        [bar.first for bar in view.bars],
        parts or [(_("Total"), floats(view.totals))],
        grain=view.grain,
        label=_("{name} by {grain}").format(name=view.meter.name, grain=period(view.grain)),
        unit=view.meter.unit,
        notes=view.notes if any(view.notes) else (),
        open_from=view.open_from,
    )


def floats(values: Sequence[Any]) -> list[float | None]:
    return [None if value is None else float(value) for value in values]


def tables(view: MeterView) -> dict[str, Any]:
    """The newest bars as rows of a table; the file has all of them."""
    rows = [
        {"bar": bar, "cells": [part.values[n] for part in view.parts], "total": view.totals[n], "note": view.notes[n]}
        for n, bar in enumerate(view.bars)
    ]
    return {"rows": rows[: -SHOWN_ROWS - 1 : -1], "more_rows": max(0, len(rows) - SHOWN_ROWS)}


def ranked(
    user: User, customer: Customer, page: UsagePage, choice: Choice, of: Asked, *, by_cost: bool
) -> dict[str, Any]:
    """What is used most; what it costs only for those who may see the margin."""
    meters = {span.meter.code: span.meter for span in of.spans}
    costs: Costs | None = None
    if may(user, Permission.SEE_MARGIN):
        how = {code: meter.aggregation for code, meter in meters.items()}
        costs = usage_costs(customer, page.streams, how, choice.range.first, choice.range.last)
    by_cost = by_cost and costs is not None
    return {
        "costs": costs,
        "cost": costs.of(page.chosen) if costs else None,
        "by_cost": by_cost,
        "rankings": rankings(page.chosen, choice.meter, costs, by_cost=by_cost),
        "dearest": dearest(page.streams, meters, costs) if costs else [],
        "without_cost": without_cost(meters, costs) if costs else [],
        "companies": by_customer(page.chosen, of.shown, choice.meter, costs) if of.together else [],
    }


@require_safe
def usage_file(request: HttpRequest, slug: str) -> StreamingHttpResponse:
    """The same bars as CSV: a row for each bar and part, exact, in the meter's own unit."""
    _, customer = customer_for(request, slug)
    of = asked(request, customer)
    if of.form is None:
        return csv_answer(f"usage-{customer.slug}.csv", [HEAD])
    choice = of.form.choice()
    return csv_answer(f"usage-{customer.slug}-{choice.meter.code}.csv", file_rows(usage_page(of.shown, choice).view))


HEAD = ("meter", "from", "to", "part", "value", "unit", "days_known", "note")


def file_rows(view: MeterView) -> Iterator[Sequence[object]]:
    """A gap is one row without a value; a part that has none in a known bar has no row."""
    yield HEAD
    for n, bar in enumerate(view.bars):
        if not bar.known:
            yield view.meter.code, bar.first, bar.last, "", "", view.meter.unit, 0, _("no data")
        for part in view.parts:
            if (value := part.values[n]) is not None:
                unit, note = view.meter.unit, view.notes[n]
                yield view.meter.code, bar.first, bar.last, part.label, f"{plain(value):f}", unit, bar.known, note


@require_safe
def panel(request: HttpRequest, slug: str) -> HttpResponse:
    """Every meter at a glance: the part of the customer's page."""
    user, customer = customer_for(request, slug)
    meters = [{"view": view, "chart": chart(view)} for view in usage_panel(customer)]
    context = {"customer": customer, "meters": meters, "may_import": may(user, Permission.IMPORT_USAGE)}
    return render_page(request, "metering/panel.html", context, part="panel")
