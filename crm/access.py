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


def held_connection(request: HttpRequest, system: str) -> tuple[User, Connection]:
    """The same, which nobody else changes until this transaction ends."""
    user = keeper(request)
    held = Connection.objects.select_related("endpoint", "seller").select_for_update(of=("self",))
    return user, get_object_or_404(held, system=system)
