"""The one door to contracts and their deliveries: load and authorise in one call. A stranger gets 404."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from billing.models import Connection
from billing.queries.contracts import Contracts, with_delivery
from core.access import person
from core.models import User
from core.roles import Permission
from quotes import access
from quotes.models import Contract


def contracts(request: HttpRequest) -> tuple[User, Contracts]:
    """Every contract that the signed-in person may see, with the state of its hand-off."""
    user = person(request, Permission.SEE_CONTRACTS)
    return user, with_delivery(Contract.objects.visible_to(user))


def contract(request: HttpRequest, number: str) -> tuple[User, Contract]:
    return access.contract(request, number)


def connector(request: HttpRequest) -> User:
    """Whoever keeps accounts with billing systems, and says which contracts go there."""
    return person(request, Permission.MANAGE_CONNECTIONS)


def connection(request: HttpRequest, target: str, mode: str, *, hold: bool = False) -> tuple[User, Connection]:
    """An account that is set up; held, nobody else changes it until this transaction ends."""
    user = connector(request)
    accounts = Connection.objects.select_related("changed_by")
    found = accounts.select_for_update(of=("self",)) if hold else accounts
    return user, get_object_or_404(found, target=target, mode=mode)
