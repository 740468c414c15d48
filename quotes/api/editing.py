"""More of editing a draft: undo, sections and notes, the order, years of a term, amounts to reach, many at once."""

from typing import Any

from django.http import Http404
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.schema import MATCH
from core.api.shapes import Amount, Input, Text, Whole
from core.errors import Invalid
from core.roles import Scope
from quotes import access
from quotes.actions.batches import rearrange
from quotes.actions.edits import refresh_forecast
from quotes.actions.lines import remove_package
from quotes.actions.outline import add_text, edit_text, move_row, move_section, move_to_section, remove_text
from quotes.actions.ramps import edit_year
from quotes.actions.substituting import substitute
from quotes.actions.targets import reach_lines, reach_total
from quotes.actions.undoing import redo, undo
from quotes.api.bodies import CODE, Percent
from quotes.api.drafts import EDITED, draft, edited, example, line_for, package_of
from quotes.api.facts import version_tag
from quotes.api.shapes import VersionSerializer
from quotes.models import QuoteVersion

MADE = {201: VersionSerializer}
MOST_KEYS = 500
LONGEST = 2000


class TextSerializer(serializers.Serializer):
    """A section or a note between the lines."""

    key = serializers.CharField()
    kind = serializers.CharField(help_text="section or note.")
    text = serializers.CharField()
    position = serializers.IntegerField(help_text="Among lines, sections and notes.")


class TextListSerializer(serializers.Serializer):
    results = TextSerializer(many=True)


class TextChangesBody(Input):
    text = Text(max_length=LONGEST)


class NewTextBody(TextChangesBody):
    kind = serializers.ChoiceField(choices=["section", "note"])


class PositionBody(Input):
    """One of these: a place among all rows, the section to end, or for a section a place among sections."""

    row = Whole(min_value=1, max_value=10_000, required=False)
    section = Text(max_length=60, required=False, allow_blank=True, help_text="Empty is above the first section.")
    among_sections = Whole(min_value=1, max_value=10_000, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if len(given) != 1:
            raise serializers.ValidationError({"body": "body: say row, section or among_sections."})
        return given


class YearBody(Input):
    """null takes back what was said: then the year is as the one before."""

    quantity = Amount(least="0", required=False, allow_null=True)
    discount_percent = Percent(required=False, allow_null=True)
    prices = serializers.DictField(child=Amount(least="0", allow_null=True), required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if not given:
            raise serializers.ValidationError({"body": "body: say a quantity, a discount or prices."})
        return given


class TargetBody(Input):
    """What the committed total, or that of these lines, is to come to."""

    total = Amount(least="0")
    lines = serializers.ListField(
        child=Text(max_length=60), required=False, min_length=1, max_length=MOST_KEYS, help_text="Their keys."
    )


class BatchBody(Input):
    """Prices to add, lines to remove and quantities to set, in one step."""

    add = serializers.ListField(
        child=serializers.RegexField(CODE, max_length=60), required=False, default=list, max_length=MOST_KEYS
    )
    remove = serializers.ListField(child=Text(max_length=60), required=False, default=list, max_length=MOST_KEYS)
    quantities = serializers.DictField(child=Amount(least="0"), required=False, default=dict, help_text="By line.")


class SubstitutionBody(Input):
    place = Text(max_length=200, help_text="As a problem of `pricing` names it.")


class Undoing(Endpoint):
    name_of_operation = "undo"
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses=MADE, parameters=[MATCH])
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Take back the last edit of the draft, whoever made it."""
        user, version = draft(request, number, version_number)
        return edited(self, user, lambda: undo(version, by=user, at=now()), status=201)


class Redoing(Endpoint):
    name_of_operation = "redo"
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses=MADE, parameters=[MATCH])
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Make again what was undone last."""
        user, version = draft(request, number, version_number)
        return edited(self, user, lambda: redo(version, by=user, at=now()), status=201)


class ForecastAnew(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses=MADE, parameters=[MATCH])
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Forecast the draft again, on the usage that is known now."""
        user, version = draft(request, number, version_number)
        return edited(self, user, lambda: refresh_forecast(version, by=user, at=now()), status=201)


class PackageOnVersion(Endpoint):
    name_of_operation = "version_package"
    scopes = {"DELETE": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses=EDITED, parameters=[MATCH])
    def delete(self, request: Request, number: str, version_number: int, package: str) -> Response:
        """Take a whole package off a draft."""
        user, version = draft(request, number, version_number)
        leaving = package_of(version, package)
        return edited(self, user, lambda: remove_package(version, package=leaving, by=user, at=now()))


class Texts(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_WRITE}

    @extend_schema(responses=TextListSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """Sections and notes of a version in their order."""
        _, version = access.version(request, number, version_number)
        rows = [{"key": key, **one} for key, one in version.texts.items()]
        return self.answer({"results": sorted(rows, key=lambda row: row["position"])}, tag=version_tag(version))

    @extend_schema(
        request=NewTextBody,
        responses=MADE,
        parameters=[MATCH],
        examples=[example("A section", {"kind": "section", "text": "Support"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Add a section or a note as the last row; what is added later comes under it."""
        user, version = draft(request, number, version_number)
        body = self.read(NewTextBody)
        return edited(self, user, lambda: add_text(version, **body, by=user, at=now()), status=201)


class OneText(Endpoint):
    name_of_operation = "text"
    scopes = {"PATCH": Scope.QUOTES_WRITE, "DELETE": Scope.QUOTES_WRITE}

    @extend_schema(
        request=TextChangesBody, responses=EDITED, parameters=[MATCH], examples=[example("Renamed", {"text": "Care"})]
    )
    def patch(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """Rename a section, or say something else in a note."""
        user, version = draft(request, number, version_number)
        if key not in version.texts:
            raise Http404
        body = self.read(TextChangesBody)
        return edited(self, user, lambda: edit_text(version, key=key, **body, by=user, at=now()))

    @extend_schema(request=None, responses=EDITED, parameters=[MATCH])
    def delete(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """Take a section or note off; the lines of a section stay."""
        user, version = draft(request, number, version_number)
        if key not in version.texts:
            raise Http404
        return edited(self, user, lambda: remove_text(version, key=key, by=user, at=now()))


class RowPosition(Endpoint):
    name_of_operation = "position"
    scopes = {"PUT": Scope.QUOTES_WRITE}

    @extend_schema(request=PositionBody, responses=EDITED, parameters=[MATCH], examples=[example("On top", {"row": 1})])
    def put(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """Move a line, section or note; or a section with everything under it."""
        user, version = draft(request, number, version_number)
        if key not in version.texts and not version.lines.filter(key=key).exists():
            raise Http404
        body = self.read(PositionBody)
        who: dict[str, Any] = {"by": user, "at": now()}
        if "section" in body:
            return edited(self, user, lambda: move_to_section(version, key=key, section=body["section"], **who))
        if "row" in body:
            return edited(self, user, lambda: move_row(version, key=key, to=body["row"], **who))
        return edited(self, user, lambda: move_section(version, key=key, to=body["among_sections"], **who))


class LineYear(Endpoint):
    name_of_operation = "line_year"
    scopes = {"PATCH": Scope.QUOTES_WRITE}

    @extend_schema(
        request=YearBody,
        responses=EDITED,
        parameters=[MATCH],
        examples=[example("More from then on", {"quantity": "80"})],
    )
    def patch(self, request: Request, number: str, version_number: int, key: str, year: int) -> Response:
        """Say what a line is from this year of the term on."""
        user, line = line_for(request, number, version_number, key)
        body = self.read(YearBody)
        return edited(self, user, lambda: edit_year(line, year=year, by=user, at=now(), **body))


class Target(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=TargetBody,
        responses=MADE,
        parameters=[MATCH],
        examples=[example("The whole quote", {"total": "50000"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Give the discount with which the committed total, or that of some lines, is nearest to an amount."""
        user, version = draft(request, number, version_number)
        body = self.read(TargetBody)
        who: dict[str, Any] = {"by": user, "at": now()}

        def reach() -> QuoteVersion:
            if "lines" in body:
                reach_lines(version, keys=body["lines"], target=body["total"], **who)
            else:
                reach_total(version, target=body["total"], **who)
            return access.version(request, number, version_number)[1]

        return edited(self, user, reach, status=201)


class Batches(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=BatchBody,
        responses=MADE,
        parameters=[MATCH],
        examples=[example("A quantity", {"quantities": {"seats": "60"}})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Add, remove and set quantities in one step, where one after the other would break a rule on the way."""
        user, version = draft(request, number, version_number)
        body = self.read(BatchBody)
        if not any(body.values()):
            raise Invalid({"body": "body: say what to add, to remove or to set."})
        given: dict[str, Any] = {"adds": body["add"], "removes": body["remove"], "quantities": body["quantities"]}
        return edited(self, user, lambda: rearrange(version, **given, by=user, at=now()), status=201)


class Substitutions(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=SubstitutionBody,
        responses=MADE,
        parameters=[MATCH],
        examples=[example("What billing cannot bill", {"place": "seats"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Put the nearest thing that billing can bill in the place of what it cannot."""
        user, version = draft(request, number, version_number)
        body = self.read(SubstitutionBody)
        return edited(self, user, lambda: substitute(version, **body, by=user, at=now()), status=201)
