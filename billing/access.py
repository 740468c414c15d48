"""The one door to contracts and their deliveries: load and authorise in one call. A stranger gets 404."""

from django.http import HttpRequest

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
