"""Quotes like others, for programs: templates, and copies of a version. By the same actions as the pages."""

from typing import Any

from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.pages import Paged, list_of, page_of
from core.api.shapes import Input, Text
from core.models import User
from core.roles import Scope
from customers.models import Customer
from quotes import access
from quotes.actions.starting import Started, start_from, start_like
from quotes.actions.templates import remove_template, save_template
from quotes.api.facts import version_facts, version_tag
from quotes.api.shapes import VersionSerializer
from quotes.models import Template
from quotes.rules.patterns import lines_of


class TemplateSerializer(serializers.Serializer):
    """What a quote offers, kept under a name; it holds no cost and nothing of the customer."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    title = serializers.CharField()
    source = serializers.CharField(  # type: ignore[assignment]  # the public name
        help_text="The version that it was made of."
    )
    lines = serializers.IntegerField()
    months = serializers.IntegerField()
    currency = serializers.CharField()
    made_by = serializers.CharField()
    made_at = serializers.DateTimeField()


class StartedSerializer(VersionSerializer):
    """The new draft. What today's prices and rules do not allow is left out, and said."""

    left_out = serializers.ListField(child=serializers.CharField())


class TemplateBody(Input):
    name = Text(max_length=80)


class StartBody(Input):
    """For whom; the slug of a customer."""

    customer = Text(max_length=60)
    title = Text(max_length=120, required=False, default="", allow_blank=True)

    def validate_customer(self, slug: str) -> Customer:
        found = Customer.objects.filter(slug=slug).first()
        if found is None:
            raise serializers.ValidationError(f"customer: there is no customer {slug}.")
        return found


FOR_ACME = OpenApiExample("For a customer", request_only=True, value={"customer": "acme"})


class Templates(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    query = Paged

    @extend_schema(responses=list_of(TemplateSerializer))
    def get(self, request: Request) -> Response:
        """All templates, by name."""
        access.seller(request)
        found = Template.objects.select_related("made_by")
        page = page_of(found, self.asked, "name", "pk", name="templates")
        return self.answer(page.answer(request, [template_facts(one) for one in page.rows]))


class OneTemplate(Endpoint):
    name_of_operation = "template"
    scopes = {"DELETE": Scope.QUOTES_WRITE}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Forget one's own template; quotes that were started from it stay as they are."""
        user, found = access.template(request, pk)
        remove_template(found, by=user, at=now())
        return Response(status=204)


class TemplateQuotes(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=StartBody, responses={201: StartedSerializer}, examples=[FOR_ACME])
    def post(self, request: Request, pk: int) -> Response:
        """Start a quote from a template, at today's prices."""
        user, found = access.template(request, pk)
        body = self.read(StartBody)
        return started(self, start_from(found.pattern, origin=found.name, by=user, at=now(), **body), user)


class VersionTemplates(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(
        request=TemplateBody,
        responses={201: TemplateSerializer},
        examples=[OpenApiExample("Named", request_only=True, value={"name": "Support agent, mid-market"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Keep what this version offers as a template."""
        user, source = access.copyable(request, number, version_number)
        made = save_template(source, name=self.read(TemplateBody)["name"], by=user, at=now())
        return self.answer(template_facts(made), status=201)


class Copies(Endpoint):
    scopes = {"POST": Scope.QUOTES_WRITE}

    @extend_schema(request=StartBody, responses={201: StartedSerializer}, examples=[FOR_ACME])
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Start another quote with what this version offers, for this customer or another."""
        user, source = access.copyable(request, number, version_number)
        return started(self, start_like(source, by=user, at=now(), **self.read(StartBody)), user)


def started(endpoint: Endpoint, done: Started, user: User) -> Response:
    version = done.version
    facts = {**version_facts(version, user), "left_out": done.left_out}
    location = {"Location": f"/api/v1/quotes/{version.quote.number}/"}
    return endpoint.answer(facts, status=201, tag=version_tag(version), headers=location)


def template_facts(one: Template) -> dict[str, Any]:
    return {
        "id": one.pk,
        "name": one.name,
        "title": one.pattern["title"],
        "source": one.source,
        "lines": len(lines_of(one.pattern)),
        "months": one.pattern["months"],
        "currency": one.pattern["currency"],
        "made_by": one.made_by.username,
        "made_at": one.made_at,
    }
