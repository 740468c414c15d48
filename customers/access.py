"""The one door to customers: whoever may see them sees all of them; everyone else gets 404."""

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from core.access import forbid_unless, person
from core.languages import lazily as _
from core.models import User
from core.prepared import Gap, Prepared
from core.roles import Permission
from customers.models import Contact, Customer

CUSTOMER = Prepared(Customer.objects.select_related("parent").filter(slug=Gap("slug")))
MAY_NOT_EDIT = _("Customers are edited by sales and pricing operations. Ask one of them.")


def viewer(request: HttpRequest) -> User:
    """Whoever may see customers."""
    return person(request, Permission.SEE_CUSTOMERS)


def editor(request: HttpRequest) -> User:
    """Whoever may change customers; who may only see them is told so."""
    user = viewer(request)
    forbid_unless(user, Permission.EDIT_CUSTOMERS, MAY_NOT_EDIT)
    return user


def customer_for(request: HttpRequest, slug: str) -> tuple[User, Customer]:
    """Load a customer for someone who may see it."""
    user = viewer(request)
    customer = CUSTOMER.first(slug=slug)
    if customer is None:
        raise Http404
    return user, customer


def editable_customer(request: HttpRequest, slug: str) -> tuple[User, Customer]:
    """Load a customer for someone who may change it."""
    user, customer = customer_for(request, slug)
    forbid_unless(user, Permission.EDIT_CUSTOMERS, MAY_NOT_EDIT)
    return user, customer


def editable_contact(request: HttpRequest, slug: str, pk: int) -> tuple[User, Contact]:
    """Load a contact of this customer for someone who may change it."""
    user, customer = editable_customer(request, slug)
    return user, get_object_or_404(Contact.objects.select_related("customer"), customer=customer, pk=pk)
