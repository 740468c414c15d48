"""Who is told of what happens, for programs: the same endpoints as the page Webhooks."""

from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import webhooks as actions
from core.access import person
from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, hash_tag
from core.api.pages import Paged, list_of, page_of
from core.api.schema import SEEN
from core.api.shapes import Input, Text
from core.models import User, WebhookEndpoint, WebhookMessage
from core.roles import Permission, Scope


class WebhookSerializer(serializers.ModelSerializer):
    """An address that is told of events; `secret` is shown once, when it is made or renewed."""

    secret = serializers.CharField(required=False, allow_null=True)

    class Meta:
        model = WebhookEndpoint
        fields = ["id", "url", "about", "events", "created_at", "disabled_at", "why_disabled", "secret"]


class NewWebhook(Input):
    """Where to, and of which events: docs/WEBHOOKS.md names them."""

    url = serializers.URLField(max_length=500)
    about = Text(max_length=120, required=False, default="", allow_blank=True)
    events = serializers.ListField(child=Text(max_length=60), min_length=1, max_length=100)


class MessageSerializer(serializers.ModelSerializer):
    """One event for one endpoint; `name` is the id that a receiver knows a repetition by."""

    class Meta:
        model = WebhookMessage
        fields = ["id", "name", "event", "state", "created_at", "next_at", "attempts", "sent_at", "status"]


EXAMPLE = OpenApiExample(
    "The way of a quote",
    request_only=True,
    value={"url": "https://crm.example/hooks/quantile", "events": ["quote.submitted", "quote.approved"]},
)


class WebhookStep(Endpoint):
    """What a person does with webhooks."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("core:webhooks")


class Webhooks(WebhookStep):
    scopes = {"GET": Scope.WEBHOOKS_MANAGE, "POST": Scope.WEBHOOKS_MANAGE}
    query = Paged
    shown_once = ("secret",)

    @extend_schema(responses=list_of(WebhookSerializer))
    def get(self, request: Request) -> Response:
        """Every address that is told of events."""
        person(request, Permission.MANAGE_WEBHOOKS)
        page = page_of(WebhookEndpoint.objects.all(), self.asked, "pk", name="webhooks")
        return self.answer(page.answer(request, [facts(one) for one in page.rows]))

    @extend_schema(request=NewWebhook, responses={201: WebhookSerializer}, examples=[EXAMPLE])
    def post(self, request: Request) -> Response:
        """Tell an address of events, by messages signed with the secret that is shown now."""
        user, body = person(request, Permission.MANAGE_WEBHOOKS), self.read(NewWebhook)
        made = actions.create_endpoint(url=body["url"], about=body["about"], chosen=body["events"], by=user, at=now())
        location = {"Location": reverse("api_webhook", args=[made.endpoint.pk])}
        told = {**facts(made.endpoint), "secret": made.secret}
        return self.answer(told, status=201, tag=webhook_tag(made.endpoint), headers=location)


class OneWebhook(WebhookStep):
    name_of_operation = "webhook"
    scopes = dict.fromkeys(("GET", "PUT", "DELETE"), Scope.WEBHOOKS_MANAGE)

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One address."""
        _, endpoint = kept(request, pk)
        return self.answer(facts(endpoint), tag=webhook_tag(endpoint))

    @extend_schema(request=NewWebhook, responses=WebhookSerializer, examples=[EXAMPLE])
    @transaction.atomic
    def put(self, request: Request, pk: int) -> Response:
        """Tell another address, or of other events; what waits goes to where it is told then."""
        user, endpoint = kept(request, pk, hold=True)
        check_match(request, webhook_tag(endpoint))
        body = self.read(NewWebhook)
        told = {"url": body["url"], "about": body["about"], "chosen": body["events"]}
        done = actions.change_endpoint(endpoint, **told, by=user, at=now())
        return self.answer(facts(done), tag=webhook_tag(done))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, pk: int) -> Response:
        """Tell it nothing more."""
        user, endpoint = kept(request, pk)
        check_given(request, endpoint, webhook_tag)
        actions.remove_endpoint(endpoint, by=user, at=now())
        return Response(status=204)


class WebhookSecrets(WebhookStep):
    scopes = {"POST": Scope.WEBHOOKS_MANAGE}
    shown_once = ("secret",)

    @extend_schema(request=None, responses={201: WebhookSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """A new secret, shown now; the one before signs beside it for a day."""
        user, endpoint = kept(request, pk)
        secret = actions.rotate_secret(endpoint, by=user, at=now())
        return self.answer({**facts(endpoint), "secret": secret}, status=201)


class WebhookDisabling(WebhookStep):
    scopes = {"POST": Scope.WEBHOOKS_MANAGE, "DELETE": Scope.WEBHOOKS_MANAGE}

    @extend_schema(request=None, responses={201: WebhookSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Send it nothing more; what waits keeps waiting."""
        user, endpoint = kept(request, pk)
        actions.disable(endpoint, why="", by=user, at=now())
        endpoint.refresh_from_db()
        return self.answer(facts(endpoint), status=201, tag=webhook_tag(endpoint))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Go on with what waits, in its order, with all tries anew."""
        user, endpoint = kept(request, pk)
        actions.enable(endpoint, by=user, at=now())
        return Response(status=204)


class WebhookTests(WebhookStep):
    scopes = {"POST": Scope.WEBHOOKS_MANAGE}

    @extend_schema(request=None, responses={201: MessageSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Send it an event that nothing happened for; within a minute its message says what was answered."""
        user, endpoint = kept(request, pk)
        return self.answer(MessageSerializer(actions.send_test(endpoint, by=user, at=now())).data, status=201)


class WebhookMessages(WebhookStep):
    scopes = {"GET": Scope.WEBHOOKS_MANAGE}
    query = Paged

    @extend_schema(responses=list_of(MessageSerializer))
    def get(self, request: Request, pk: int) -> Response:
        """What was sent to it and what waits, newest first."""
        _, endpoint = kept(request, pk)
        page = page_of(endpoint.messages.all(), self.asked, "-pk", name="webhook messages")
        return self.answer(page.answer(request, MessageSerializer(page.rows, many=True).data))


class WebhookReplays(WebhookStep):
    scopes = {"POST": Scope.WEBHOOKS_MANAGE}

    @extend_schema(request=None, responses={201: MessageSerializer})
    def post(self, request: Request, pk: int, message: int) -> Response:
        """Send a message once more, with the same id, behind what waits already."""
        user, endpoint = kept(request, pk)
        found = get_object_or_404(endpoint.messages.select_related("endpoint"), pk=message)
        return self.answer(MessageSerializer(actions.replay(found, by=user, at=now())).data, status=201)


def kept(request: Request, pk: int, *, hold: bool = False) -> tuple[User, WebhookEndpoint]:
    user = person(request, Permission.MANAGE_WEBHOOKS)
    endpoints = WebhookEndpoint.objects.all()
    return user, get_object_or_404(endpoints.select_for_update() if hold else endpoints, pk=pk)


def webhook_tag(endpoint: WebhookEndpoint) -> str:
    return hash_tag(endpoint.pk, [endpoint.url, endpoint.about, endpoint.events, endpoint.disabled_at])


def facts(endpoint: WebhookEndpoint) -> dict[str, Any]:
    """The endpoint without its secret, of which nothing is known any more."""
    return {name: getattr(endpoint, name) for name in WebhookSerializer.Meta.fields if name != "secret"}
