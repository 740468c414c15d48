from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from core.charts import fan_chart, window_chart
from core.http import render_page
from core.roles import Permission, may
from customers.access import customer_for
from customers.models import Customer
from forecasting.engine.cohorts import WORTH_DAYS
from forecasting.forms.horizon import HorizonForm
from forecasting.forms.scenario import NameForm
from forecasting.models import ForecastRun
from forecasting.queries import is_current
from forecasting.queries.comparison import MOST, compared, scenarios_of
from forecasting.queries.panel import ForecastPanel, SeriesForecast, forecast_panel, run_panel
from forecasting.queries.portfolio import alarm
from forecasting.views.compared import comparison_context
from pricing.periods import month_after

DEFAULT_MONTHS = 12


@require_safe
def forecast(request: HttpRequest, slug: str) -> HttpResponse:
    """What a customer will use from next month on, by series, and up to three scenarios beside it.

    A panel of the customer's page.
    """
    user, customer = customer_for(request, slug)
    form = HorizonForm(request.GET if "months" in request.GET else None, initial={"months": DEFAULT_MONTHS})
    months = form.cleaned_data["months"] if form.is_valid() else DEFAULT_MONTHS
    start = next_month(now().date())
    panel = forecast_panel(customer, start=start, months=months)
    context = {
        "customer": customer,
        "form": form,
        "months": months,
        "may_edit": may(user, Permission.EDIT_CUSTOMERS),
        "scenario_form": NameForm(),
        "drift": alarm(),
        **shown(panel),
        **scenario_context(request, customer, start=start, months=months),
    }
    return render_page(request, "forecasting/forecast.html", context, part="forecast", status=status_of(form))


def scenario_context(request: HttpRequest, customer: Customer, *, start: date, months: int) -> dict[str, object]:
    """The customer's scenarios, and those chosen beside the base."""
    known = scenarios_of(customer)
    wanted = request.GET.getlist("scenario")
    chosen = [one for one in known if str(one.pk) in wanted][:MOST]
    rows = [{"scenario": one, "chosen": one in chosen, "drivers": len(one.drivers)} for one in known]
    found = comparison_context(compared(customer, chosen, start=start, months=months)) if chosen else {}
    return {"scenarios": rows, "most": MOST, "too_many": len(wanted) > MOST, **found}


@require_safe
def run(request: HttpRequest, slug: str, inputs_hash: str) -> HttpResponse:
    """A stored forecast as it was when it was made, such as the one behind a quote."""
    _, customer = customer_for(request, slug)
    stored = get_object_or_404(ForecastRun, customer=customer, inputs_hash=inputs_hash)
    context = {"customer": customer, "form": None, "months": stored.months, **shown(run_panel(stored))}
    return render_page(request, "forecasting/forecast.html", context, part="forecast")


def next_month(today: date) -> date:
    return month_after(today.replace(day=1), 1)


def status_of(form: HorizonForm) -> int:
    return 422 if form.is_bound and not form.is_valid() else 200


def shown(panel: ForecastPanel) -> dict[str, object]:
    return {
        "run": panel.run,
        "current": is_current(panel.run),
        "worth_days": WORTH_DAYS,
        "series": [{"forecast": one, "chart": fan(one), "past": past(one)} for one in panel.series],
    }


def fan(one: SeriesForecast) -> str:
    return fan_chart(one.past, one.months, one.p10, one.p50, one.p90, label=f"{one.meter}: {one.label}", unit=one.unit)


def past(one: SeriesForecast) -> str:
    """The chart of past forecasts; "" where the method could not be tested."""
    if one.test is None:
        return ""
    return window_chart(
        one.test.windows,
        label=_("Past forecasts of {meter}: {label}").format(meter=one.meter, label=one.label),
        unit=one.unit,
    )
