"""Approval rules for programs: read, written as drafts, published by a second person, retired."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import Http404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, tag_of
from core.api.refusals import Stale
from core.api.schema import MATCH, SEEN
from core.api.shapes import Input, Text, Whole
from core.errors import Conflict
from core.roles import Scope
from quotes import access
from quotes.actions import approval_rules as actions
from quotes.models import ApprovalRule
from quotes.queries.approval_rules import RuleRow, rule_rows, versions_of
from quotes.rules import examples
from quotes.rules.approvals import DECIDERS, Rule, problems
from quotes.rules.validity import today

CONTENT = ("title", "condition", "reason", "role", "count", "stage", "due_hours", "active_from", "active_to")


class RuleSerializer(serializers.Serializer):
    """An approval rule: a condition (CEL) over the facts of a version, and who decides where it holds."""

    code = serializers.CharField()
    version = serializers.IntegerField(help_text="0 of a standard rule that nobody changed.")
    status = serializers.CharField(help_text="standard, draft, published or retired.")
    title = serializers.CharField()
    condition = serializers.CharField()
    reason = serializers.CharField(help_text="{discount_percent} stands for the actual value of a fact.")
    role = serializers.ChoiceField(choices=DECIDERS)
    count = serializers.IntegerField(help_text="How many of the role decide; 0 for all of them.")
    stage = serializers.IntegerField()
    due_hours = serializers.IntegerField()
    active_from = serializers.DateField(allow_null=True)
    active_to = serializers.DateField(allow_null=True)
    tests = serializers.CharField(help_text='One in a line: "discount_percent=25 -> asks" or "-> passes".')
    problems = serializers.ListField(child=serializers.CharField(), help_text="What keeps it from being published.")


class RuleRowSerializer(RuleSerializer):
    """A rule in the list: what holds now, and the draft of what may hold next."""

    active = serializers.BooleanField(help_text="Whether it asks today.")
    draft_version = serializers.IntegerField(allow_null=True)


class RuleListSerializer(serializers.Serializer):
    results = RuleRowSerializer(many=True)


class RuleHistorySerializer(serializers.Serializer):
    results = RuleSerializer(many=True)


class RuleBody(Input):
    """What a draft says. Whether its condition and tests hold is answered in `problems`, so that a draft can wait."""

    title = Text(max_length=80, required=False)
    condition = Text(max_length=1000, required=False)
    reason = Text(max_length=240, required=False)
    role = serializers.ChoiceField(choices=DECIDERS, required=False)
    count = Whole(min_value=0, max_value=3, required=False)
    stage = Whole(min_value=1, max_value=9, required=False)
    due_hours = Whole(min_value=1, max_value=720, required=False)
    active_from = serializers.DateField(required=False, allow_null=True)
    active_to = serializers.DateField(required=False, allow_null=True)
    tests = Text(max_length=4000, required=False, allow_blank=True)

    def validate_tests(self, text: str) -> list[dict[str, Any]]:
        try:
            return [{"facts": dict(one.facts), "asks": one.asks} for one in examples.read(text)]
        except ValueError as error:
            raise serializers.ValidationError(str(error)) from None


class NewRuleBody(RuleBody):
    """A rule of one's own."""

    code = serializers.RegexField(r"^[a-z][a-z0-9-]{1,39}$", help_text="Such as large-deals.")
    title = Text(max_length=80)
    condition = Text(max_length=1000)
    reason = Text(max_length=240)
    role = serializers.ChoiceField(choices=DECIDERS)


LARGE = {
    "code": "large-deals",
    "title": "Large deals",
    "condition": "tcv > 100000",
    "reason": "The deal of {tcv} is over the limit of 100,000.",
    "role": "finance",
    "tests": "tcv=200000 -> asks\ntcv=1000 -> passes",
}


class ApprovalRules(Endpoint):
    scopes = {"GET": Scope.RULES_READ, "POST": Scope.RULES_WRITE}

    @extend_schema(responses=RuleListSerializer)
    def get(self, request: Request) -> Response:
        """Every rule in the order in which they ask; those that are retired last."""
        access.rules(request)
        rows = rule_rows(today(now(), settings.SELLER["zone"]))
        return self.answer({"results": [row_facts(row) for row in rows]})

    @extend_schema(
        request=NewRuleBody,
        responses={201: RuleSerializer},
        examples=[OpenApiExample("Large deals", request_only=True, value=LARGE)],
    )
    def post(self, request: Request) -> Response:
        """Begin a rule of one's own, as a draft."""
        user = access.rules(request)
        content = stored(self.read(NewRuleBody))
        row = actions.start_rule(content.pop("code"), by=user, at=now(), content=content)
        return shown(self, row, status=201)


class OneApprovalRule(Endpoint):
    name_of_operation = "approval_rule"
    scopes = {"GET": Scope.RULES_READ}

    @extend_schema(responses=RuleHistorySerializer)
    def get(self, request: Request, code: str) -> Response:
        """Every version of a rule, the newest first; of a standard rule that nobody changed, that."""
        access.rules(request)
        kept = [facts_of(row.as_rule(), row.status) for row in versions_of(code)]
        rows = rule_rows(today(now(), settings.SELLER["zone"]))
        standard = [facts_of(one.rule, one.status) for one in rows if one.rule.code == code and not kept]
        access.found(kept or standard)
        return self.answer({"results": kept or standard})


class RuleDrafts(Endpoint):
    scopes = {"POST": Scope.RULES_WRITE}

    @extend_schema(request=None, responses={201: RuleSerializer})
    def post(self, request: Request, code: str) -> Response:
        """Open the next version as a draft, like the one in force."""
        user = access.rules(request)
        return shown(self, actions.start_rule(code, by=user, at=now()), status=201)


class RuleVersion(Endpoint):
    name_of_operation = "rule_version"
    scopes = {"GET": Scope.RULES_READ, "PATCH": Scope.RULES_WRITE, "DELETE": Scope.RULES_WRITE}

    @extend_schema(responses=RuleSerializer)
    def get(self, request: Request, code: str, version: int) -> Response:
        """One version of a rule."""
        return shown(self, access.rule(request, code, version)[1])

    @extend_schema(
        request=RuleBody,
        responses=RuleSerializer,
        parameters=[MATCH],
        examples=[OpenApiExample("Another limit", request_only=True, value={"condition": "margin_p10 < 25"})],
    )
    def patch(self, request: Request, code: str, version: int) -> Response:
        """Change a draft."""
        user, row = access.rule(request, code, version)
        check_match(request, rule_tag(row))
        content = stored(self.read(RuleBody))
        try:
            return shown(self, actions.edit_rule(row, by=user, at=now(), edit_number=row.edit_number, **content))
        except Conflict as error:
            raise Stale(error.sentence) from None

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, code: str, version: int) -> Response:
        """Throw a draft away."""
        user, row = access.rule(request, code, version)
        check_given(request, row, rule_tag)
        actions.discard_rule(row, by=user, at=now())
        return Response(status=204)


class RuleStep(Endpoint):
    """What a person does with a rule."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:rule", args=[kwargs["code"]])


class RulePublication(RuleStep):
    scopes = {"POST": Scope.RULES_PUBLISH}

    @extend_schema(request=None, responses={201: RuleSerializer})
    def post(self, request: Request, code: str, version: int) -> Response:
        """Put a draft in force. Its tests must pass, and nobody publishes what they wrote."""
        user, row = access.rule(request, code, version)
        return shown(self, actions.publish_rule(row, by=user, at=now()), status=201)


class RuleRetirement(RuleStep):
    scopes = {"POST": Scope.RULES_PUBLISH}

    @extend_schema(request=None, responses={201: RuleHistorySerializer})
    def post(self, request: Request, code: str) -> Response:
        """Ask no more by this rule."""
        user = access.rules(request)
        if code not in {row.rule.code for row in rule_rows(today(now(), settings.SELLER["zone"]))}:
            raise Http404
        actions.retire_rule(code, by=user, at=now())
        return self.answer({"results": [facts_of(row.as_rule(), row.status) for row in versions_of(code)]}, status=201)


def stored(body: dict[str, Any]) -> dict[str, Any]:
    """As the action takes it: the tests are the examples of the rule."""
    return {"examples" if name == "tests" else name: value for name, value in body.items()}


def rule_tag(row: ApprovalRule) -> str:
    return tag_of(f"v{row.version}", row.edit_number, row.status)


def shown(endpoint: Endpoint, row: ApprovalRule, *, status: int = 200) -> Response:
    return endpoint.answer(facts_of(row.as_rule(), row.status), status=status, tag=rule_tag(row))


def row_facts(row: RuleRow) -> dict[str, Any]:
    return {**facts_of(row.rule, row.status), "active": row.active, "draft_version": row.draft_version}


def facts_of(rule: Rule, status: str) -> dict[str, Any]:
    kept = {name: getattr(rule, name) for name in CONTENT}
    found = {"tests": examples.written(rule.examples), "problems": [sentence for _, sentence in problems(rule)]}
    return {"code": rule.code, "version": rule.version, "status": str(status), **kept, **found}
