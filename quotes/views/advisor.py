"""The advisor: how much to prepay or commit, and at which discount; and three ways to buy side by side."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from core import formats
from core.charts import Choice, Mark, choice_chart, fan_chart, meter_bar
from core.errors import Invalid
from core.http import is_partial, render_page
from core.models import User
from core.roles import Permission, may
from quotes import access
from quotes.actions.advising import use_plan
from quotes.forms.advising import RISK, AdvisorForm, PlanForm
from quotes.models import QuoteVersion
from quotes.queries.advice import Advice, advise, ways_to_buy
from quotes.queries.advice_words import fair_words, headline, promise_words, share, window_words
from quotes.queries.advising import Ground, Instrument, Tried, ground, instruments
from quotes.queries.bands import band_of, bands_of
from quotes.rules.advice import COMMITMENT, CREDITS
from quotes.rules.band_words import percent, way_words
from quotes.rules.plans import NONE, Plan
from quotes.rules.pricing import Band
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit
from quotes.views.charts import floats
from quotes.views.draft_page import finish
from quotes.views.edits import Edit, attempt, draft, seen

WAYS = {
    NONE: gettext_lazy("Pay as you go"),
    COMMITMENT: gettext_lazy("Commit"),
    CREDITS: gettext_lazy("Hybrid"),
}
ABOUT = {
    NONE: gettext_lazy("No promise: usage is billed as it comes."),
    COMMITMENT: gettext_lazy("A commitment with a discount on all usage that counts towards it."),
    CREDITS: gettext_lazy("Prepaid credits for what is sure to be used; usage beyond them as it comes."),
}


@require_safe
def advisor(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """How much to promise: the page, or what its controls change."""
    user, version = access.version(request, number, version_number)
    base = ground(version, with_margin=may(user, Permission.SEE_MARGIN)) if version.forecast_run else None
    known = instruments(base) if base else []
    form = AdvisorForm(request.GET, promises=[(one.key, one.name) for one in known])
    chosen = next((one for one in known if one.key == form.cleaned_data.get("promise")), known[0] if known else None)
    found = None
    if base and chosen:
        clean = form.cleaned_data
        found = advise(base, chosen, risk=form.risk_share, size=clean.get("size"), percent=clean.get("percent"))
    context = {
        **heading(user, version),
        "form": form,
        "known": known,
        "chosen": chosen,
        "risk": form.data.get("risk") or formats.quantity(RISK),
        "risk_number": form.risk_share * 100,
        "typed": {name: form.data.get(name, "") for name in ("size", "percent")},
        "advice": found,
        "view": advice_view(found, version, base) if found and base else None,
        "is_part": is_partial(request),
    }
    part = "result" if request.headers.get("HX-Target") == "advisor-result" else "advisor"
    return render_page(request, "quotes/advisor.html", context, part=part, status=422 if form.errors else 200)


@require_safe
def ways(request: HttpRequest, number: str, version_number: int) -> HttpResponse:
    """Pay as you go, commit and hybrid side by side, on the same futures."""
    user, version = access.version(request, number, version_number)
    base = ground(version, with_margin=may(user, Permission.SEE_MARGIN)) if version.forecast_run else None
    form = AdvisorForm(request.GET, promises=[])
    found = side_by_side(base, form.risk_share) if base and base.offer.terms.charges else []
    top = max((float(band.p90) for way in found for band in way.months), default=0.0)
    context = {
        **heading(user, version),
        "form": form,
        "risk": form.data.get("risk") or formats.quantity(RISK),
        "risk_number": form.risk_share * 100,
        "columns": [{"way": way, "chart": way_chart(way, top, version.currency)} for way in found],
        "missing": [str(WAYS[kind]) for kind in WAYS if kind not in {way.kind for way in found}] if found else [],
        "is_part": is_partial(request),
    }
    return render_page(request, "quotes/ways.html", context, part="ways", status=422 if form.errors else 200)


@require_POST
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Buy the quote this way: one edit of the draft."""
    user, version = draft(request, number)
    form = PlanForm(request.POST)
    if not form.is_valid():
        raise Invalid({name: str(messages[0]) for name, messages in form.errors.items()})
    wanted = form.cleaned_data
    base = ground(version, with_margin=False)
    chosen = next((one for one in instruments(base) if one.key == wanted["promise"]), None)
    access.found(chosen or wanted["kind"] == NONE)
    bought = Plan(wanted["kind"], wanted["promise"], wanted["size"] or Decimal(0), wanted["percent"] or Decimal(0))
    at, number_seen = now(), seen(request)
    edit = Edit(structure=True, whole=True, url=request.path, said=said(bought, chosen, version.currency))
    edit = attempt(
        edit,
        lambda: use_plan(base, plan=bought, instrument=chosen, by=user, at=at, edit_number=number_seen),
    )
    if edit.errors:
        raise Invalid(edit.errors)
    return finish(request, number, edit)


def said(bought: Plan, chosen: Instrument | None, currency: str) -> str:
    if bought.kind == NONE or chosen is None:
        return _("Used in this quote: pay as you go.")
    return _("Used in this quote: {name} of {size}.").format(
        name=chosen.name, size=formats.money(bought.size, currency)
    )


def heading(user: User, version: QuoteVersion) -> dict[str, Any]:
    number = version.quote.number
    return {
        "version": version,
        "quote": version.quote,
        "customer": version.quote.customer,
        "currency": version.currency,
        "may_use": version.status == Status.DRAFT and not why_not_edit(version, by=user),
        "sees_margin": may(user, Permission.SEE_MARGIN),
        "edit_number": version.edit_number,
        "use_url": reverse("quotes:plan", args=[number]),
        "advisor_url": reverse("quotes:advisor", args=[number, version.number]),
        "ways_url": reverse("quotes:ways", args=[number, version.number]),
        "explorer_url": reverse("quotes:explorer", args=[number, version.number]),
    }


@dataclass(frozen=True)
class AdviceView:
    """What the page says of an advice beyond its numbers."""

    chart: SafeString
    headline: str
    risk: str
    window: str
    term: Band
    stands: Band  # the quote as it is
    margin: Band | None
    months: list[tuple[str, str, SafeString]]
    fair: str
    gains: str


def advice_view(found: Advice, version: QuoteVersion, base: Ground) -> AdviceView:
    money = version.currency
    return AdviceView(
        chart=advice_chart(found, money),
        headline=headline(found, money),
        risk=percent(share(found.risk)),
        window=window_words(found),
        term=band_of(found.tried.offer.net.sum(axis=1), money),
        stands=band_of(base.offer.net.sum(axis=1), money),
        margin=found.tried.margin.margin if found.tried.margin else None,
        months=month_rows(found, base),
        fair=fair_words(found, money, with_margin=base.costs is not None),
        gains="margin" if base.costs is not None else "bill",
    )


def advice_chart(found: Advice, money: str) -> SafeString:
    marks = [Mark(float(found.best), _("best"))]
    if found.plan.size != found.best:
        marks.append(Mark(float(found.plan.size), _("chosen")))
    return choice_chart(
        [Choice(*point) for point in found.points],
        label=_("Cost to the customer by size of {name}").format(name=found.instrument.name),
        over=_("{currency} promised {window}").format(currency=money, window=window_words(found)),
        currency=money,
        level=found.free,
        level_name=_("pay as you go"),
        marks=marks,
    )


def month_rows(found: Advice, base: Ground) -> list[tuple[str, str, SafeString]]:
    """By the end of each month: the share of futures in which it is used up."""
    first = found.instrument.part.from_month - 1
    periods = base.offer.simulated.periods[first:]
    return [
        (formats.month(period.label), text := percent(share(value)), meter_bar(value, label=text))
        for period, value in zip(periods, found.exhausted, strict=False)
    ]


@dataclass(frozen=True)
class Way:
    """A column: one way to buy, with what it comes to."""

    kind: str
    title: str
    about: str
    terms: str
    plan: Plan
    months: tuple[Band, ...]
    names: tuple[str, ...]
    term: Band
    committed: Decimal
    tried: Tried
    words: str
    loss: str


def side_by_side(base: Ground, risk: float) -> list[Way]:
    """Each way there is: promises are those of the quote, else the first that the book sells."""
    money = base.version.currency
    return [
        way(base, one.tried, promise_words(one.advice, money) if one.advice else "")
        for one in ways_to_buy(base, risk=risk)
    ]


def way(base: Ground, tried: Tried, terms: str) -> Way:
    money, offer = base.version.currency, tried.offer
    term = band_of(offer.net.sum(axis=1), money)
    return Way(
        kind=tried.plan.kind,
        title=str(WAYS[tried.plan.kind]),
        about=str(ABOUT[tried.plan.kind]),
        terms=terms,
        plan=tried.plan,
        months=bands_of(offer.net, money),
        names=tuple(period.label for period in offer.simulated.periods),
        term=term,
        committed=offer.committed.total,
        tried=tried,
        words=way_words(term, money),
        loss=percent(tried.margin.loss) if tried.margin and tried.margin.loss is not None else "",
    )


def way_chart(one: Way, top: float, currency: str) -> SafeString:
    bands = (floats(one.months, name) for name in ("p10", "p50", "p90"))
    return fan_chart(
        [], list(one.names), *bands, label=_("Monthly bill, {name}").format(name=one.title), currency=currency, top=top
    )
