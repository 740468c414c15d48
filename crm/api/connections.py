"""Connections to CRMs, for programs: by the same actions as the page CRM. Secrets are shown once."""

import json
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, hash_tag
from core.api.pages import Paged, list_of, page_of
from core.api.schema import SEEN
from core.errors import Invalid
from core.models import User
from core.roles import Scope
from crm import access
from crm.actions import connections as actions
from crm.api.shapes import (
    AddressBody,
    ConnectedSerializer,
    ConnectionChangesBody,
    ConnectionSerializer,
    MappingBody,
    MappingSerializer,
    NewConnectionBody,
    PreviewQuery,
    PreviewSerializer,
    ReceivedSerializer,
    UsualMappingListSerializer,
)
from crm.models import Connection
from crm.queries.connections import inbound_url, preview, sellers
from crm.rules.mappings import STARTS, Terms

KEPT = Scope.WEBHOOKS_MANAGE


class CrmStep(Endpoint):
    """What a person does with connections to CRMs."""

    def decide_at(self, **kwargs: Any) -> str:
        return reverse("crm:overview")


class Connections(CrmStep):
    name_of_operation = "crm_connections"
    scopes = {"GET": KEPT, "POST": KEPT}
    query = Paged
    shown_once = ("secret", "our_secret")

    @extend_schema(responses=list_of(ConnectionSerializer))
    def get(self, request: Request) -> Response:
        """Every CRM that is connected."""
        access.keeper(request)
        page = page_of(Connection.objects.select_related("seller", "endpoint"), self.asked, "system", name="crms")
        return self.answer(page.answer(request, [connection_facts(one) for one in page.rows]))

    @extend_schema(
        request=NewConnectionBody,
        responses={201: ConnectedSerializer},
        examples=[
            OpenApiExample(
                "HubSpot",
                request_only=True,
                value={"system": "hubspot", "url": "https://relay.example/hooks", "seller": "ada"},
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Connect a CRM with the usual mapping of its kind. Both secrets are shown now."""
        user, body = access.keeper(request), self.read(NewConnectionBody)
        body["seller"] = seller_named(body["seller"])
        made = actions.create_connection(**body, by=user, at=now())
        facts = {**connection_facts(made.connection), "secret": made.secret, "our_secret": made.our_secret or None}
        location = {"Location": reverse("api_crm_connection", args=[made.connection.system])}
        return self.answer(facts, status=201, tag=connection_tag(made.connection), headers=location)


class OneConnection(CrmStep):
    name_of_operation = "crm_connection"
    scopes = {"GET": KEPT, "PATCH": KEPT, "DELETE": KEPT}

    @extend_schema(responses=ConnectionSerializer)
    def get(self, request: Request, system: str) -> Response:
        """One connection."""
        _, found = access.connection(request, system)
        return self.answer(connection_facts(found), tag=connection_tag(found))

    @extend_schema(
        request=ConnectionChangesBody,
        responses=ConnectionSerializer,
        examples=[OpenApiExample("New customers", request_only=True, value={"adds_customers": True})],
    )
    @transaction.atomic
    def patch(self, request: Request, system: str) -> Response:
        """Change for whom drafts are started, and whether customers that are not known are added."""
        user, found = seen(request, system)
        body = self.read(ConnectionChangesBody)
        seller = seller_named(body["seller"]) if "seller" in body else found.seller
        adds = body.get("adds_customers", found.adds_customers)
        done = actions.change_connection(found, seller=seller, adds_customers=adds, by=user, at=now())
        return self.answer(connection_facts(done), tag=connection_tag(done))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, system: str) -> Response:
        """Forget it with its messages; opportunities and what quotes say of them stay."""
        user, found = access.connection(request, system)
        check_given(request, found, connection_tag)
        actions.remove_connection(found, by=user, at=now())
        return Response(status=204)


class ConnectionAddress(CrmStep):
    name_of_operation = "crm_address"
    scopes = {"POST": KEPT}
    shown_once = ("our_secret",)

    @extend_schema(
        request=AddressBody,
        responses={201: ConnectedSerializer},
        examples=[OpenApiExample("A relay", request_only=True, value={"url": "https://relay.example/hooks"})],
    )
    def post(self, request: Request, system: str) -> Response:
        """Tell the CRM of quotes at this address from now on; the secret by which we sign is shown now."""
        user, found = access.connection(request, system)
        secret = actions.open_address(found, url=self.read(AddressBody)["url"], by=user, at=now())
        return self.answer({**connection_facts(found), "our_secret": secret}, status=201, tag=connection_tag(found))


class ConnectionSecrets(CrmStep):
    name_of_operation = "crm_secrets"
    scopes = {"POST": KEPT}
    shown_once = ("secret",)

    @extend_schema(request=None, responses={201: ConnectedSerializer})
    def post(self, request: Request, system: str) -> Response:
        """A new secret for the CRM to sign by, shown now; the one before is taken for a day more."""
        user, found = access.connection(request, system)
        secret = actions.rotate_secret(found, by=user, at=now())
        found.refresh_from_db(fields=["old_ends_at"])
        return self.answer({**connection_facts(found), "secret": secret}, status=201, tag=connection_tag(found))


class ConnectionDisabling(CrmStep):
    name_of_operation = "crm_disabling"
    scopes = {"POST": KEPT, "DELETE": KEPT}

    @extend_schema(request=None, responses={201: ConnectionSerializer})
    def post(self, request: Request, system: str) -> Response:
        """Take nothing from it and tell it nothing."""
        user, found = access.connection(request, system)
        done = actions.switch(found, on=False, by=user, at=now())
        return self.answer(connection_facts(done), status=201, tag=connection_tag(done))

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, system: str) -> Response:
        """Go on with it; what happened meanwhile is not told later."""
        user, found = access.connection(request, system)
        actions.switch(found, on=True, by=user, at=now())
        return Response(status=204)


class ConnectionMapping(CrmStep):
    name_of_operation = "crm_mapping"
    scopes = {"GET": KEPT, "PUT": KEPT}

    @extend_schema(responses=MappingSerializer)
    def get(self, request: Request, system: str) -> Response:
        """Which field of this CRM is which of ours."""
        _, found = access.connection(request, system)
        return self.answer(Terms.of(found.mapping).stored(), tag=connection_tag(found))

    @extend_schema(
        request=MappingBody,
        responses=MappingSerializer,
        examples=[OpenApiExample("HubSpot", request_only=True, value=STARTS["hubspot"].stored())],
    )
    @transaction.atomic
    def put(self, request: Request, system: str) -> Response:
        """Another mapping, all of it; everything that is wrong with it is named."""
        user, found = seen(request, system)
        done = actions.change_mapping(found, terms=Terms(**self.read(MappingBody)), by=user, at=now())
        return self.answer(Terms.of(done.mapping).stored(), tag=connection_tag(done))


class ConnectionPreview(CrmStep):
    name_of_operation = "crm_preview"
    scopes = {"GET": KEPT}
    query = PreviewQuery

    @extend_schema(responses=PreviewSerializer)
    def get(self, request: Request, system: str) -> Response:
        """What a quote would tell by the mapping as it is; of the last edited one unless one is named."""
        _, found = access.connection(request, system)
        shown = preview(found, number=self.asked.get("number", ""), event=self.asked.get("event", ""))
        if self.asked.get("number", shown.chosen) != shown.chosen:
            raise Invalid({"number": "number: not one of the quotes that can be previewed; see `offered`."})
        offered = [{"number": number, "title": title} for number, title in shown.offered]
        message = json.loads(shown.body) if shown.body else None
        event = shown.event if message else None
        return self.answer({"quote": shown.chosen or None, "event": event, "message": message, "offered": offered})


class ConnectionMessages(CrmStep):
    name_of_operation = "crm_messages"
    scopes = {"GET": KEPT}
    query = Paged

    @extend_schema(responses=list_of(ReceivedSerializer))
    def get(self, request: Request, system: str) -> Response:
        """What the CRM told and what came of it, newest first."""
        _, found = access.connection(request, system)
        page = page_of(found.received.all(), self.asked, "-pk", name="crm messages")
        return self.answer(page.answer(request, ReceivedSerializer(page.rows, many=True).data))


class UsualMappings(CrmStep):
    name_of_operation = "crm_mappings"
    scopes = {"GET": KEPT}

    @extend_schema(responses=UsualMappingListSerializer)
    def get(self, request: Request) -> Response:
        """The usual fields and stages of CRMs, to begin a mapping with."""
        access.keeper(request)
        return self.answer({"results": [{"name": name, **terms.stored()} for name, terms in STARTS.items()]})


def seen(request: Request, system: str) -> tuple[User, Connection]:
    """The connection, held in the state that the caller has seen."""
    user, found = access.held_connection(request, system)
    check_match(request, connection_tag(found))
    return user, found


def seller_named(username: str) -> User:
    found = sellers().filter(username=username).first()
    if found is None:
        raise Invalid({"seller": f"seller: nobody who sells has the username {username}."})
    return found


def connection_tag(found: Connection) -> str:
    """Of what a person changes: who sells, what is added, the mapping, whether it is on."""
    kept = (found.seller_id, found.adds_customers, found.mapping, found.disabled_at, found.endpoint_id)
    return hash_tag(found.system, kept)


def connection_facts(found: Connection) -> dict[str, Any]:
    names = ("system", "adds_customers", "created_at", "disabled_at")
    return {
        **{name: getattr(found, name) for name in names},
        "name": str(found),
        "inbound_url": inbound_url(found),
        "url": found.endpoint.url if found.endpoint else None,
        "seller": found.seller.username,
        "old_ends_at": found.old_ends_at if found.old_ends_at and found.old_ends_at > now() else None,
    }
