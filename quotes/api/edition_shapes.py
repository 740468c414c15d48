"""How clauses and layouts look to programs, and what programs send about them."""

from typing import Any, NamedTuple

from django.conf import settings
from drf_spectacular.utils import OpenApiExample
from rest_framework import serializers

from core.api.shapes import Input, Text, Whole
from quotes.models import Clause, Edition, Layout
from quotes.rules.clauses import WHEN
from quotes.rules.paper import EVERY, NEEDED

STATES = ["standard", *Edition.Status.values]
LANGUAGES = ["", *(code for code, _ in settings.LANGUAGES)]
CODE = r"^[a-z][a-z0-9-]{1,39}$"


class EditionSerializer(serializers.Serializer):
    code = serializers.CharField()
    version = serializers.IntegerField(help_text="0 of what comes with the product.")
    status = serializers.ChoiceField(choices=STATES)
    seller = serializers.CharField(allow_null=True, help_text="The selling entity that it holds for; null for all.")
    title = serializers.CharField()


class ClauseRowSerializer(EditionSerializer):
    """A clause of the terms; `{customer}` and other variables stand for the facts of a quote."""

    text = serializers.CharField()
    title_de = serializers.CharField()
    text_de = serializers.CharField()
    when = serializers.ChoiceField(choices=list(WHEN), help_text="In which quotes it stands.")
    position = serializers.IntegerField()


class LayoutRowSerializer(EditionSerializer):
    """Which sections a document has, in their order."""

    language = serializers.ChoiceField(choices=LANGUAGES, help_text='"" for every language.')
    sections = serializers.ListField(child=serializers.ChoiceField(choices=EVERY))


class VersionFacts(serializers.Serializer):
    published_at = serializers.DateTimeField(allow_null=True)
    published_by = serializers.CharField(allow_null=True)
    problems = serializers.ListField(
        child=serializers.CharField(), help_text="What keeps a draft from being published."
    )
    preview = serializers.URLField(allow_null=True, help_text="Where a person sees it as it will be printed.")


class ClauseSerializer(VersionFacts, ClauseRowSerializer):
    pass


class LayoutSerializer(VersionFacts, LayoutRowSerializer):
    pass


class InForceClauseSerializer(ClauseRowSerializer):
    draft_version = serializers.IntegerField(allow_null=True)


class InForceLayoutSerializer(LayoutRowSerializer):
    draft_version = serializers.IntegerField(allow_null=True)


class ClauseListSerializer(serializers.Serializer):
    results = InForceClauseSerializer(many=True)


class LayoutListSerializer(serializers.Serializer):
    results = InForceLayoutSerializer(many=True)


class ClauseHistorySerializer(serializers.Serializer):
    results = ClauseSerializer(many=True)


class LayoutHistorySerializer(serializers.Serializer):
    results = LayoutSerializer(many=True)


class ClauseBody(Input):
    seller = Text(max_length=40, required=False, allow_null=True)
    title = Text(max_length=120, required=False)
    text = Text(max_length=6000, required=False)
    title_de = Text(max_length=120, required=False, allow_blank=True)
    text_de = Text(max_length=6000, required=False, allow_blank=True)
    when = serializers.ChoiceField(choices=list(WHEN), required=False)
    position = Whole(min_value=1, max_value=999, required=False)


class NewClauseBody(ClauseBody):
    code = serializers.RegexField(CODE, help_text="Such as liability.")
    title = Text(max_length=120)
    text = Text(max_length=6000)


class LayoutBody(Input):
    seller = Text(max_length=40, required=False, allow_null=True)
    title = Text(max_length=80, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    sections = serializers.ListField(
        child=serializers.ChoiceField(choices=EVERY), required=False, min_length=1, max_length=len(EVERY)
    )

    def validate_sections(self, names: list[str]) -> list[str]:
        if len(set(names)) < len(names):
            raise serializers.ValidationError("sections: name each section once.")
        return names


class NewLayoutBody(LayoutBody):
    code = serializers.RegexField(CODE, help_text="Such as short.")
    title = Text(max_length=80)
    sections = serializers.ListField(child=serializers.ChoiceField(choices=EVERY), min_length=1, max_length=len(EVERY))


class Kind(NamedTuple):
    """What clauses and layouts differ in."""

    name: str
    one: str
    model: Any
    answer: Any
    listed: Any
    history: Any
    body: Any
    new_body: Any
    example: OpenApiExample
    change: OpenApiExample


CLAUSES = Kind(
    "clauses",
    "clause",
    Clause,
    ClauseSerializer,
    ClauseListSerializer,
    ClauseHistorySerializer,
    ClauseBody,
    NewClauseBody,
    OpenApiExample(
        "Liability",
        request_only=True,
        value={"code": "liability", "title": "Liability", "text": "Liability of {seller} ends at {committed}."},
    ),
    OpenApiExample("Another title", request_only=True, value={"title": "Limits of liability"}),
)
LAYOUTS = Kind(
    "layouts",
    "layout",
    Layout,
    LayoutSerializer,
    LayoutListSerializer,
    LayoutHistorySerializer,
    LayoutBody,
    NewLayoutBody,
    OpenApiExample("Short", request_only=True, value={"code": "short", "title": "Short", "sections": [*NEEDED]}),
    OpenApiExample("German only", request_only=True, value={"language": "de"}),
)
