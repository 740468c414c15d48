"""What a customer will use, what scenarios make of it, and the forecast of everybody as a job."""

from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.access import forbid_unless
from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, tag_of
from core.api.pages import Paged, list_of, page_of
from core.api.schema import SEEN
from core.api.shapes import Input, Text
from core.errors import Invalid
from core.roles import Permission, Scope
from customers.access import customer_for, viewer
from customers.models import Customer
from forecasting import access
from forecasting.actions.portfolio import cancel_portfolio, resume_portfolio, start_portfolio
from forecasting.actions.scenarios import make_scenario, remove_scenario, set_drivers
from forecasting.api.drivers import DriverBody, driver_of
from forecasting.models import ForecastRun, PortfolioRun, Scenario
from forecasting.queries import usage_bands
from forecasting.queries.making import asked, made
from forecasting.queries.portfolio import progress_of
from forecasting.rules.bands import UsageBands
from forecasting.rules.drivers import MOST, Driver, read_drivers
from forecasting.rules.portfolio import State
from forecasting.rules.requests import Request as Asked
from pricing.periods import month_after

MAY_NOT_RUN = "Portfolios are forecast by deal desk, finance and pricing operations. Ask one of them."


class UsageBandsSerializer(serializers.Serializer):
    """One stream of usage, in the meter's own unit."""

    meter = serializers.CharField()
    dimensions = serializers.DictField(child=serializers.CharField())
    months = serializers.ListField(child=serializers.CharField())
    p10 = serializers.ListField(child=serializers.FloatField())
    p50 = serializers.ListField(child=serializers.FloatField())
    p90 = serializers.ListField(child=serializers.FloatField())
    total = serializers.ListField(
        child=serializers.FloatField(), help_text="P10, P50 and P90 of the sum, which is not the sum of the months'."
    )


class ForecastSerializer(serializers.Serializer):
    """Bands of usage, and what they rest on. The same inputs and seed give the same numbers."""

    customer = serializers.CharField()
    scenario = serializers.CharField(allow_null=True)
    start = serializers.DateField()
    months = serializers.IntegerField()
    method = serializers.CharField()
    seed = serializers.IntegerField()
    paths = serializers.IntegerField()
    data_date = serializers.DateField(allow_null=True)
    basis = serializers.CharField()
    notes = serializers.ListField(child=serializers.CharField())
    gaps = serializers.ListField(child=serializers.CharField())
    series = UsageBandsSerializer(many=True)


class ForecastQuery(Input):
    months = serializers.IntegerField(min_value=1, max_value=60, default=12, help_text="How many, from the next one.")
    scenario = serializers.IntegerField(
        required=False, min_value=1, max_value=2**62, help_text="The id of one of the customer's scenarios."
    )


class ScenarioSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()
    drivers = serializers.ListField(child=serializers.DictField())
    sentences = serializers.ListField(child=serializers.CharField(), help_text="What each driver does, in words.")
    edited_at = serializers.DateTimeField()
    edited_by = serializers.CharField()


class ScenarioListSerializer(serializers.Serializer):
    results = ScenarioSerializer(many=True)


class DriversBody(Input):
    drivers = serializers.ListField(child=DriverBody(), max_length=MOST)


class NewScenarioBody(DriversBody):
    name = Text(max_length=60)


class JobSerializer(serializers.Serializer):
    """Long work: how far it is, and when it ended. Read it again until `state` is not "running"."""

    id = serializers.IntegerField()
    state = serializers.ChoiceField(choices=[state.value for state in State])
    done = serializers.IntegerField(help_text="Customers that are done.")
    total = serializers.IntegerField()
    created_at = serializers.DateTimeField()
    finished_at = serializers.DateTimeField(allow_null=True)


GROWS = {"kind": "growth", "on": "tokens", "per_year": 40, "start": "2027-01-01"}


class Forecast(Endpoint):
    scopes = {"GET": Scope.FORECASTS_READ}
    query = ForecastQuery

    @extend_schema(responses=ForecastSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """What the customer will use from next month on, with a scenario's beliefs on top if one is named."""
        _, customer = customer_for(request, slug)
        pk = self.asked.get("scenario")
        scenario = scenario_of(customer, pk) if pk else None
        drivers = read_drivers(scenario.drivers) if scenario else ()
        run = run_of(customer, self.asked["months"], drivers)
        return self.answer({**facts_of(run), "scenario": scenario.name if scenario else None})


class Scenarios(Endpoint):
    scopes = {"GET": Scope.FORECASTS_READ, "POST": Scope.FORECASTS_WRITE}

    @extend_schema(responses=ScenarioListSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The customer's scenarios by name."""
        _, customer = customer_for(request, slug)
        found = Scenario.objects.filter(customer=customer).select_related("edited_by").order_by("name")
        return self.answer({"results": [scenario_facts(one) for one in found]})

    @extend_schema(
        request=NewScenarioBody,
        responses={201: ScenarioSerializer},
        examples=[OpenApiExample("Growth", request_only=True, value={"name": "Roll-out", "drivers": [GROWS]})],
    )
    def post(self, request: Request, slug: str) -> Response:
        """Keep beliefs about the future under a name."""
        user, customer = access.scenario_maker(request, slug)
        body = self.read(NewScenarioBody)
        drivers = drivers_of(body)
        made = make_scenario(customer=customer, name=body["name"], drivers=drivers, by=user, at=now())
        headers = {"Location": f"{request.path}{made.pk}/"}
        return self.answer(scenario_facts(made), status=201, tag=scenario_tag(made), headers=headers)


class OneScenario(Endpoint):
    name_of_operation = "scenario"
    scopes = {
        "GET": Scope.FORECASTS_READ,
        "PUT": Scope.FORECASTS_WRITE,
        "DELETE": Scope.FORECASTS_WRITE,
    }

    @extend_schema(responses=ScenarioSerializer)
    def get(self, request: Request, slug: str, pk: int) -> Response:
        """One scenario."""
        _, found = access.scenario(request, slug, pk)
        return self.answer(scenario_facts(found), tag=scenario_tag(found))

    @extend_schema(
        request=DriversBody,
        responses=ScenarioSerializer,
        examples=[OpenApiExample("Growth", request_only=True, value={"drivers": [GROWS]})],
    )
    def put(self, request: Request, slug: str, pk: int) -> Response:
        """Set its drivers, all of them, in their order; needs If-Match with the ETag that was read."""
        user, found = access.editable_scenario(request, slug, pk)
        check_match(request, scenario_tag(found))
        changed = set_drivers(found, drivers_of(self.read(DriversBody)), seen=found.edited_at, by=user, at=now())
        return self.answer(scenario_facts(changed), tag=scenario_tag(changed))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, slug: str, pk: int) -> Response:
        """Remove a scenario; quotes that use it keep the copy they took."""
        user, found = access.editable_scenario(request, slug, pk)
        check_given(request, found, scenario_tag)
        remove_scenario(found, by=user, at=now())
        return Response(status=204)


class Portfolios(Endpoint):
    scopes = {"GET": Scope.FORECASTS_READ, "POST": Scope.FORECASTS_WRITE}
    query = Paged

    @extend_schema(responses=list_of(JobSerializer))
    def get(self, request: Request) -> Response:
        """Forecasts of all customers, newest first."""
        viewer(request)
        page = page_of(PortfolioRun.objects.all(), self.asked, "-pk", name="portfolios")
        return self.answer(page.answer(request, [job(one) for one in page.rows]))

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request) -> Response:
        """Forecast every customer with usage; workers do it. The answer names the job to look at."""
        user = viewer(request)
        forbid_unless(user, Permission.RUN_FORECASTS, MAY_NOT_RUN)
        run = start_portfolio(by=user, at=now())
        headers = {"Location": reverse("api_portfolio", args=[run.pk]), "Retry-After": "5"}
        return self.answer(job(run), status=202, headers=headers)


class OnePortfolio(Endpoint):
    name_of_operation = "portfolio"
    scopes = {"GET": Scope.FORECASTS_READ}

    @extend_schema(responses=JobSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far the forecast of all customers is."""
        _, run = access.portfolio(request, pk)
        return self.answer(job(run))


class PortfolioCancellation(Endpoint):
    scopes = {"POST": Scope.FORECASTS_WRITE}

    @extend_schema(request=None, responses={201: JobSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Cancel it: what is done stays, what is open is not begun any more."""
        user, run = access.portfolio(request, pk)
        forbid_unless(user, Permission.RUN_FORECASTS, MAY_NOT_RUN)
        return self.answer(job(cancel_portfolio(run, by=user, at=now())), status=201)


class PortfolioResumption(Endpoint):
    scopes = {"POST": Scope.FORECASTS_WRITE}

    @extend_schema(request=None, responses={202: JobSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Go on with what is open of one that was cancelled or failed."""
        user, run = access.portfolio(request, pk)
        forbid_unless(user, Permission.RUN_FORECASTS, MAY_NOT_RUN)
        resumed = resume_portfolio(run, by=user, at=now())
        headers = {"Location": reverse("api_portfolio", args=[pk]), "Retry-After": "5"}
        return self.answer(job(resumed), status=202, headers=headers)


def scenario_of(customer: Customer, pk: int, name: str = "scenario") -> Scenario:
    """The customer's scenario of this number; Invalid, under the name of the field, where there is none."""
    found = Scenario.objects.filter(customer=customer, pk=pk).first()
    if found is None:
        raise Invalid({name: f"{name}: {customer.slug} has no scenario {pk}."})
    return found


def run_of(customer: Customer, months: int, drivers: tuple[Driver, ...] = ()) -> ForecastRun:
    """The stored run of these inputs, or one that is not stored."""
    ask = asked(customer, Asked(month_after(now().date().replace(day=1), 1), months, drivers))
    return ForecastRun.objects.filter(inputs_hash=ask.inputs.sha256).first() or made(ask)


def facts_of(run: ForecastRun) -> dict[str, Any]:
    return {
        "customer": run.customer.slug,
        "start": run.start,
        "months": run.months,
        "method": run.method,
        "seed": run.seed,
        "paths": run.n_paths,
        "data_date": run.data_date,
        "basis": run.basis,
        "notes": run.notes,
        "gaps": run.gaps,
        "series": [series_facts(one) for one in usage_bands(run)],
    }


def series_facts(one: UsageBands) -> dict[str, Any]:
    return {
        "meter": one.series.meter,
        "dimensions": dict(one.series.dimensions),
        "months": one.months,
        "p10": one.p10,
        "p50": one.p50,
        "p90": one.p90,
        "total": one.total,
    }


def drivers_of(body: dict[str, Any]) -> list[Driver]:
    return [driver_of(one, f"drivers.{n}") for n, one in enumerate(body["drivers"])]


def scenario_facts(found: Scenario) -> dict[str, Any]:
    return {
        "id": found.pk,
        "name": found.name,
        "drivers": found.drivers,
        "sentences": [driver.sentence() for driver in read_drivers(found.drivers)],
        "edited_at": found.edited_at,
        "edited_by": found.edited_by.username,
    }


def scenario_tag(found: Scenario) -> str:
    return tag_of(found.pk, found.edited_at.isoformat())


def job(run: PortfolioRun) -> dict[str, Any]:
    return {
        "id": run.pk,
        "state": run.state,
        "done": progress_of(run).done,
        "total": run.customers,
        "created_at": run.created_at,
        "finished_at": run.finished_at,
    }
