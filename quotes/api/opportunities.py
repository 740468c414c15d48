"""Opportunities of the CRM: those that were told of, and the one that a quote belongs to."""

from typing import Any

from django.db import transaction
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_match, tag_of
from core.api.pages import Paged, list_of, page_of, since
from core.api.schema import MATCH
from core.roles import Scope
from quotes import access
from quotes.actions.opportunities import link_quote, unlink_quote
from quotes.api.bodies import OpportunityBody
from quotes.api.facts import opportunity_facts
from quotes.api.shapes import OpportunitySerializer
from quotes.models import Opportunity, Quote
from quotes.queries.opportunities import visible_to
from quotes.rules.opportunities import State

ANSWER = {200: OpportunitySerializer}


class OpportunityQuery(Paged):
    system = serializers.CharField(required=False, max_length=40, help_text="Such as salesforce.")
    external_id = serializers.CharField(required=False, max_length=100, help_text="Its id in the CRM.")
    customer = serializers.SlugField(required=False, max_length=60, help_text="A slug.")
    state = serializers.ChoiceField(
        choices=[state.value for state in State], required=False, help_text="As the CRM says."
    )
    changed_since = since("changed")


class OpportunityRowSerializer(OpportunitySerializer):
    """An opportunity in a list, with the quotes that carry it and are open to you."""

    customer = serializers.CharField(help_text="The slug of the customer.")
    quotes = serializers.ListField(child=serializers.CharField())


class Opportunities(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ}
    query = OpportunityQuery

    @extend_schema(responses=list_of(OpportunityRowSerializer))
    def get(self, request: Request) -> Response:
        """What the CRM told of, the last changed first: of your quotes, and those that no quote carries yet."""
        user, asked = access.seer(request), self.asked
        names = {
            **{name: name for name in ("system", "external_id", "state")},
            "customer": "customer__slug",
            "changed_since": "changed_at__gte",
        }
        found = visible_to(user).filter(**{field: asked[name] for name, field in names.items() if name in asked})
        page = page_of(found, asked, "-changed_at", "-pk", name="opportunities")
        carried: dict[int, list[str]] = {}
        mine = Quote.objects.visible_to(user).filter(opportunity__in=[one.pk for one in page.rows])
        for pk, number in mine.order_by("pk").values_list("opportunity", "number"):
            carried.setdefault(pk, []).append(number)
        return self.answer(page.answer(request, [row(one, carried.get(one.pk, [])) for one in page.rows]))


class QuoteOpportunity(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "PUT": Scope.QUOTES_WRITE, "DELETE": Scope.QUOTES_WRITE}

    @extend_schema(responses=OpportunitySerializer)
    def get(self, request: Request, number: str) -> Response:
        """The opportunity that the quote belongs to; every field is null where there is none."""
        return shown(self, access.quote(request, number)[1])

    @extend_schema(
        request=OpportunityBody,
        responses=ANSWER,
        parameters=[MATCH],
        examples=[
            OpenApiExample("Of Salesforce", request_only=True, value={"system": "salesforce", "external_id": "006A1"})
        ],
    )
    def put(self, request: Request, number: str) -> Response:
        """Link the quote to an opportunity of its customer; one that is not known is noted with it."""
        user, quote = access.quote(request, number)
        body = self.read(OpportunityBody)
        with transaction.atomic():
            fresh = held(request, quote)
            return shown(self, link_quote(fresh, **body, by=user, at=now()))

    @extend_schema(request=None, responses=ANSWER, parameters=[MATCH])
    def delete(self, request: Request, number: str) -> Response:
        """Take the quote off its opportunity."""
        user, quote = access.quote(request, number)
        with transaction.atomic():
            return shown(self, unlink_quote(held(request, quote), by=user, at=now()))


def held(request: Request, quote: Quote) -> Quote:
    """The quote in the state that the caller has seen, while nobody else changes it."""
    fresh = Quote.objects.select_for_update(of=("self",), no_key=True).select_related("customer", "opportunity")
    found = fresh.get(pk=quote.pk)
    check_match(request, opportunity_tag(found.opportunity))
    return found


def opportunity_tag(found: Opportunity | None) -> str:
    return tag_of("opportunity", found.pk, int(found.changed_at.timestamp() * 1000)) if found else tag_of("none")


def shown(endpoint: Endpoint, quote: Quote) -> Response:
    facts = opportunity_facts(quote.opportunity) or dict.fromkeys(OpportunitySerializer().fields)
    return endpoint.answer(facts, tag=opportunity_tag(quote.opportunity))


def row(found: Opportunity, quotes: list[str]) -> dict[str, Any]:
    return {**(opportunity_facts(found) or {}), "customer": found.customer.slug, "quotes": quotes}
