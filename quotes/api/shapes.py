"""How quotes look to programs. Money is text, in the currency that the version names."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.fields import Expanded
from quotes.models import QuoteLine
from quotes.rules.components import months_of
from quotes.rules.transitions import Status

STATUSES = [status.value for status in Status]


class OpportunitySerializer(serializers.Serializer):
    """A deal as your CRM knows it: what was said of it here, or told by the CRM (docs/CRM.md)."""

    system = serializers.CharField(allow_null=True)
    external_id = serializers.CharField(allow_null=True)
    name = serializers.CharField(allow_null=True)
    url = serializers.CharField(allow_null=True)
    stage = serializers.CharField(allow_null=True, help_text="In the words of the CRM.")
    state = serializers.CharField(allow_null=True, help_text="open, won or lost.")
    amount = serializers.CharField(allow_null=True, help_text="As the CRM has it.")
    currency = serializers.CharField(allow_null=True)
    close_date = serializers.DateField(allow_null=True)
    owner = serializers.CharField(allow_null=True)


class RowSerializer(serializers.Serializer):
    """A quote in a list, by its newest version."""

    number = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    customer = serializers.CharField(help_text="The slug of the customer.")
    owner = serializers.CharField(help_text="By name.")
    owner_username = serializers.CharField(help_text="What the filter `owner` takes.")
    status = serializers.ChoiceField(choices=STATUSES)
    currency = serializers.CharField()
    committed = serializers.CharField(help_text="What is owed whatever happens, over the term.")
    expected = serializers.CharField(allow_null=True, help_text="The term's bill at P50, once it was submitted.")
    valid_until = serializers.DateField()
    edited_at = serializers.DateTimeField()
    opportunity = OpportunitySerializer(allow_null=True)


class VersionLinkSerializer(serializers.Serializer):
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)


class ApprovalSerializer(serializers.Serializer):
    """What a rule asks for, and who decided what."""

    rule = serializers.CharField()
    reason = serializers.CharField(allow_null=True, help_text="null where it tells of margin and you may not see it.")
    role = serializers.CharField()
    stage = serializers.IntegerField(help_text="Later stages wait for the earlier ones.")
    status = serializers.CharField(help_text="pending, approved, changes_requested, rejected or carried.")
    due_at = serializers.DateTimeField(allow_null=True)
    assignee = serializers.CharField(allow_null=True, help_text="Whom alone it waits for; null for all of the role.")
    asked_by = serializers.CharField(allow_null=True, help_text="Who asked for it, where no rule did.")
    decided_by = serializers.CharField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    on_behalf_of = serializers.CharField(allow_null=True, help_text="The colleague that a stand-in decided for.")
    comment = serializers.CharField()
    carried_from = serializers.IntegerField(allow_null=True, help_text="The version that was decided on before.")


class LineSerializer(serializers.ModelSerializer):
    """A line: a component of the price kernel (docs/schema/component.json) and what the seller gave off it."""

    price = serializers.CharField(source="price.key", help_text="The price of the book that it was made from.")
    name = serializers.SerializerMethodField()
    package = serializers.SerializerMethodField(help_text="The code of the package it came with; empty for none.")
    discount_percent = serializers.SerializerMethodField()
    from_month = serializers.SerializerMethodField(help_text="The first month of the term; null for its start.")
    to_month = serializers.SerializerMethodField(help_text="The last month of the term; null for its end.")
    component = serializers.DictField()

    class Meta:
        model = QuoteLine
        fields = [
            "key",
            "position",
            "price",
            "name",
            "package",
            "discount_percent",
            "discount_from",
            "discount_to",
            "from_month",
            "to_month",
            "optional",
            "rule",
            "component",
        ]

    def get_name(self, line: QuoteLine) -> str:
        return str(line.component["name"])

    def get_from_month(self, line: QuoteLine) -> int | None:
        return months_of(line.component)[0]

    def get_to_month(self, line: QuoteLine) -> int | None:
        return months_of(line.component)[1]

    def get_package(self, line: QuoteLine) -> str:
        return line.part.package.code if line.part else ""

    def get_discount_percent(self, line: QuoteLine) -> str:
        return f"{line.discount_percent.normalize():f}"


class VersionSerializer(serializers.Serializer):
    """A version. `expand` adds its pricing (bands, margin for those who may see it) and its frozen snapshot."""

    quote = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.ChoiceField(choices=STATUSES)
    title = serializers.CharField()
    currency = serializers.CharField()
    start = serializers.DateField()
    months = serializers.IntegerField()
    discount_percent = serializers.CharField()
    discount_from = serializers.IntegerField(allow_null=True, help_text="The month of the term; null for the first.")
    discount_to = serializers.IntegerField(allow_null=True)
    free_months = serializers.IntegerField()
    escalator_percent = serializers.CharField()
    payment_days = serializers.IntegerField()
    special_terms = serializers.CharField(help_text="What is agreed beyond the clauses.")
    sold_by = serializers.CharField(allow_null=True, help_text="The code of a seller; null as the price book says.")
    valid_until = serializers.DateField()
    zone = serializers.CharField()
    expires_at = serializers.DateTimeField()
    committed = serializers.CharField(help_text="What is owed whatever happens, over the term.")
    edit_number = serializers.IntegerField()
    sha256 = serializers.CharField(allow_null=True, help_text="Of the frozen snapshot; null for a draft.")
    url = serializers.URLField(help_text="The page for people; approvals are decided there.")
    lines = LineSerializer(many=True)
    approvals = ApprovalSerializer(many=True)
    pricing = Expanded()
    snapshot = Expanded(allow_null=True)


class QuoteSerializer(serializers.Serializer):
    number = serializers.CharField()
    customer = serializers.CharField()
    owner = serializers.CharField(help_text="By username.")
    opportunity = OpportunitySerializer(allow_null=True)
    versions = VersionLinkSerializer(many=True)
    newest = VersionSerializer()


class ExplanationSerializer(serializers.Serializer):
    """What a line comes to in a month of typical usage, step by step."""

    month = serializers.IntegerField()
    currency = serializers.CharField()
    total = serializers.CharField()
    typical = serializers.BooleanField(help_text="Whether the usage is the median of the forecast.")
    parts = serializers.SerializerMethodField()

    @extend_schema_field({"type": "array", "items": {"type": "object"}})
    def get_parts(self, found: dict[str, Any]) -> list[dict[str, Any]]:
        return found["parts"]
