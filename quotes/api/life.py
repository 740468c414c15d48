"""The steps of a quote's life as resources: what was done is what is posted."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_match
from core.api.schema import MATCH, SEEN
from core.authentication import is_agent
from core.clock import database_now
from core.errors import Invalid
from core.origin import origin_of
from core.roles import Permission, Scope, may
from quotes import access
from quotes.actions.acceptance import countersign
from quotes.actions.approvals import decide
from quotes.actions.evidence import accept_by_evidence
from quotes.actions.sending import send
from quotes.actions.versions import revise, submit, withdraw
from quotes.api.bodies import (
    CountersignatureBody,
    DecisionBody,
    EvidenceBody,
    MoveBody,
    NotedMoveBody,
    SendingBody,
    contact_of,
)
from quotes.api.facts import approval_facts, version_facts, version_tag
from quotes.api.shapes import ApprovalSerializer, VersionSerializer
from quotes.models import Contract, QuoteVersion
from quotes.queries.versions import approval_rows


class SubmittedSerializer(VersionSerializer):
    """The frozen version, and where people decide on it."""

    decide_at = serializers.URLField(allow_null=True, help_text="null when nothing is left to decide.")


class SentSerializer(VersionSerializer):
    link = serializers.URLField(allow_null=True, help_text="The customer's page, shown only now: it opens the quote.")


class ApprovalListSerializer(serializers.Serializer):
    decide_at = serializers.URLField(allow_null=True)
    sha256 = serializers.CharField(allow_null=True)
    results = ApprovalSerializer(many=True)


class AcceptedSerializer(serializers.Serializer):
    quote = serializers.CharField()
    version = serializers.IntegerField()
    status = serializers.CharField()
    contract = serializers.CharField(allow_null=True, help_text="null while others have still to sign.")


SIGNED = {
    "sha256": "0" * 64,
    "name": "Cleo Hartmann",
    "title": "VP Engineering",
    "email": "cleo@acme.example",
    "document_sha256": "0" * 64,
    "signed_on": "2026-11-24",
}


class Step(Endpoint):
    """A step of one version: the newest, or the one that the body names."""

    def version(self, request: Request, number: str, body: dict[str, Any]) -> tuple[Any, QuoteVersion]:
        user, version = access.version(request, number, body.get("version"))
        if "If-Match" in request.headers:
            check_match(request, version_tag(version))
        return user, version

    def submitted(self, request: Request, number: str) -> tuple[Any, QuoteVersion]:
        """The newest version that was submitted; the draft where none was."""
        user, newest = access.version(request, number)
        frozen = newest.quote.versions.whole().exclude(sha256="").order_by("-number").first()
        return user, frozen or newest

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:detail", args=[kwargs["number"]])


class Submission(Step):
    scopes = {"POST": Scope.QUOTES_SUBMIT}

    @extend_schema(
        request=NotedMoveBody,
        responses={201: SubmittedSerializer},
        parameters=[MATCH],
        examples=[OpenApiExample("With a word to the approvers", request_only=True, value={"note": "A renewal."})],
    )
    def post(self, request: Request, number: str) -> Response:
        """Freeze the draft and ask for the approvals that the rules name; approved at once when there are none.

        A version that is with the approvers or the customer gives way to it; one that is approved or sent not to an
        agent's draft.
        """
        access.seer(request)
        body = self.read(NotedMoveBody)
        user, version = self.version(request, number, body)
        check_match(request, version_tag(version))
        done = submit(version, by=user, at=now(), note=body["note"], agent=is_agent(request))
        facts = {**version_facts(done, user), "decide_at": place_to_decide(done)}
        return self.answer(facts, status=201, tag=version_tag(done))


class Withdrawal(Step):
    scopes = {"POST": Scope.QUOTES_SUBMIT}

    @extend_schema(
        request=NotedMoveBody,
        responses={201: VersionSerializer},
        parameters=[SEEN],
        examples=[OpenApiExample("With the reason", request_only=True, value={"note": "The pilot is off."})],
    )
    def post(self, request: Request, number: str) -> Response:
        """Discard a draft, recall what was submitted, withdraw what is approved or sent; no agent does the last."""
        access.seer(request)
        body = self.read(NotedMoveBody)
        user, version = self.version(request, number, body)
        done = withdraw(version, by=user, at=now(), note=body["note"], agent=is_agent(request))
        return self.answer(version_facts(done, user), status=201, tag=version_tag(done))


class Revision(Step):
    scopes = {"POST": Scope.QUOTES_SUBMIT}

    @extend_schema(
        request=MoveBody,
        responses={201: VersionSerializer},
        parameters=[SEEN],
        examples=[OpenApiExample("Of the first version", request_only=True, value={"version": 1})],
    )
    def post(self, request: Request, number: str) -> Response:
        """A new draft with the same lines."""
        access.seer(request)
        user, version = self.version(request, number, self.read(MoveBody))
        made = revise(version, by=user, at=now())
        location = reverse("api_quote_version", args=[number, made.number])
        return self.answer(version_facts(made, user), status=201, tag=version_tag(made), headers={"Location": location})


class Decisions(Step):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_DECIDE}

    @extend_schema(responses=ApprovalListSerializer)
    def get(self, request: Request, number: str) -> Response:
        """Who has to decide on the newest submitted version, who did, and where people do it."""
        user, version = self.submitted(request, number)
        see_margin = may(user, Permission.SEE_MARGIN)
        rows = [approval_facts(row, see_margin) for row in approval_rows(version)]
        facts = {"decide_at": place_to_decide(version), "sha256": version.sha256 or None, "results": rows}
        return self.answer(facts, tag=version_tag(version))

    @extend_schema(
        request=DecisionBody,
        responses={201: VersionSerializer},
        examples=[
            OpenApiExample(
                "Yes", request_only=True, value={"decision": "approve", "sha256": "0" * 64, "comment": "Fine."}
            )
        ],
    )
    def post(self, request: Request, number: str) -> Response:
        """Decide as the owner of the key, who must hold the role; nobody decides on their own work."""
        user, version = self.submitted(request, number)
        done = decide(version, by=user, at=now(), **self.read(DecisionBody))
        return self.answer(version_facts(done, user), status=201, tag=version_tag(done))


class Sending(Step):
    scopes = {"POST": Scope.QUOTES_SEND}
    shown_once = ("link",)

    @extend_schema(
        request=SendingBody,
        responses={201: SentSerializer},
        parameters=[SEEN],
        examples=[OpenApiExample("To a person", request_only=True, value={"contact": "cleo@acme.example"})],
    )
    def post(self, request: Request, number: str) -> Response:
        """Open the customer's page to one of the customer's people, who may accept."""
        access.seer(request)
        body = self.read(SendingBody)
        user, version = self.version(request, number, body)
        contact = contact_of(version.quote.customer_id, body["contact"]) if "contact" in body else None
        more = {name: body[name] for name in ("message", "countersign")}
        sent = send(version, by=user, at=now(), contact=contact, **more)
        link = settings.SITE_URL + reverse("quotes:room_enter", args=[sent.token])
        facts = {**version_facts(sent.version, user), "link": link}
        return self.answer(facts, status=201, tag=version_tag(sent.version))


class Countersignature(Step):
    scopes = {"POST": Scope.QUOTES_SEND}

    @extend_schema(
        request=CountersignatureBody,
        responses={201: AcceptedSerializer},
        parameters=[SEEN],
        examples=[OpenApiExample("Signed", request_only=True, value={"sha256": "0" * 64, "title": "Head of Sales"})],
    )
    def post(self, request: Request, number: str) -> Response:
        """The seller's own signature, after all of the customer's; with it the quote is accepted."""
        access.quote(request, number)
        body = self.read(CountersignatureBody)
        user, version = self.version(request, number, body)
        signed = {"title": body["title"], "sha256": body["sha256"], "origin": origin_of(request)}
        contract = countersign(version, **signed, by=user, at=database_now())
        return accepted(self, version, contract)


class Acceptance(Step):
    name_of_operation = "acceptance"
    scopes = {"POST": Scope.QUOTES_ACCEPT}

    @extend_schema(
        request=EvidenceBody,
        responses={201: AcceptedSerializer},
        examples=[OpenApiExample("On paper", request_only=True, value=SIGNED)],
    )
    def post(self, request: Request, number: str) -> Response:
        """Record what a customer signed outside of their page; with the last signature it makes the contract."""
        user, newest = access.version(request, number)
        body = self.read(EvidenceBody)
        version = newest.quote.versions.whole().filter(sha256=body["sha256"]).first()
        if version is None:
            raise Invalid({"sha256": "sha256: no version of this quote has this content."})
        contract = accept_by_evidence(version, by=user, at=now(), **body)
        return accepted(self, version, contract)


def accepted(endpoint: Endpoint, version: QuoteVersion, contract: Contract | None) -> Response:
    version.refresh_from_db()
    location = {"Location": reverse("api_contract", args=[contract.number])} if contract else {}
    facts = {"quote": version.quote.number, "version": version.number, "status": version.status}
    return endpoint.answer({**facts, "contract": contract.number if contract else None}, status=201, headers=location)


def place_to_decide(version: QuoteVersion) -> str | None:
    """The page where people decide, while something is to be decided."""
    waiting = version.status == "submitted"
    page = reverse("quotes:version", args=[version.quote.number, version.number])
    return settings.SITE_URL + page if waiting else None
