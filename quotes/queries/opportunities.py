"""Reading opportunities: those of a customer, those that may be seen, systems to choose from."""

from django.db.models import Q, QuerySet

from core.models import User
from core.roles import Permission, may
from customers.models import Customer
from quotes.models import Opportunity
from quotes.rules.opportunities import LABELS, State, label_of

MOST_OFFERED = 50


def open_opportunities(customer: Customer) -> list[Opportunity]:
    """Those that a quote of this customer may be linked to, the last changed first."""
    found = Opportunity.objects.filter(customer=customer, state=State.OPEN).order_by("-changed_at", "-pk")
    return list(found[:MOST_OFFERED])


def waiting(customer: Customer) -> list[Opportunity]:
    """Open ones of this customer that no quote carries yet."""
    found = Opportunity.objects.filter(customer=customer, state=State.OPEN, quotes=None)
    return list(found.order_by("-changed_at", "-pk")[:MOST_OFFERED])


def visible_to(user: User) -> QuerySet[Opportunity]:
    """Whoever sees all quotes sees all; a seller sees those of own quotes and those without a quote."""
    found = Opportunity.objects.select_related("customer")
    if may(user, Permission.SEE_ALL_QUOTES):
        return found
    return found.filter(Q(quotes__owner=user) | Q(quotes=None)).distinct()


def systems() -> list[tuple[str, str]]:
    """What an opportunity may come from: the two that everybody knows, and what was told of already."""
    known = Opportunity.objects.values_list("system", flat=True).distinct()
    return [(one, label_of(one)) for one in dict.fromkeys([*LABELS, *sorted(known)])]
