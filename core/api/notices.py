"""What somebody was told, for programs of their own: their notices, and how they want to be told."""

from typing import Any

from django.conf import settings
from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.timezone import now
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core import notices as actions
from core.access import person
from core.api.endpoint import Endpoint
from core.api.etags import check_match, hash_tag
from core.api.pages import Paged, list_of, page_of
from core.api.shapes import Input
from core.events import Way, events_of, way_for, ways_of
from core.models import Notice, User
from core.roles import Scope

OWN = Scope.NOTICES_MANAGE


class NoticeSerializer(serializers.ModelSerializer):
    """Something that you were told; `url` is where to look."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Notice
        fields = ["id", "event", "title", "text", "url", "at", "read_at"]

    def get_url(self, notice: Notice) -> str:
        return settings.SITE_URL + notice.path


class NoticeQuery(Paged):
    unread = serializers.BooleanField(default=False, help_text="Only those that were not read.")


class NoticeWaySerializer(serializers.Serializer):
    """What you may be told of, and how: by mail at once, in a daily mail (`digest`), only in the app, or not."""

    event = serializers.CharField()
    about = serializers.CharField()
    way = serializers.ChoiceField(choices=[way.value for way in Way])
    ways = serializers.ListField(child=serializers.CharField(), help_text="Among which you choose.")


class NoticeWayListSerializer(serializers.Serializer):
    results = NoticeWaySerializer(many=True)


class WaysBody(Input):
    ways = serializers.DictField(
        child=serializers.ChoiceField(choices=[way.value for way in Way]), help_text="By event; the others stay."
    )


class Personal(Endpoint):
    def decide_at(self, **kwargs: Any) -> str:
        return reverse("core:notices")


class Notices(Personal):
    scopes = {"GET": OWN}
    query = NoticeQuery

    @extend_schema(responses=list_of(NoticeSerializer))
    def get(self, request: Request) -> Response:
        """What you were told, newest first."""
        found = Notice.objects.filter(person=person(request))
        page = page_of(found.filter(read_at=None) if self.asked["unread"] else found, self.asked, "-pk", name="notices")
        return self.answer(page.answer(request, NoticeSerializer(page.rows, many=True).data))


class NoticesReading(Personal):
    scopes = {"POST": OWN}

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request) -> Response:
        """All of them are read."""
        actions.read(person(request), at=now())
        return Response(status=204)


class NoticeReading(Personal):
    scopes = {"POST": OWN}

    @extend_schema(request=None, responses={201: NoticeSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """One is read."""
        user = person(request)
        notice = get_object_or_404(Notice, person=user, pk=pk)
        actions.read(user, pk=notice.pk, at=now())
        notice.refresh_from_db()
        return self.answer(NoticeSerializer(notice).data, status=201)


class NoticeWays(Personal):
    scopes = {"GET": OWN, "PATCH": OWN}

    @extend_schema(responses=NoticeWayListSerializer)
    def get(self, request: Request) -> Response:
        """How you are told of what."""
        return self.shown(person(request))

    @extend_schema(
        request=WaysBody,
        responses=NoticeWayListSerializer,
        examples=[OpenApiExample("Once a day", request_only=True, value={"ways": {"mention": "digest"}})],
    )
    @transaction.atomic
    def patch(self, request: Request) -> Response:
        """Choose how you are told from now on."""
        user = User.objects.select_for_update().get(pk=person(request).pk)
        check_match(request, ways_tag(user))
        actions.choose(user, self.read(WaysBody)["ways"], at=now())
        return self.shown(user)

    def shown(self, user: User) -> Response:
        rows = [
            {"event": name, "about": str(event.label), "way": way_for(user, name).value, "ways": [*ways_of(event)]}
            for name, event in events_of(user).items()
        ]
        return self.answer({"results": rows}, tag=ways_tag(user))


def ways_tag(user: User) -> str:
    return hash_tag("ways", user.ways)
