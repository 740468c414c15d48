"""Reading customers: the list one searches, and everything its page shows."""

from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection
from django.db.models import Count, Q, QuerySet

from customers.models import Contact, Customer

MOST_NAMED = 5  # in a sentence that asks which one is meant
MOST_OFFERED = 20  # below a field


def find_customers(text: str = "") -> QuerySet[Customer]:
    """Customers whose name, legal name, slug or contact holds the text, by name."""
    found = Customer.objects.select_related("parent").annotate(child_count=Count("children"))
    if text:
        people = Contact.objects.filter(Q(name__icontains=text) | Q(email__icontains=text)).values("customer")
        found = found.filter(
            Q(name__icontains=text) | Q(legal_name__icontains=text) | Q(slug__icontains=text) | Q(pk__in=people)
        )
    return found.order_by("name", "slug")


SEPARATOR = " · "


def chosen_by(text: str) -> list[Customer]:
    """The customers that somebody means who typed this: the one of this slug or name, else all that it finds."""
    name, _, slug = text.rpartition(SEPARATOR)
    exactly = Q(slug=text) | Q(name__iexact=text) | (Q(slug=slug, name__iexact=name) if name else Q(pk=None))
    return list(Customer.objects.filter(exactly).order_by("slug")[:MOST_NAMED]) or list(
        find_customers(text)[:MOST_NAMED]
    )


def names_to_choose(text: str) -> list[str]:
    """What to type for each customer that the text finds: the name, with the slug where two have it."""
    found = list(find_customers(text)[:MOST_OFFERED])
    taken = Customer.objects.filter(name__in=[one.name for one in found]).values("name").annotate(count=Count("pk"))
    counts = {row["name"]: row["count"] for row in taken}
    return [one.name if counts[one.name] == 1 else f"{one.name}{SEPARATOR}{one.slug}" for one in found]


class Relative(NamedTuple):
    """A customer in its family: how many levels below, and who pays for it."""

    id: int
    slug: str
    name: str
    level: int
    parent_id: int | None


FAMILY = """
WITH RECURSIVE family (id, slug, name, level, parent_id, way) AS (
    SELECT id, slug, name, 0, parent_id, ARRAY[name, slug]::text[] FROM customers_customer WHERE id = %s
    UNION ALL
    SELECT child.id, child.slug, child.name, family.level + 1, child.parent_id,
           way || ARRAY[child.name, child.slug]::text[]
      FROM family JOIN customers_customer child ON child.parent_id = family.id
)
SELECT id, slug, name, level, parent_id FROM family ORDER BY way
"""


def family(customer: Customer) -> list[Relative]:
    """The customer and everyone it pays for, children under their parents, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(FAMILY, [customer.pk])
        return [Relative(*row) for row in cursor.fetchall()]


@dataclass(frozen=True)
class CustomerPage:
    """A customer with the people and companies around it."""

    customer: Customer
    contacts: list[Contact]
    below: list[Relative]


def customer_page(customer: Customer) -> CustomerPage:
    contacts = list(customer.contacts.order_by("name", "id"))
    return CustomerPage(customer, contacts, family(customer)[1:])
