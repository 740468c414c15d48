"""Around a decision, for programs: what waits, handing it on, asking others too, who stands in for whom."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of
from core.api.shapes import Input, Text
from core.errors import Invalid
from core.models import User
from core.roles import Scope
from quotes import access
from quotes.actions import desk
from quotes.api.facts import version_facts, version_tag
from quotes.api.figures import BandFigures, amount
from quotes.api.life import Step
from quotes.api.shapes import VersionSerializer
from quotes.models import Delegation
from quotes.queries.acting import delegations_of
from quotes.queries.deciders import deciding_people
from quotes.queries.inbox import Waiting, inbox


class WaitingSerializer(serializers.Serializer):
    """A version that waits for you, or for a colleague you stand in for. `sha256` is what a decision names."""

    quote = serializers.CharField()
    version = serializers.IntegerField()
    title = serializers.CharField()
    customer = serializers.CharField(help_text="The slug of the customer.")
    owner = serializers.CharField(help_text="The seller, by name.")
    currency = serializers.CharField()
    sha256 = serializers.CharField()
    since = serializers.DateTimeField()
    due_at = serializers.DateTimeField(allow_null=True)
    overdue = serializers.BooleanField()
    committed = serializers.CharField(help_text="What is owed whatever happens, over the term.")
    bill = BandFigures(help_text="Of the term.")
    margin = BandFigures(allow_null=True, help_text="null where you may not see margin.")
    discount_percent = serializers.CharField()
    reasons = serializers.ListField(child=serializers.CharField(), help_text="Why you are asked.")
    others = serializers.ListField(child=serializers.CharField(), help_text="What waits for somebody else.")
    questions = serializers.IntegerField(help_text="That the seller has not answered yet.")
    note = serializers.CharField(help_text="What the seller says to approvers.")
    why_not = serializers.CharField(allow_null=True, help_text="Why you cannot decide now; null if you can.")


class WaitingListSerializer(serializers.Serializer):
    results = WaitingSerializer(many=True)


class DeciderSerializer(serializers.Serializer):
    username = serializers.CharField()
    name = serializers.CharField()
    roles = serializers.ListField(child=serializers.CharField())


class DeciderListSerializer(serializers.Serializer):
    results = DeciderSerializer(many=True)


class StandInSerializer(serializers.Serializer):
    """Somebody decides for a colleague from the first day to the last, both included."""

    id = serializers.IntegerField()
    absent = serializers.CharField()
    stand_in = serializers.CharField()
    first = serializers.DateField()
    last = serializers.DateField()


class StandInBody(Input):
    to = Text(max_length=150, help_text="The username of a colleague who decides on approvals.")
    first = serializers.DateField()
    last = serializers.DateField()


class ReassignmentBody(Input):
    to = Text(max_length=150, help_text="The username of a colleague who decides on approvals.")


class FurtherApprovalBody(ReassignmentBody):
    why = Text(max_length=300, help_text="What they read first.")


def example(name: str, **value: str) -> OpenApiExample:
    return OpenApiExample(name, request_only=True, value=value)


class Approvals(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(responses=WaitingListSerializer)
    def get(self, request: Request) -> Response:
        """What waits for your decision, the first one due first."""
        user = access.approver(request)
        return self.answer({"results": [waiting_facts(one) for one in inbox(user, at=now())]})


class Deciders(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(responses=DeciderListSerializer)
    def get(self, request: Request) -> Response:
        """Everybody who decides on approvals: to hand one on to, to ask too, to name as a stand-in."""
        access.seer(request)
        rows = [{"username": one.username, "name": one.full_name, "roles": one.roles} for one in deciding_people()]
        return self.answer({"results": rows})


class DecidedByPeople(Endpoint):
    """What an agent leaves to a person, on the page of stand-ins."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:stand_ins")


class StandIns(DecidedByPeople):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_DECIDE}
    query = Paged

    @extend_schema(responses=list_of(StandInSerializer))
    def get(self, request: Request) -> Response:
        """Who decides for you, and for whom you decide, now and later."""
        user = access.approver(request)
        page = page_of(delegations_of(user, at=now()), self.asked, "first_day", "pk", name="stand-ins")
        return self.answer(page.answer(request, [stand_in_facts(one) for one in page.rows]))

    @extend_schema(
        request=StandInBody,
        responses={201: StandInSerializer},
        examples=[example("Between the years", to="fay", first="2026-12-24", last="2027-01-03")],
    )
    def post(self, request: Request) -> Response:
        """Let a colleague decide for you on these days."""
        user, body = access.approver(request), self.read(StandInBody)
        to = decider(body.pop("to"))
        return self.answer(stand_in_facts(desk.delegate(to=to, **body, by=user, at=now())), status=201)


class OneStandIn(DecidedByPeople):
    name_of_operation = "stand_in"
    scopes = {"DELETE": Scope.QUOTES_DECIDE}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Decide yourself again, from now on."""
        user = access.approver(request)
        found = get_object_or_404(Delegation.objects.select_related("stand_in"), pk=pk, absent=user)
        desk.end_delegation(found, by=user, at=now())
        return Response(status=204)


class Reassignment(Step):
    scopes = {"POST": Scope.QUOTES_DECIDE}

    @extend_schema(
        request=ReassignmentBody, responses={201: VersionSerializer}, examples=[example("To a colleague", to="fay")]
    )
    def post(self, request: Request, number: str) -> Response:
        """Give what waits for you to one colleague, who must be able to decide."""
        access.approver(request)
        user, version = self.submitted(request, number)
        done = desk.reassign(version, to=decider(self.read(ReassignmentBody)["to"]), by=user, at=now())
        return self.answer(version_facts(done, user), status=201, tag=version_tag(done))


class FurtherApprovals(Step):
    scopes = {"POST": Scope.QUOTES_SUBMIT}

    @extend_schema(
        request=FurtherApprovalBody,
        responses={201: VersionSerializer},
        examples=[example("Finance too", to="fay", why="The first deal of this kind.")],
    )
    def post(self, request: Request, number: str) -> Response:
        """Ask somebody else too, whom no rule asks; nobody takes that back."""
        user, version = self.submitted(request, number)
        body = self.read(FurtherApprovalBody)
        desk.ask_too(version, whom=decider(body["to"]), why=body["why"], by=user, at=now())
        return self.answer(version_facts(version, user), status=201, tag=version_tag(version))


def decider(username: str) -> User:
    found = deciding_people().filter(username=username).first()
    if found is None:
        raise Invalid({"to": f"to: nobody who decides on approvals has the username {username}."})
    return found


def stand_in_facts(one: Delegation) -> dict[str, Any]:
    people = {"absent": one.absent.username, "stand_in": one.stand_in.username}
    return {"id": one.pk, **people, "first": one.first_day, "last": one.last_day}


def waiting_facts(one: Waiting) -> dict[str, Any]:
    return {
        "quote": one.number,
        "version": one.version,
        "customer": one.customer_slug,
        "due_at": one.due,
        "committed": amount(one.committed, one.currency),
        "bill": one.term,
        "why_not": one.why_not or None,
        **{name: getattr(one, name) for name in AS_THEY_ARE},
    }


AS_THEY_ARE = (
    *("title", "owner", "currency", "sha256", "since", "overdue", "margin", "discount_percent"),
    *("reasons", "others", "questions", "note"),
)
