"""Lists of quotes that somebody keeps under a name, for programs: the same as on the page of quotes."""

from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.endpoint import Endpoint
from core.api.etags import check_given, check_match, hash_tag
from core.api.schema import SEEN
from core.api.shapes import Flag, Input, Text
from core.errors import Conflict, Invalid
from core.models import User
from core.roles import Scope
from quotes import access
from quotes.actions.saved_views import LONGEST, change_view, remove_view, save_view
from quotes.api.shapes import STATUSES
from quotes.forms.listing import FilterForm
from quotes.models import SavedView
from quotes.queries.saved_views import ViewLink, view_links

QUERY = "Such as ?status=draft&mine=1; empty for everything."
FILTERS = (*FilterForm.base_fields, "mine", "package", "sort", "all")


class SavedViewSerializer(serializers.Serializer):
    """A list of quotes under a name; `query` is that of the page `/quotes/`. It holds filters, never quotes."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    query = serializers.CharField()
    owner = serializers.CharField(help_text="By name.")
    mine = serializers.BooleanField()
    is_default = serializers.BooleanField()
    is_shared = serializers.BooleanField()


class SavedViewListSerializer(serializers.Serializer):
    results = SavedViewSerializer(many=True)


class SavedViewChanges(Input):
    name = Text(max_length=60, required=False)
    query = Text(max_length=LONGEST, required=False, allow_blank=True, help_text=QUERY)
    is_default = Flag(required=False, help_text="Whether the page of quotes opens with it.")
    is_shared = Flag(required=False, help_text="Whether others may open it; they find in it what they may see.")


class NewSavedView(SavedViewChanges):
    name = Text(max_length=60)
    query = Text(max_length=LONGEST, allow_blank=True, help_text=QUERY)


class SavedViews(Endpoint):
    scopes = {"GET": Scope.QUOTES_READ, "POST": Scope.VIEWS_WRITE}

    @extend_schema(responses=SavedViewListSerializer)
    def get(self, request: Request) -> Response:
        """Your own views first, then those that others share."""
        user = access.seer(request)
        return self.answer({"results": [facts(link) for link in view_links(user)]})

    @extend_schema(
        request=NewSavedView,
        responses={201: SavedViewSerializer},
        examples=[
            OpenApiExample(
                "What waits for approval", request_only=True, value={"name": "Waiting", "query": "?status=submitted"}
            )
        ],
    )
    def post(self, request: Request) -> Response:
        """Keep a list under a name that you do not use yet."""
        user, body = access.seer(request), self.read(NewSavedView)
        if SavedView.objects.filter(owner=user, name=body["name"]).exists():
            raise Conflict(f"You keep another view under the name {body['name']}; change that, or choose another name.")
        body["query"] = filters_of(body["query"])
        return shown(self, user, save_view(**body, by=user, at=now()), status=201)


class OneSavedView(Endpoint):
    name_of_operation = "saved_view"
    scopes = {"GET": Scope.QUOTES_READ, "PATCH": Scope.VIEWS_WRITE, "DELETE": Scope.VIEWS_WRITE}

    @extend_schema(responses=SavedViewSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One view of yours."""
        user, found = access.saved_view(request, pk)
        return shown(self, user, found)

    @extend_schema(
        request=SavedViewChanges,
        responses=SavedViewSerializer,
        examples=[OpenApiExample("Open to all", request_only=True, value={"is_shared": True})],
    )
    @transaction.atomic
    def patch(self, request: Request, pk: int) -> Response:
        """Rename it, make it your default, share it, or let it be another list."""
        user, seen = access.saved_view(request, pk)
        found = SavedView.objects.select_for_update().get(pk=seen.pk)
        check_match(request, view_tag(found))
        kept = {name: getattr(found, name) for name in ("name", "is_default", "is_shared")}
        changes = self.read(SavedViewChanges)
        if "query" in changes:
            changes["query"] = filters_of(changes["query"])
        return shown(self, user, change_view(found, **{**kept, **changes}, at=now()))

    @extend_schema(request=None, responses={204: None}, parameters=[SEEN])
    @transaction.atomic
    def delete(self, request: Request, pk: int) -> Response:
        """Forget it; the quotes in it stay as they are."""
        _, found = access.saved_view(request, pk)
        check_given(request, found, view_tag)
        remove_view(found)
        return Response(status=204)


def filters_of(text: str) -> str:
    """The query as the page writes it; a name that is no filter is refused, so that no typo widens a list."""
    asked = QueryDict(text.removeprefix("?"))
    if unknown := [name for name in asked if name not in FILTERS]:
        raise Invalid({"query": f"query: {unknown[0][:60]} is no filter; known are {', '.join(FILTERS)}."})
    form = FilterForm(asked)
    chosen = form.filter()
    if chosen.status and chosen.status not in STATUSES:
        raise Invalid({"query": f"query: status is one of {', '.join(STATUSES)}."})
    if problems := form.problems():
        raise Invalid({"query": f"query: {' '.join(problems)}"})
    return chosen.query()


def view_tag(found: SavedView) -> str:
    return hash_tag(found.pk, [found.name, found.query, found.is_default, found.is_shared])


def shown(endpoint: Endpoint, user: User, found: SavedView, *, status: int = 200) -> Response:
    names = ("name", "query", "is_default", "is_shared")
    body = {"id": found.pk, "owner": user.full_name, "mine": True, **{name: getattr(found, name) for name in names}}
    location = {"Location": reverse("api_saved_view", args=[found.pk])} if status == 201 else {}
    return endpoint.answer(body, status=status, tag=view_tag(found), headers=location)


def facts(link: ViewLink) -> dict[str, Any]:
    names = ("name", "query", "owner", "mine", "is_default", "is_shared")
    return {"id": link.pk, **{name: getattr(link, name) for name in names}}
