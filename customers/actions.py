"""Adding and changing customers and their contacts."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from core import audit
from core.errors import Conflict, Invalid
from core.models import User
from core.turns import take_turn
from customers.models import Contact, Customer
from customers.rules import plain_slug, why_not_parent
from customers.tables import Row, problems


class Imported(NamedTuple):
    """Slugs of who was added, changed, and known already."""

    added: list[str]
    changed: list[str]
    known: list[str]


def add_customer(values: Mapping[str, Any], *, by: User | None, at: datetime) -> Customer:
    """Add a customer; its slug is made from the name unless given."""
    slug = values.get("slug") or free_slug(values["name"])
    customer = Customer(**{**values, "slug": slug})
    try:
        with transaction.atomic():
            save(customer)
            audit.record(by, "added", subject(customer), at=at, data=facts(customer))
    except IntegrityError as error:
        raise Conflict(_("There is a customer {slug} already.").format(slug=slug)) from error
    return customer


@transaction.atomic
def import_customers(rows: Sequence[Row], *, by: User, at: datetime) -> Imported:
    """Add who is not there yet and change who is known by external id, all in one transaction; Invalid names every
    cell that is wrong, and then nothing is done."""
    if wrong := problems(rows):
        raise Invalid(wrong)
    added = [add_customer(row.values, by=by, at=at).slug for row in rows if row.known is None]
    for row in rows:
        if row.known is not None and row.changes:
            change_customer(row.known, row.changes, by=by, at=at)
    known = [row for row in rows if row.known is not None]
    changed = sorted(row.slug for row in known if row.changes)
    return Imported(added, changed, sorted(row.slug for row in known if not row.changes))


def change_customer(customer: Customer, values: Mapping[str, Any], *, by: User, at: datetime) -> Customer:
    """Change what is known about a customer; the slug stays, because addresses and imports use it."""
    with transaction.atomic():
        before = facts(customer)
        for name, value in values.items():
            setattr(customer, name, value)
        save(customer)
        after = facts(customer)
        changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
        if changed:
            audit.record(by, "changed", subject(customer), at=at, data=changed)
    return customer


def add_contact(customer: Customer, *, name: str, email: str, title: str, by: User | None, at: datetime) -> Contact:
    """Add a person at the customer; an e-mail address stands once."""
    with transaction.atomic():
        contact, new = Contact.objects.get_or_create(
            customer=customer, email=email.lower(), defaults={"name": name, "title": title}
        )
        if not new:
            raise Invalid({"email": _("{name} has this address already.").format(name=contact.name)})
        audit.record(by, "added contact", subject(customer), at=at, data={"name": name, "email": contact.email})
    return contact


def change_contact(contact: Contact, *, name: str, email: str, title: str, by: User, at: datetime) -> Contact:
    """Change a person's name, address or title."""
    contact.name, contact.email, contact.title = name, email.lower(), title
    try:
        with transaction.atomic():
            contact.save()
            data = {"name": name, "email": contact.email, "title": title}
            audit.record(by, "changed contact", subject(contact.customer), at=at, data=data)
    except IntegrityError:
        raise Invalid({"email": _("Another contact of this customer has this address.")}) from None
    return contact


def remove_contact(contact: Contact, *, by: User, at: datetime) -> None:
    """Forget a person; whoever is named on a quote stays, because the quote goes on naming them."""
    try:
        with transaction.atomic():
            audit.record(by, "removed contact", subject(contact.customer), at=at, data={"email": contact.email})
            contact.delete()
    except ProtectedError:
        text = _("{name} is named on quotes and stays known; change the name or address instead.")
        raise Conflict(text.format(name=contact.name)) from None


def save(customer: Customer) -> None:
    # Two at once could take one external id, or close a circle that neither sees; the trigger takes the same lock.
    take_turn("customer tree")
    if taken_id(customer):
        raise Invalid({"external_id": _("Another customer has this external id.")})
    if customer.parent:
        pairs = Customer.objects.filter(parent__isnull=False).values_list("slug", "parent__slug")
        if problem := why_not_parent(customer.slug, customer.parent.slug, dict(pairs)):
            raise Invalid({"parent": problem})
    customer.save()


def taken_id(customer: Customer) -> bool:
    others = Customer.objects.exclude(pk=customer.pk).filter(external_id=customer.external_id)
    return bool(customer.external_id) and others.exists()


def free_slug(name: str) -> str:
    """The first of name, name-2, name-3 ... that no customer has."""
    base = plain_slug(name)
    taken = set(Customer.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := base if n == 1 else f"{base}-{n}") not in taken)


def facts(customer: Customer) -> dict[str, Any]:
    names = ("name", "legal_name", "segment", "country", "currency", "address", "payment_days", "note_on_data")
    more = ("external_id", "domain")
    return {**{name: getattr(customer, name) for name in (*names, *more)}, "parent": str(customer.parent or "")}


def subject(customer: Customer) -> str:
    return f"customer:{customer.slug}"
