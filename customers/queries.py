"""Reading customers: the list one searches, and everything its page shows."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from customers.models import Contact, Customer


def find_customers(text: str = "") -> QuerySet[Customer]:
    """Customers whose name, legal name, slug or contact holds the text, by name."""
    found = Customer.objects.select_related("parent").annotate(child_count=Count("children"))
    if text:
        people = Contact.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).values("customer")
        found = found.filter(
            Q(name__icontains=text) | Q(legal_name__icontains=text) | Q(slug__icontains=text) | Q(pk__in=people)
        )
    return found.order_by("name", "slug")


@dataclass(frozen=True)
class CustomerPage:
    """A customer with the people and companies around it."""

    customer: Customer
    contacts: list[Contact]
    children: list[Customer]


def customer_page(customer: Customer) -> CustomerPage:
    contacts = list(customer.contacts.order_by("name", "id"))
    return CustomerPage(customer, contacts, list(customer.children.order_by("name")))
