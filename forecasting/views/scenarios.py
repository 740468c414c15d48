"""Scenarios of a customer: made, changed driver by driver, and seen beside the base forecast at once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalog.models import Meter
from catalog.queries import meters as all_meters
from core.errors import Invalid
from core.http import is_partial, render_page, see_other
from core.models import User
from core.roles import Permission, may
from forecasting import access
from forecasting.actions import scenarios as actions
from forecasting.forms.drivers import FORMS, DriverForm, empty, filled, parts
from forecasting.forms.scenario import NameForm
from forecasting.models import Scenario
from forecasting.queries.comparison import compared
from forecasting.rules.drivers import KINDS, Driver, read_drivers
from forecasting.views.compared import comparison_context
from forecasting.views.forecast import DEFAULT_MONTHS, next_month

TEMPLATE = "forecasting/scenario.html"


@dataclass(frozen=True)
class DriverView:
    """A driver on the page: its sentence, the usage it concerns, and its form."""

    place: int
    title: str
    about: str
    usage: str
    sentence: str
    form: DriverForm


@require_POST
def create(request: HttpRequest, slug: str) -> HttpResponse:
    """A new scenario by its name; its page is where drivers are added."""
    user, customer = access.scenario_maker(request, slug)
    form = NameForm(request.POST)
    if form.is_valid():
        try:
            made = actions.create_scenario(customer=customer, name=form.cleaned_data["name"], by=user, at=now())
        except Invalid as problem:
            form.add_error("name", problem.errors["name"])
        else:
            return see_other(request, reverse("forecasting:scenario", args=[slug, made.pk]))
    context = {"customer": customer, "form": form}
    return render_page(request, "forecasting/new_scenario.html", context, part="new-scenario", status=422)


@require_safe
def detail(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    user, scenario = access.scenario(request, slug, pk)
    return show(request, user, scenario, adding=request.GET.get("add", ""))


@require_POST
def drivers(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """Add a driver of a kind."""
    user, scenario = access.editable_scenario(request, slug, pk)
    kind = request.POST.get("kind", "")
    if kind not in FORMS:
        raise Invalid({"kind": _("A driver is one of {kinds}.").format(kinds=", ".join(FORMS))})
    form = FORMS[kind](request.POST, meters=all_meters(), auto_id="new-%s")
    if not form.is_valid():
        return show(request, user, scenario, adding=kind, refused=form)
    return done(request, user, actions.add_driver(scenario, form.driver(), by=user, at=now()))


@require_POST
def driver(request: HttpRequest, slug: str, pk: int, place: int) -> HttpResponse:
    """Change a driver; its bands follow."""
    user, scenario = access.editable_scenario(request, slug, pk)
    actions.there(scenario.drivers, place)
    kind = scenario.drivers[place]["kind"]
    form = FORMS[kind](request.POST, meters=all_meters(), auto_id=f"driver-{place}-%s")
    if not form.is_valid():
        return show(request, user, scenario, refused=form, at_place=place)
    return done(request, user, actions.change_driver(scenario, place, form.driver(), by=user, at=now()))


@require_POST
def driver_removal(request: HttpRequest, slug: str, pk: int, place: int) -> HttpResponse:
    user, scenario = access.editable_scenario(request, slug, pk)
    return done(request, user, actions.remove_driver(scenario, place, by=user, at=now()))


@require_POST
def removal(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    user, scenario = access.editable_scenario(request, slug, pk)
    actions.remove_scenario(scenario, by=user, at=now())
    return see_other(request, reverse("forecasting:forecast", args=[slug]))


def done(request: HttpRequest, user: User, scenario: Scenario) -> HttpResponse:
    """After a write, read again and draw again; a plain browser goes to the page."""
    if not is_partial(request):
        return see_other(request, reverse("forecasting:scenario", args=[scenario.customer.slug, scenario.pk]))
    return show(request, user, scenario)


def show(
    request: HttpRequest,
    user: User,
    scenario: Scenario,
    *,
    adding: str = "",
    refused: DriverForm | None = None,
    at_place: int | None = None,
) -> HttpResponse:
    meters, start = all_meters(), next_month(now().date())
    comparison = compared(scenario.customer, [scenario], start=start, months=DEFAULT_MONTHS)
    new = refused if refused is not None and at_place is None else None
    kind = adding if adding in FORMS else ""
    context = {
        "customer": scenario.customer,
        "scenario": scenario,
        "editable": may(user, Permission.EDIT_CUSTOMERS),
        "drivers": driver_views(read_drivers(scenario.drivers), meters, refused, at_place),
        "kinds": [(code, one.title, one.about) for code, one in KINDS.items()],
        "adding": kind,
        "about": KINDS[kind].about if kind else "",
        "new_form": new or (empty(kind, meters, start) if kind else None),
        "months": DEFAULT_MONTHS,
        **comparison_context(comparison),
    }
    return render_page(request, TEMPLATE, context, part="scenario", status=422 if refused is not None else 200)


def driver_views(
    found: tuple[Driver, ...], meters: Mapping[str, Meter], refused: DriverForm | None, at_place: int | None
) -> list[DriverView]:
    names = dict(parts(meters))
    return [
        DriverView(
            place=n,
            title=one.title,
            about=one.about,
            usage=names.get(one.on, one.on) or _("All usage"),
            sentence=one.sentence(),
            form=refused if refused is not None and n == at_place else filled(one, meters, n),
        )
        for n, one in enumerate(found)
    ]
