"""Contracts for machines: the same queries as the pages. Money is text, so that no reader rounds it."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.generics import ListAPIView, RetrieveAPIView
from rest_framework.pagination import PageNumberPagination

from billing import access
from billing.queries import contracts as queries
from billing.queries.contracts import Contracts
from billing.rules import State
from pricing.money import rounded
from quotes.models import Contract


class ContractSerializer(serializers.Serializer):
    """A contract in a list."""

    number = serializers.CharField()
    customer = serializers.CharField(source="customer.slug")
    quote = serializers.CharField(source="version.quote.number")
    version = serializers.IntegerField(source="version.number")
    title = serializers.CharField(source="version.title")
    currency = serializers.CharField(source="version.currency")
    committed = serializers.SerializerMethodField()
    start = serializers.DateField(source="version.start")
    months = serializers.IntegerField(source="version.months")
    created_at = serializers.DateTimeField()
    sha256 = serializers.CharField()
    terms_sha256 = serializers.CharField()
    delivery_state = serializers.ChoiceField(source="state", choices=[state.value for state in State])
    delivery_reference = serializers.CharField(source="reference")

    def get_committed(self, contract: Contract) -> str:
        version = contract.version
        return str(rounded(version.committed_total, version.currency))


class StepSerializer(serializers.Serializer):
    name = serializers.CharField()
    key = serializers.CharField()
    state = serializers.CharField()
    attempts = serializers.IntegerField()
    error = serializers.CharField()
    done_at = serializers.DateTimeField()


class DeliverySerializer(serializers.Serializer):
    target = serializers.CharField()
    state = serializers.CharField()
    reference = serializers.CharField()
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    steps = StepSerializer(many=True)


class ContractDetailSerializer(ContractSerializer):
    """One contract: besides, the exact terms as text (its SHA-256 is `terms_sha256`), who accepted, the hand-off."""

    terms = serializers.CharField()
    accepted_by = serializers.SerializerMethodField()
    accepted_at = serializers.DateTimeField(source="version.acceptance.at")
    delivery = serializers.SerializerMethodField()

    def get_accepted_by(self, contract: Contract) -> str:
        acceptance = contract.version.acceptance
        return f"{acceptance.name}, {acceptance.title}"

    @extend_schema_field(DeliverySerializer)
    def get_delivery(self, contract: Contract) -> dict[str, Any]:
        return dict(DeliverySerializer(queries.delivery_state(contract)).data)


class Pages(PageNumberPagination):
    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 200


@extend_schema(
    parameters=[
        OpenApiParameter("text", str, description="Part of a contract, quote or billing number, or customer name."),
        OpenApiParameter("state", str, enum=[state.value for state in State]),
    ]
)
class ContractList(ListAPIView):
    """Contracts you may see, newest first."""

    serializer_class = ContractSerializer
    pagination_class = Pages

    def get_queryset(self) -> Contracts:
        _, visible = access.contracts(self.request)
        filters = {name: self.request.query_params.get(name, "").strip() for name in ("text", "state")}
        return queries.search(visible, **filters)


class ContractDetail(RetrieveAPIView):
    """One contract with its terms and its hand-off."""

    serializer_class = ContractDetailSerializer
    lookup_field = "number"

    def get_queryset(self) -> Contracts:
        _, visible = access.contracts(self.request)
        return visible.select_related("version__acceptance")
