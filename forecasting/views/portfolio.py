"""All customers together: how well bands held, and the runs that find out."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core.charts import meter_bar
from core.formats import percent
from core.http import render_page, see_other
from core.languages import lazily as _lazy
from core.models import User
from core.roles import Permission, may
from customers.access import viewer
from forecasting import access
from forecasting.actions.portfolio import cancel_portfolio, resume_portfolio, start_portfolio
from forecasting.models import PortfolioForecast, PortfolioRun
from forecasting.queries.portfolio import calibration_now, progress_of, recent_runs, rows_of
from forecasting.rules.calibration import AIM, Share
from forecasting.rules.portfolio import State, why_not_cancel, why_not_person, why_not_resume

PAGE = 25  # customers
RUNNING = _lazy("A portfolio is being forecast already; see its progress below.")


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The calibration of the newest portfolio, and the last runs."""
    user = viewer(request)
    runs = recent_runs()
    running = next((one for one in runs if one.state == State.RUNNING), None)
    context = {
        "runs": [(one, progress_of(one)) for one in runs],
        "why_not_start": _("A portfolio is being forecast already; see its progress.")
        if running
        else why_not_person(user),
        "sees_won": may(user, Permission.SEE_ALL_QUOTES) or may(user, Permission.SEE_OWN_QUOTES),
        **calibration_context(),
    }
    return render_page(request, "forecasting/portfolio.html", context)


def calibration_context() -> dict[str, Any]:
    found = calibration_now()
    if found is None:
        return {"calibration": None}
    run, result = found
    tables = (
        (_("By horizon"), _("Horizon"), _("How far ahead the day lies"), result.horizons),
        (_("By segment"), _("Segment"), _("Who the customer is"), result.segments),
        (_("By calendar window"), _("Calendar window"), _("When the hidden time began"), result.windows),
    )
    return {
        "calibration": result,
        "run": run,
        "tables": [(*words, [(one, look(one)) for one in shares]) for *words, shares in tables],
    }


def look(one: Share) -> str:
    """A bar that says by its colour, and in words beside it, whether the share is near the aim."""
    coverage = one.coverage or 0.0
    return meter_bar(
        coverage,
        tone="" if abs(coverage - AIM) <= 0.1 else "warn",
        label=_("{coverage} held").format(coverage=percent(round(coverage * 100))),
    )


@require_POST
def start(request: HttpRequest) -> HttpResponse:
    user = viewer(request)
    run = start_portfolio(by=user, at=now())
    return see_other(request, reverse("forecasting:portfolio", args=[run.pk]))


@require_safe
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a run is, and what it has found so far."""
    user, run = access.portfolio(request, pk)
    return render_page(request, "forecasting/portfolio_run.html", run_context(request, user, run), part="progress")


def run_context(request: HttpRequest, user: User, run: PortfolioRun) -> dict[str, Any]:
    progress = progress_of(run)
    forecasts = PortfolioForecast.objects.filter(run=run).select_related("customer").order_by("customer__name", "pk")
    page = Paginator(forecasts, PAGE).get_page(request.GET.get("page"))
    return {
        "run": run,
        "progress": progress,
        "bar": meter_bar(
            progress.share,
            label=_("{done} of {customers} customers").format(done=progress.done, customers=run.customers),
        ),
        "running": run.state == State.RUNNING,
        "why_not_cancel": why_not_cancel(run, by=user),
        "why_not_resume": why_not_resume(run, open_chunks=progress.chunks - progress.chunks_done, by=user),
        "page": page,
        "rows": rows_of(list(page.object_list)),
    }


@require_POST
def cancellation(request: HttpRequest, pk: int) -> HttpResponse:
    user, run = access.portfolio(request, pk)
    cancel_portfolio(run, by=user, at=now())
    return see_other(request, reverse("forecasting:portfolio", args=[pk]))


@require_POST
def resumption(request: HttpRequest, pk: int) -> HttpResponse:
    user, run = access.portfolio(request, pk)
    resume_portfolio(run, by=user, at=now())
    return see_other(request, reverse("forecasting:portfolio", args=[pk]))
