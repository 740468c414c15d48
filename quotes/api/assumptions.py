"""Usage that nothing was metered of, for programs: what a version's forecast asks for, and what was stated of it."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.roles import Scope
from pricing import Series
from quotes import access
from quotes.api.facts import version_tag
from quotes.models import QuoteVersion
from quotes.queries.assumptions import LEVELS, unknown_series
from quotes.rules.series import name_of, series_named


class AssumedSerializer(serializers.Serializer):
    """Usage a month, in the meter's own unit; null where nothing is stated. `series` names it in a change."""

    series = serializers.CharField(help_text="The meter and its dimensions, by name: tokens|direction=input,model=x.")
    meter = serializers.CharField()
    dimensions = serializers.DictField(child=serializers.CharField())
    needed = serializers.BooleanField(help_text="Whether the forecast has nothing else to go by.")
    low = serializers.CharField(allow_null=True)
    base = serializers.CharField(allow_null=True)
    high = serializers.CharField(allow_null=True)


class AssumedListSerializer(serializers.Serializer):
    results = AssumedSerializer(many=True)


class Assumptions(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(responses=AssumedListSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """The usage that the forecast knows no history of, and whatever was stated; state it by changing the draft."""
        _, version = access.version(request, number, version_number)
        return self.answer({"results": assumed_facts(version)}, tag=version_tag(version))


def assumed_facts(version: QuoteVersion) -> list[dict[str, Any]]:
    needed = unknown_series(version)
    stated = {series_named(name): levels for name, levels in version.assumptions.items()}
    return [facts(one, needed=one in needed, levels=stated.get(one, {})) for one in sorted({*needed, *stated})]


def facts(series: Series, *, needed: bool, levels: dict[str, str]) -> dict[str, Any]:
    said = {level: levels.get(level) for level in LEVELS}
    named = {"series": name_of(series), "meter": series.meter, "dimensions": dict(series.dimensions)}
    return {**named, "needed": needed, **said}
