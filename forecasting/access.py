"""The one door to scenarios and portfolios: load and authorise in one call."""

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from core.access import forbid_unless
from core.languages import lazily as _
from core.models import User
from core.roles import Permission
from customers.access import customer_for, viewer
from customers.models import Customer
from forecasting.models import PortfolioRun, Scenario

MAY_NOT_EDIT = _("Scenarios are made by sales and pricing operations. Ask one of them.")


def scenario(request: HttpRequest, slug: str, pk: int) -> tuple[User, Scenario]:
    """A scenario of this customer, for whoever may see customers."""
    user, customer = customer_for(request, slug)
    return user, get_object_or_404(Scenario.objects.select_related("customer"), customer=customer, pk=pk)


def editable_scenario(request: HttpRequest, slug: str, pk: int) -> tuple[User, Scenario]:
    user, found = scenario(request, slug, pk)
    forbid_unless(user, Permission.EDIT_CUSTOMERS, MAY_NOT_EDIT)
    return user, found


def scenario_maker(request: HttpRequest, slug: str) -> tuple[User, Customer]:
    """A customer, for someone who may make scenarios of it."""
    user, customer = customer_for(request, slug)
    forbid_unless(user, Permission.EDIT_CUSTOMERS, MAY_NOT_EDIT)
    return user, customer


def portfolio(request: HttpRequest, pk: int) -> tuple[User, PortfolioRun]:
    return viewer(request), get_object_or_404(PortfolioRun.objects.select_related("created_by"), pk=pk)
