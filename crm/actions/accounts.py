"""Which customer a CRM's account is; one that is not known is added where the connection says so."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.models import User
from crm.models import Connection
from crm.rules.mappings import Terms
from crm.rules.reading import Told, place
from customers.actions import add_customer
from customers.models import Customer
from quotes.models import Opportunity

NEEDED = ("account", "country", "segment")


def customer_for(connection: Connection, told: Told, known: Opportunity | None, *, by: User, at: datetime) -> Customer:
    """By the account's id, else its domain, else its name; without an account that of the opportunity."""
    account = told.account
    for field, wanted in (
        ("account_id", Q(external_id=account.get("account_id"))),
        ("domain", Q(domain=account.get("domain"))),
        ("account", Q(name__iexact=account.get("account")) | Q(legal_name__iexact=account.get("account"))),
    ):
        if account.get(field) and (found := only(connection, field, list(Customer.objects.filter(wanted)[:3]))):
            return found
    if known is not None:
        return known.customer
    if not connection.adds_customers:
        name = account.get("account") or account.get("domain") or account.get("account_id") or "?"
        sentence = _("No customer is known as {name}. Add the customer, or let the connection add those it tells of.")
        raise Invalid({at_path(connection, "account"): sentence.format(name=name)})
    return added(connection, told, by=by, at=at)


def only(connection: Connection, field: str, found: list[Customer]) -> Customer | None:
    if len(found) > 1:
        slugs = ", ".join(one.slug for one in found)
        sentence = _("Several customers fit: {slugs}. Give the right one the account’s id.").format(slugs=slugs)
        raise Invalid({at_path(connection, field): sentence})
    return found[0] if found else None


def added(connection: Connection, told: Told, *, by: User, at: datetime) -> Customer:
    account = told.account
    wrong = {
        at_path(connection, name): _("{name}: needed to add the customer.").format(name=name)
        for name in NEEDED
        if not account.get(name)
    }
    country, segment = account.get("country", "").upper(), account.get("segment", "")
    if country and not (len(country) == 2 and country.isascii() and country.isalpha()):
        wrong[at_path(connection, "country")] = _("{count} letters are needed, such as {example}.").format(
            count=2, example="US"
        )
    if segment and segment not in Customer.Segment.values:
        wrong[at_path(connection, "segment")] = _("One of {segments}.").format(
            segments=", ".join(Customer.Segment.values)
        )
    if wrong:
        raise Invalid(wrong)
    values = {
        "name": account["account"][:120],
        "legal_name": account["account"][:160],
        "country": country,
        "segment": segment,
        "external_id": account.get("account_id", "")[:100],
        "domain": account.get("domain", ""),
        **({"currency": told.values["currency"]} if told.values.get("currency") else {}),
    }
    return add_customer(values, by=by, at=at)


def at_path(connection: Connection, field: str) -> str:
    """Where the CRM's message says it, if the mapping reads it."""
    path = Terms.of(connection.mapping).reads.get(field)
    return place(path) if path else field
