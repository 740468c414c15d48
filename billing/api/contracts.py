"""Contracts for machines: the same queries as the pages. Money is text, so that no reader rounds it."""

from dataclasses import asdict
from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from billing import access
from billing.actions.helping import check, retry, solve
from billing.queries import contracts as queries
from billing.rules import State
from billing.targets.base import Rejected
from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of, since
from core.api.shapes import Input, Text, Whole
from core.errors import Refused
from core.outbox import Again
from core.roles import Scope
from pricing.money import rounded
from quotes.actions.amending import start_change, why_not_start
from quotes.models import Contract
from quotes.queries.amending import changes_of
from quotes.rules.amending import Kind


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
    due = serializers.DateField(allow_null=True, help_text="Not done before this day, and then by itself.")
    done_at = serializers.DateTimeField(allow_null=True)


class DriftSerializer(serializers.Serializer):
    """A field in which billing holds something else."""

    path = serializers.CharField()
    ours = serializers.CharField()
    theirs = serializers.CharField()


class DeliverySerializer(serializers.Serializer):
    target = serializers.CharField()
    state = serializers.CharField()
    reference = serializers.CharField()
    reason = serializers.CharField()
    attempts = serializers.IntegerField()
    read_at = serializers.DateTimeField(allow_null=True, help_text="When billing was last read back.")
    drift = DriftSerializer(many=True, help_text="Where that differed.")
    address = serializers.CharField(help_text='Where a person sees it in the billing system; "" where nowhere.')
    solved = serializers.CharField(help_text='What was done by hand, and by whom; "" for nothing.')
    steps = StepSerializer(many=True)


class ContractDetailSerializer(ContractSerializer):
    """One contract: besides, the exact terms as text (its SHA-256 is `terms_sha256`), who accepted, the hand-off."""

    terms = serializers.CharField()
    accepted_by = serializers.SerializerMethodField()
    accepted_at = serializers.DateTimeField(source="version.accepted_at", allow_null=True)
    delivery = serializers.SerializerMethodField()

    def get_accepted_by(self, contract: Contract) -> str:
        acceptance = getattr(contract.version, "acceptance", None)
        return f"{acceptance.name}, {acceptance.title}" if acceptance else ""

    @extend_schema_field(DeliverySerializer)
    def get_delivery(self, contract: Contract) -> dict[str, Any]:
        return delivery_of(contract)


class ContractQuery(Paged):
    text = serializers.CharField(
        required=False, max_length=100, help_text="Part of a contract, quote or billing number, or customer name."
    )
    state = serializers.ChoiceField(
        choices=[state.value for state in State], required=False, help_text="How the hand-off stands."
    )
    customer = serializers.SlugField(required=False, max_length=60, help_text="A slug.")
    created_since = since("made")


class ContractList(Endpoint):
    scopes = {"GET": Scope.CONTRACTS_READ}
    query = ContractQuery

    @extend_schema(responses=list_of(ContractSerializer))
    def get(self, request: Request) -> Response:
        """Contracts you may see, newest first."""
        _, visible = access.contracts(request)
        found = queries.search(visible, **{name: self.asked.get(name, "").strip() for name in ("text", "state")})
        if "customer" in self.asked:
            found = found.filter(customer__slug=self.asked["customer"])
        if "created_since" in self.asked:
            found = found.filter(created_at__gte=self.asked["created_since"])
        page = page_of(found, self.asked, "-pk", name="contracts")
        return self.answer(page.answer(request, ContractSerializer(page.rows, many=True).data))


class ContractDetail(Endpoint):
    scopes = {"GET": Scope.CONTRACTS_READ}

    @extend_schema(responses=ContractDetailSerializer)
    def get(self, request: Request, number: str) -> Response:
        """One contract with its terms and its hand-off."""
        return self.answer(ContractDetailSerializer(whole(request, number)).data)


class ContractChangeSerializer(serializers.Serializer):
    """A quote that changes the contract, and what became of it."""

    quote = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(Kind))
    status = serializers.CharField()
    contract = serializers.CharField(allow_null=True, help_text="The contract that it became; null until then.")


class ContractChangesSerializer(serializers.Serializer):
    why_not = serializers.CharField(help_text="Why nothing can change the contract now; empty where something can.")
    results = ContractChangeSerializer(many=True)


class StartedChangeSerializer(serializers.Serializer):
    """The draft that changes the contract, to be edited and sent like any other."""

    quote = serializers.CharField()
    kind = serializers.ChoiceField(choices=list(Kind))
    start = serializers.DateField()
    months = serializers.IntegerField()
    left_out = serializers.ListField(
        child=serializers.CharField(), help_text="Charged or granted once with the contract; it does not come again."
    )


class NewChange(Input):
    """An amendment, an addition or an early end begins after so many months; a renewal where the contract ends."""

    kind = serializers.ChoiceField(choices=list(Kind))
    month = Whole(min_value=1, max_value=119, required=False)

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        if ("month" in given) == (given["kind"] == Kind.RENEWAL):
            sentence = "month: name the months of the contract that stay; a renewal has none."
            raise serializers.ValidationError({"month": sentence})
        return given


class ContractChanges(Endpoint):
    scopes = {"GET": Scope.CONTRACTS_READ, "POST": Scope.QUOTES_WRITE}

    @extend_schema(responses=ContractChangesSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Every quote that changes the contract, the newest first."""
        _, found = access.contract(request, number)
        rows = [{**asdict(row), "contract": row.contract or None} for row in changes_of(found)]
        return self.answer(ContractChangesSerializer({"why_not": why_not_start(found), "results": rows}).data)

    @extend_schema(
        request=NewChange,
        responses={201: StartedChangeSerializer},
        examples=[OpenApiExample("A new term", request_only=True, value={"kind": "renewal"})],
    )
    def post(self, request: Request, number: str) -> Response:
        """Start a quote that changes the contract, at the contract's own prices."""
        user, found = access.contract(request, number)
        body = self.read(NewChange)
        change = start_change(found, kind=body["kind"], month=body.get("month", 0), by=user, at=now())
        version = change.version
        facts = {"quote": version.quote.number, "kind": body["kind"], "left_out": list(change.left_out)}
        term = {"start": version.start, "months": version.months}
        location = {"Location": reverse("api_quote", args=[version.quote.number])}
        return self.answer({**facts, **term}, status=201, headers=location)


class Helping(Endpoint):
    """What a person does about a hand-off, and an agent never."""

    scopes = {"POST": Scope.DELIVERIES_RETRY}

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("billing:contract", kwargs=kwargs)


class DeliveryRetry(Helping):
    @extend_schema(request=None, responses={202: DeliverySerializer})
    def post(self, request: Request, number: str) -> Response:
        """Send a contract to billing again that waits or needs a person; nothing is created twice.

        The answer is how the hand-off stands now; the contract shows how it goes on.
        """
        user, found = access.contract(request, number)
        retry(found, by=user, at=now())
        location = reverse("api_contract", args=[number])
        return self.answer(delivery_of(found), status=202, headers={"Location": location})


class DeliveryCheck(Helping):
    @extend_schema(request=None, responses={201: DeliverySerializer})
    def post(self, request: Request, number: str) -> Response:
        """Read back what billing holds now and compare it, as every night; `drift` is where it differs."""
        user, found = access.contract(request, number)
        try:
            check(found, by=user, at=now())
        except (Rejected, Again) as problem:
            raise Refused(f"Billing could not be read: {problem}") from None
        return self.answer(delivery_of(found), status=201)


class Solution(Input):
    """What was done in billing by hand. `reference` is the number there; leave it out to keep the one that is known."""

    note = Text(max_length=2000)
    reference = Text(max_length=128, required=False, default="", allow_blank=True)


class DeliverySolution(Helping):
    @extend_schema(
        request=Solution,
        responses={201: DeliverySerializer},
        examples=[
            OpenApiExample(
                "Created by hand", request_only=True, value={"note": "Created in Orb by hand.", "reference": "sub_8812"}
            )
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        """Say that a hand-off which needs a person was settled in billing by hand; the next contract may go."""
        user, found = access.contract(request, number)
        solve(found, **self.read(Solution), by=user, at=now())
        return self.answer(delivery_of(found), status=201)


def delivery_of(contract: Contract) -> dict[str, Any]:
    return dict(DeliverySerializer(queries.delivery_state(contract)).data)


def whole(request: Request, number: str) -> Contract:
    _, visible = access.contracts(request)
    return get_object_or_404(visible.select_related("version__acceptance"), number=number)
