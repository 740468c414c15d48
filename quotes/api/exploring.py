"""What if, for programs: a version's bill under other beliefs, and the draft standing on them."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.schema import MATCH
from core.api.shapes import Input, Text, Whole
from core.errors import Invalid
from core.models import User
from core.roles import Permission, Scope, may
from forecasting.api.forecasts import GROWS, DriversBody, UsageBandsSerializer, drivers_of, scenario_of, series_facts
from forecasting.models import Scenario
from forecasting.queries.comparison import BASE, MOST, scenarios_of
from forecasting.rules.bands import usage_bands
from forecasting.rules.drivers import Driver, read_drivers
from pricing.money import rounded
from quotes import access
from quotes.actions.drafts import edit_version
from quotes.api.drafts import EDITED, draft, edited
from quotes.api.facts import version_tag
from quotes.api.figures import BandFigures, MonthFigures, amount, band_facts, change_facts, margin_facts, month_facts
from quotes.models import QuoteVersion
from quotes.queries.exploring import explored, standing
from quotes.queries.replay import Replay, replay
from quotes.queries.what_if import WhatIf, what_ifs
from quotes.rules.band_words import term_words
from quotes.rules.exploring import on_top

BACK = (12, 24)
GROWTH = {**GROWS, "on": ""}


class OutcomeSerializer(serializers.Serializer):
    """What the deal comes to if these beliefs hold. Margin is null where you may not see it."""

    words = serializers.CharField(help_text="What the band of the term means.")
    sentences = serializers.ListField(child=serializers.CharField(), help_text="What each driver does, in words.")
    bill = BandFigures(help_text="Of the term.")
    change_percent = serializers.CharField(allow_null=True, help_text="Of the P50 of the bill.")
    margin = BandFigures(allow_null=True)
    loss_percent = serializers.CharField(allow_null=True, help_text="Futures that cost more than they bring in.")
    months = MonthFigures(many=True)


class ExploredSerializer(OutcomeSerializer):
    """Changes are against the version as it stands."""

    currency = serializers.CharField()
    committed = serializers.CharField(help_text="Owed whatever happens; no belief moves it.")
    margin_change_percent = serializers.CharField(allow_null=True, help_text="Of the P50 of the margin.")
    overage = serializers.CharField(help_text="Expected beyond what is committed.")
    p99 = serializers.CharField(help_text="One future in 100 costs more over the term.")
    largest = serializers.CharField(allow_null=True, help_text="The most that can be billed, where a cap holds.")
    usage = UsageBandsSerializer(many=True)


class ScenarioOutcomeSerializer(OutcomeSerializer):
    """Changes are against the base forecast, whose `id` is null."""

    id = serializers.IntegerField(allow_null=True)
    name = serializers.CharField()
    in_use = serializers.BooleanField(help_text="Whether the version stands on it, by its name.")
    overage = serializers.CharField(help_text="Expected beyond what is committed.")


class SideBySideSerializer(serializers.Serializer):
    currency = serializers.CharField()
    results = ScenarioOutcomeSerializer(many=True)


class SideBySideQuery(Input):
    scenario = serializers.CharField(
        required=False,
        max_length=60,
        help_text=f"Ids of at most {MOST}, with commas between; else the first ones.",
    )


class UsedScenarioSerializer(serializers.Serializer):
    """The copy of beliefs that the version stands on; without a name it is the base forecast."""

    name = serializers.CharField(allow_null=True)
    drivers = serializers.ListField(child=serializers.DictField())
    sentences = serializers.ListField(child=serializers.CharField())


class UseScenarioBody(Input):
    scenario = Whole(min_value=1, max_value=2**62, help_text="The id of a scenario of the customer.")


class MoreDriversBody(DriversBody):
    name = Text(max_length=60, help_text="What to call them, after the name of the scenario they go on top of.")


class ReplayMonthSerializer(serializers.Serializer):
    month = serializers.DateField()
    bill = serializers.CharField()
    known_percent = serializers.CharField(help_text="Of its days; the rest is taken at their rate.")


class ReplayLineSerializer(serializers.Serializer):
    name = serializers.CharField()
    net = serializers.CharField()


class ReplaySerializer(serializers.Serializer):
    """Exact bills of past months under these terms; `total` is null where no usage is known."""

    currency = serializers.CharField()
    total = serializers.CharField(allow_null=True)
    months = ReplayMonthSerializer(many=True)
    lines = ReplayLineSerializer(many=True)
    unpriced = serializers.ListField(child=serializers.CharField(), help_text="Used, and billed by no line.")


class ReplayQuery(Input):
    months = serializers.ChoiceField(choices=BACK, default=BACK[0], help_text="How many, back from the last one.")


class Explorations(Endpoint):
    scopes = {"POST": Scope.QUOTES_READ}

    @extend_schema(
        request=DriversBody,
        responses={200: ExploredSerializer},
        examples=[OpenApiExample("Faster growth", request_only=True, value={"drivers": [GROWTH]})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """What the version comes to with drivers on top of what it stands on; nothing is stored."""
        user, version = access.version(request, number, version_number)
        drivers = drivers_of(self.read(DriversBody))
        return self.answer(explored_facts(version, drivers, user), tag=version_tag(version))


class VersionScenarios(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    query = SideBySideQuery

    @extend_schema(responses=SideBySideSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """The base forecast and up to three scenarios of the customer, side by side."""
        user, version = access.version(request, number, version_number)
        found = what_ifs(version, self.chosen(version), with_margin=may(user, Permission.SEE_MARGIN))
        used = version.scenario.get("name") or BASE
        rows = [what_if_facts(one, version.currency, in_use=one.name == used) for one in found]
        return self.answer({"currency": version.currency, "results": rows}, tag=version_tag(version))

    def chosen(self, version: QuoteVersion) -> list[Scenario]:
        known = scenarios_of(version.quote.customer)
        if "scenario" not in self.asked:
            return known[:MOST]
        wanted = [part.strip() for part in self.asked["scenario"].split(",")]
        found = [one for one in known if str(one.pk) in wanted]
        if len(found) != len(set(wanted)) or len(found) > MOST:
            raise Invalid({"scenario": f"scenario: ids of at most {MOST} scenarios of {version.quote.customer}."})
        return found


class VersionScenario(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "PUT": Scope.QUOTES_WRITE, "DELETE": Scope.QUOTES_WRITE}

    @extend_schema(responses=UsedScenarioSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """The beliefs that the version's bands stand on."""
        _, version = access.version(request, number, version_number)
        drivers = version.scenario.get("drivers", [])
        sentences = [driver.sentence() for driver in read_drivers(drivers)]
        facts = {"name": version.scenario.get("name"), "drivers": drivers, "sentences": sentences}
        return self.answer(facts, tag=version_tag(version))

    @extend_schema(
        request=UseScenarioBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[OpenApiExample("One of the customer's", request_only=True, value={"scenario": 1})],
    )
    def put(self, request: Request, number: str, version_number: int) -> Response:
        """Let the draft stand on a scenario of its customer: a copy is kept with the draft."""
        user, version = draft(request, number, version_number)
        found = scenario_of(version.quote.customer, self.read(UseScenarioBody)["scenario"])
        return use(self, user, version, {"name": found.name, "drivers": found.drivers})

    @extend_schema(request=None, responses=EDITED, parameters=[MATCH])
    def delete(self, request: Request, number: str, version_number: int) -> Response:
        """Let the draft stand on the base forecast again."""
        user, version = draft(request, number, version_number)
        return use(self, user, version, {})


class ScenarioDrivers(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=MoreDriversBody,
        responses={201: EDITED[200]},
        parameters=[MATCH],
        examples=[OpenApiExample("Growth", request_only=True, value={"name": "Growth +40 %", "drivers": [GROWTH]})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Let the draft stand on what was explored: drivers on top of its own, one step to undo."""
        user, version = draft(request, number, version_number)
        body = self.read(MoreDriversBody)
        if not body["drivers"]:
            raise Invalid({"drivers": "drivers: name at least one."})
        return use(self, user, version, on_top(version.scenario, drivers_of(body), name=body["name"]), status=201)


class VersionReplay(Endpoint):
    name_of_operation = "replay"
    scopes = {"GET": Scope.QUOTES_READ}
    query = ReplayQuery

    @extend_schema(responses=ReplaySerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """What the customer would have paid under these terms for what they really used."""
        _, version = access.version(request, number, version_number)
        return self.answer(replay_facts(replay(version, self.asked["months"]), version.currency))


def use(
    endpoint: Endpoint, user: User, version: QuoteVersion, scenario: dict[str, Any], *, status: int = 200
) -> Response:
    return edited(endpoint, user, lambda: edit_version(version, by=user, at=now(), scenario=scenario), status=status)


def explored_facts(version: QuoteVersion, drivers: Sequence[Driver], user: User) -> dict[str, Any]:
    with_margin, currency = may(user, Permission.SEE_MARGIN), version.currency
    found, stands = explored(version, drivers, with_margin=with_margin), standing(version, with_margin=with_margin)
    left = (stands.margin, found.margin.margin) if stands.margin and found.margin else None
    risks = found.risks
    return {
        "currency": currency,
        "words": term_words(found.term, currency),
        "sentences": [driver.sentence() for driver in drivers],
        "bill": band_facts(found.term),
        "change_percent": change_facts(stands.bill, found.term),
        **margin_facts(found.margin),
        "margin_change_percent": change_facts(*left) if left else None,
        "committed": amount(found.offer.committed.total, currency),
        "overage": amount(risks.expected_overage, currency),
        "p99": amount(risks.p99, currency),
        "largest": None if risks.largest is None else amount(risks.largest, currency),
        "months": month_facts([period.start for period in found.offer.simulated.periods], found.months),
        "usage": [series_facts(one) for one in usage_bands(found.usage.series, version.start)],
    }


def what_if_facts(one: WhatIf, currency: str, *, in_use: bool) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": str(one.name),
        "in_use": in_use,
        "words": term_words(one.term, currency),
        "sentences": one.sentences,
        "bill": band_facts(one.term),
        "change_percent": None if one.change is None else f"{one.change * 100:.2f}",
        **margin_facts(one.margin),
        "overage": amount(one.overage, currency),
        "months": month_facts(one.months, one.bands),
    }


def replay_facts(found: Replay | None, currency: str) -> dict[str, Any]:
    if found is None:
        return {"currency": currency, "total": None, "months": [], "lines": [], "unpriced": []}
    months = [
        {
            "month": one.month,
            "bill": str(rounded(one.bill, currency)),
            "known_percent": f"{min(one.known, Decimal(1)) * 100:.0f}",
        }
        for one in found.months
    ]
    lines = [{"name": one.name, "net": amount(one.net, currency)} for one in found.lines]
    total = amount(found.total, currency)
    return {"currency": currency, "total": total, "months": months, "lines": lines, "unpriced": found.unpriced}
