"""Who of the customer opens a version that was sent: their links, each shown once and then known by its hash."""

from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.schema import SEEN
from core.api.shapes import Input, Text, Whole
from core.roles import Scope
from quotes import access
from quotes.actions.sending import LAST, create_room_link, resend, revoke_room_link
from quotes.actions.substituting import substitute_in_next
from quotes.api.bodies import MoveBody
from quotes.api.drafts import example
from quotes.api.facts import version_facts, version_tag
from quotes.api.life import Step
from quotes.api.shapes import VersionSerializer
from quotes.models import RoomLink
from quotes.queries.versions import LinkRow, link_rows


class LinkSerializer(serializers.Serializer):
    """One person's key to the customer's page. `link` is shown once, when it is made."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    email = serializers.CharField()
    right = serializers.ChoiceField(choices=RoomLink.Right.values)
    order = serializers.IntegerField(help_text="Lower numbers sign first.")
    status = serializers.CharField(help_text="sending, sent, bounced, opened, signed, revoked or expired.")
    expires_at = serializers.DateTimeField()
    last_opened_at = serializers.DateTimeField(allow_null=True)
    signed_at = serializers.DateTimeField(allow_null=True)
    forwarded_by = serializers.CharField(allow_null=True, help_text="Who of the customer made it.")
    link = serializers.URLField(required=False, allow_null=True)


class LinkListSerializer(serializers.Serializer):
    results = LinkSerializer(many=True)


class LinkBody(Input):
    """For whom it is; whoever had one before gets this in its place."""

    name = Text(max_length=120)
    email = serializers.EmailField(max_length=254)
    title = Text(max_length=120, required=False, default="", allow_blank=True)
    right = serializers.ChoiceField(choices=RoomLink.Right.values, required=False, default="view")
    order = Whole(min_value=1, max_value=LAST, required=False, default=1)


class AlternativeBody(MoveBody):
    place = Text(max_length=200, help_text="As a problem of `pricing` names it.")


class LeftToPeople(Endpoint):
    def decide_at(self, **kwargs: Any) -> str:
        return reverse("quotes:detail", args=[kwargs["number"]])


class Links(LeftToPeople):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.QUOTES_SEND}
    shown_once = ("link",)

    @extend_schema(responses=LinkListSerializer)
    def get(self, request: Request, number: str, version_number: int) -> Response:
        """Who may open this version, the newest link first."""
        _, version = access.version(request, number, version_number)
        return self.answer({"results": [link_facts(row) for row in link_rows(version, at=now())]})

    @extend_schema(
        request=LinkBody,
        responses={201: LinkSerializer},
        examples=[example("A lawyer", {"name": "Mira Sol", "email": "mira.sol@acme.example"})],
    )
    def post(self, request: Request, number: str, version_number: int) -> Response:
        """Give another person a link to a version that was sent; it goes out by mail too."""
        user, version = access.version(request, number, version_number)
        made, token = create_room_link(version, **self.read(LinkBody), by=user, at=now())
        facts = next(link_facts(row) for row in link_rows(version, at=now()) if row.pk == made.pk)
        link = settings.SITE_URL + reverse("quotes:room_enter", args=[token])
        return self.answer({**facts, "link": link}, status=201)


class OneLink(LeftToPeople):
    name_of_operation = "link"
    scopes = {"DELETE": Scope.QUOTES_SEND}

    @extend_schema(request=None, responses={204: None})
    def delete(self, request: Request, number: str, pk: int) -> Response:
        """Let a link work no longer, at once."""
        user, found = access.room_link(request, number, pk)
        revoke_room_link(found, by=user, at=now())
        return Response(status=204)


class LinkMails(LeftToPeople):
    scopes = {"POST": Scope.QUOTES_SEND}

    @extend_schema(request=None, responses={201: LinkSerializer})
    def post(self, request: Request, number: str, pk: int) -> Response:
        """Send the same link and the PDF once more."""
        user, found = access.room_link(request, number, pk)
        resend(found, by=user, at=now())
        facts = next(link_facts(row) for row in link_rows(found.version, at=now()) if row.pk == found.pk)
        return self.answer(facts, status=201)


class Alternative(Step):
    scopes = {"POST": Scope.QUOTES_SUBMIT}

    @extend_schema(
        request=AlternativeBody,
        responses={201: VersionSerializer},
        parameters=[SEEN],
        examples=[example("What billing cannot bill", {"place": "seats"})],
    )
    def post(self, request: Request, number: str) -> Response:
        """A new draft in which billing can bill what it could not, with the nearest that there is."""
        access.quote(request, number)
        body = self.read(AlternativeBody)
        user, version = self.version(request, number, body)
        made = substitute_in_next(version, place=body["place"], by=user, at=now())
        location = {"Location": reverse("api_quote_version", args=[number, made.number])}
        return self.answer(version_facts(made, user), status=201, tag=version_tag(made), headers=location)


def link_facts(row: LinkRow) -> dict[str, Any]:
    names = ("name", "email", "order", "status", "expires_at", "last_opened_at", "signed_at")
    return {
        "id": row.pk,
        "right": "sign" if row.signs else "view",
        "forwarded_by": row.forwarded_by or None,
        **{name: getattr(row, name) for name in names},
    }
