"""An address of the tests' own, on the ground that every address stands on."""

from datetime import date

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.response import Response

from core.api.endpoint import Ending, Endpoint
from core.api.etags import check_match, tag_of
from core.api.pages import Paged, list_of
from core.api.shapes import Amount, Flag, Input, Text, Whole
from core.errors import Refused
from core.numbering import next_number
from core.roles import Scope


class NewThing(Input):
    name = Text(max_length=20)
    size = Whole(required=False, min_value=0, max_value=9)
    price = Amount(required=False, least="0")
    loud = Flag(required=False)
    code = serializers.RegexField(r"^[a-z]{2}$", required=False)


class ThingQuery(Input):
    colour = serializers.ChoiceField(choices=["red", "blue"], required=False)


class PartSerializer(serializers.Serializer):
    a = serializers.IntegerField()
    b = serializers.IntegerField()


class ThingSerializer(serializers.Serializer):
    name = serializers.CharField()
    totals = serializers.DictField()
    parts = PartSerializer(many=True, required=False)


class Things(Endpoint):
    scopes = {
        "GET": Scope.QUOTES_READ,
        "POST": Scope.QUOTES_WRITE,
        "PATCH": Scope.QUOTES_SEND,
        "DELETE": Scope.QUOTES_WRITE,
    }
    query = ThingQuery
    expansions = ("parts",)
    shown_once = ("secret",)
    endings = {"PATCH": Ending(said=date(2026, 12, 1), gone=date(2028, 1, 1))}

    @extend_schema(responses=ThingSerializer)
    def get(self, request) -> Response:
        parts = {"parts": [{"a": 1, "b": 2}]} if "parts" in self.expand else {}
        return self.answer({"name": "thing", "totals": {"net": "1.00", "list": "2.00"}, **parts}, tag=tag_of(1))

    @extend_schema(request=NewThing, responses={201: ThingSerializer})
    def post(self, request) -> Response:
        """Counts itself, so that a test sees how often it was done."""
        thing = self.read(NewThing)
        number = next_number("things")
        if thing["name"] == "refuse":
            raise Refused("Not this one.")
        return self.answer({"number": number, "secret": "s3cret"}, status=201, headers={"Location": "/1/"})

    @extend_schema(request=NewThing, responses=ThingSerializer)
    def patch(self, request) -> Response:
        check_match(request, tag_of(1))
        return self.answer({})

    def decide_at(self, **kwargs) -> str:
        return "/things/"


class NoThings(Endpoint):
    """A list without rows."""

    scopes = {"GET": Scope.QUOTES_READ}
    query = Paged

    @extend_schema(responses=list_of(ThingSerializer))
    def get(self, request) -> Response:
        return self.answer({"results": [], "next": None})


class ThingDone(Endpoint):
    """A state that is reached without a word."""

    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses={201: ThingSerializer})
    def post(self, request) -> Response:
        return self.answer({"number": next_number("things")}, status=201)


urlpatterns = [
    path("api/v1/things/", Things.as_view()),
    path("api/v1/things/done/", ThingDone.as_view()),
    path("api/v1/no-things/", NoThings.as_view()),
]
handler404 = "core.views.problems.not_found"
