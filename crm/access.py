"""The one door to connections of CRMs: whoever keeps webhooks keeps them; strangers get 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.access import person
from core.models import User
from core.roles import Permission
from crm.models import Connection


def keeper(request: HttpRequest) -> User:
    return person(request, Permission.MANAGE_WEBHOOKS)


def connection(request: HttpRequest, system: str) -> tuple[User, Connection]:
    user = keeper(request)
    return user, get_object_or_404(Connection.objects.select_related("endpoint", "seller"), system=system)
