"""What if: a version's bill under the customer's scenarios, and on what the customer really used."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.charts import fan_chart
from core.http import see_other
from core.roles import Permission, may
from forecasting.models import Scenario
from forecasting.queries.comparison import BASE, MOST, scenarios_of
from quotes import access
from quotes.actions.drafts import edit_version
from quotes.models import QuoteVersion
from quotes.queries.priced import PricedVersion, priced
from quotes.queries.replay import Replay, replay
from quotes.queries.what_if import WhatIf, what_ifs
from quotes.rules.band_words import percent
from quotes.rules.verbs import why_not_edit
from quotes.views.charts import floats
from quotes.views.edits import draft, seen

BACK = (12, 24)


@require_safe
def scenarios(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """The base forecast and up to three scenarios, side by side; `scenario` chooses, else the first ones."""
    user, version = access.version(request, number, version_number)
    known = scenarios_of(version.quote.customer)
    wanted = request.GET.getlist("scenario")
    chosen = [one for one in known if str(one.pk) in wanted][:MOST] or known[:MOST]
    found = what_ifs(version, chosen, with_margin=may(user, Permission.SEE_MARGIN)) if chosen else []
    context = {
        **heading(version),
        "rows": [{"scenario": one, "chosen": one in chosen} for one in known],
        "most": MOST,
        "too_many": len(wanted) > MOST,
        "columns": columns(found, version),
        "in_use": version.scenario.get("name") or BASE,
        "why_not_edit": why_not_edit(version, by=user),
        "edit_number": version.edit_number,
        "use_url": reverse("quotes:scenario", args=[number]),
    }
    return render(request, "quotes/what_if.html", context)


@require_POST
def use(request: HttpRequest, number: str) -> HttpResponse:
    """Let the draft's bands stand on a scenario, or on the base forecast again: a copy is kept with the draft."""
    user, version = draft(request, number)
    pk = request.POST.get("scenario", "")
    copy: dict[str, Any] = {}
    if pk:
        mine = Scenario.objects.filter(customer=version.quote.customer)
        scenario = get_object_or_404(mine, pk=int(pk) if pk.isdecimal() else 0)
        copy = {"name": scenario.name, "drivers": scenario.drivers}
    edit_version(version, by=user, at=now(), edit_number=seen(request), scenario=copy)
    return see_other(request, reverse("quotes:detail", args=[number]))


@require_safe
def actual(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """What the customer would have paid for the usage of the last 12 or 24 months, beside the forecast."""
    _user, version = access.version(request, number, version_number)
    months = next((n for n in BACK if request.GET.get("months") == str(n)), BACK[0])
    found, deal = replay(version, months), priced(version, with_margin=False)
    context = {
        **heading(version),
        "months": months,
        "tabs": [
            {"label": _("Last {n} months").format(n=n), "url": f"?months={n}", "current": n == months, "count": None}
            for n in BACK
        ],
        "replay": found,
        "chart": replay_chart(found, deal) if found else "",
        "beside": beside(found, deal) if found else None,
        "priced": deal,
    }
    return render(request, "quotes/replay.html", context)


def heading(version: QuoteVersion) -> dict[str, Any]:
    return {
        "version": version,
        "quote": version.quote,
        "customer": version.quote.customer,
        "currency": version.currency,
        "version_url": reverse("quotes:version", args=[version.quote.number, version.number]),
    }


def columns(found: list[WhatIf], version: QuoteVersion) -> list[dict[str, Any]]:
    """A chart for each, drawn to one scale, and what to know of it."""
    top = max((float(band.p90) for one in found for band in one.bands), default=0.0)
    return [
        {
            "what_if": one,
            "chart": bill_chart(one, top, version.currency),
            "loss": percent(one.margin.loss) if one.margin and one.margin.loss is not None else "",
            "in_use": one.name == (version.scenario.get("name") or BASE),
        }
        for one in found
    ]


def bill_chart(one: WhatIf, top: float, currency: str) -> SafeString:
    months = [f"{month:%Y-%m}" for month in one.months]
    bands = (floats(one.bands, name) for name in ("p10", "p50", "p90"))
    return fan_chart(
        [], months, *bands, label=_("Monthly bill, {name}").format(name=one.name), currency=currency, top=top
    )


def replay_chart(found: Replay, deal: PricedVersion) -> SafeString:
    """Past bills as what is known, the forecast's band after them."""
    past = [(f"{month.month:%Y-%m}", float(month.bill)) for month in found.months]
    months = [f"{row.month:%Y-%m}" for row in deal.months]
    bands = (floats([row.band for row in deal.months], name) for name in ("p10", "p50", "p90"))
    return fan_chart(past, months, *bands, label=_("Monthly bill, replayed and forecast"), currency=deal.currency)


def beside(found: Replay, deal: PricedVersion) -> dict[str, Any]:
    """Both as an average month: terms and replays differ in length."""
    months = len(deal.months)
    return {
        "replayed": found.total / len(found.months),
        "p10": deal.term.p10 / months,
        "p50": deal.term.p50 / months,
        "p90": deal.term.p90 / months,
    }
