"""Finding and reading quotes."""

from typing import Any

from django.http import Http404, HttpResponse
from django.utils.timezone import now
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.pages import Paged, page_of, since
from core.api.renderers import JSONAnswer, PDFAnswer
from core.api.shapes import Input
from core.errors import Invalid, Refused
from core.roles import Scope
from quotes import access
from quotes.actions.documents import file_of
from quotes.api.facts import (
    EXPANSIONS,
    kept_facts,
    opportunity_facts,
    row_facts,
    tag_of_facts,
    version_facts,
    version_tag,
)
from quotes.api.shapes import STATUSES, ExplanationSerializer, QuoteSerializer, VersionSerializer
from quotes.models import QuoteVersion
from quotes.queries.documents import file_name, wanted
from quotes.queries.explanations import explanation
from quotes.queries.lists import narrow, newest_versions, row_of, with_status
from quotes.queries.versions import version_links
from quotes.rules.listing import QuoteFilter

NEWEST = ("-edited_at", "-pk")


class QuoteQuery(Paged):
    q = serializers.CharField(required=False, max_length=100, help_text="Part of a number, title or customer.")
    status = serializers.ChoiceField(choices=STATUSES, required=False, help_text="Of the newest version.")
    customer = serializers.CharField(required=False, max_length=60, help_text="A slug, or part of a name.")
    owner = serializers.CharField(required=False, max_length=150, help_text="A username.")
    opportunity = serializers.CharField(
        required=False, max_length=100, help_text="Its id in the CRM, or part of its name."
    )
    edited_since = since("edited (its newest version)")


class MonthQuery(Input):
    month = serializers.IntegerField(min_value=1, max_value=120, default=1, help_text="Of the term, from 1.")


def listed(endpoint: Endpoint, request: Request) -> dict[str, Any]:
    """A page of the quotes that this caller may see."""
    user, asked = access.seer(request), endpoint.asked
    texts = {name: asked.get(name, "") for name in ("status", "customer", "owner", "opportunity")}
    wanted = QuoteFilter(**texts, search=asked.get("q", ""))
    found = with_status(narrow(newest_versions(user), wanted, user, now()), wanted)
    if "edited_since" in asked:
        found = found.filter(edited_at__gte=asked["edited_since"])
    page = page_of(found, asked, *NEWEST, name="quotes")
    return page.answer(request, [row_facts(row_of(version)) for version in page.rows])


class OneQuote(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    expansions = EXPANSIONS

    @extend_schema(responses=QuoteSerializer)
    def get(self, request: Request, number: str) -> Response:
        """One quote with its versions and the newest of them."""
        user, version = access.version(request, number)
        return self.answer(
            {
                "number": version.quote.number,
                "customer": version.quote.customer.slug,
                "owner": version.quote.owner.username,
                "opportunity": opportunity_facts(version.quote.opportunity),
                "versions": [{"version": link.number, "status": link.status} for link in version_links(version)],
                "newest": version_facts(version, user, expand=self.expand),
            },
            tag=version_tag(version),
        )


class OneVersion(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    expansions = EXPANSIONS

    @extend_schema(responses=VersionSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """One version: its lines, where it stands, who decided what."""
        if self.expand:
            user, version = access.version(request, number, version_number)
            return self.answer(version_facts(version, user, expand=self.expand), tag=version_tag(version))
        facts = kept_facts(*access.version_state(request, number, version_number))
        return self.answer(facts, tag=tag_of_facts(facts))


class Explanation(Endpoint):
    name_of_operation = "explanation"
    scopes = {"GET": Scope.QUOTES_READ}
    query = MonthQuery

    @extend_schema(responses=ExplanationSerializer)
    def get(self, request: Request, number: str, version_number: int, key: str) -> Response:
        """How a line's amount in a month comes about: tiers, allowance, discount, credit, rounding."""
        _, version = access.version(request, number, version_number)
        if not version.lines.filter(key=key).exists():
            raise Http404
        return self.answer(explained(version, key, self.asked["month"]))


def explained(version: QuoteVersion, key: str, month: int) -> dict[str, Any]:
    found = explanation(version, key, month=month, measured=False)
    if found.month != month:
        raise Invalid({"month": f"month: the term ends with month {found.month}."})
    parts = [{"name": part.name, "steps": [step.texts() for step in part.steps]} for part in found.parts]
    facts = {"month": found.month, "currency": version.currency, "total": str(found.total), "typical": found.typical}
    return {**facts, "parts": parts}


class Document(Endpoint):
    name_of_operation = "document"
    binary = True
    renderer_classes = (PDFAnswer, JSONAnswer)
    scopes = {"GET": Scope.QUOTES_READ}

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, number: str, version_number: int) -> HttpResponse:
        """The PDF of a submitted version, made from its snapshot alone."""
        _, version = access.version(request, number, version_number)
        if not version.snapshot:
            raise Refused("A draft has no document yet. Submit it first.")
        kind = wanted(version)
        response = HttpResponse(file_of(version, kind, at=now()), content_type="application/pdf")
        response.headers["Content-Disposition"] = f'inline; filename="{file_name(version, kind)}"'
        return response
