"""Which opportunity of the CRM a quote belongs to, and what is known of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import Invalid, refuse
from core.models import User
from core.turns import take_turn
from customers.models import Customer
from quotes.models import Opportunity, Quote
from quotes.rules.opportunities import label_of, why_not_link, wrong_reference

TEXTS = ("name", "url", "stage", "owner")


@transaction.atomic
def link_quote(
    quote: Quote, *, system: str, external_id: str, name: str = "", url: str = "", by: User, at: datetime
) -> Quote:
    """Let the quote carry this opportunity of its customer; one that nobody told us of is noted with it."""
    refuse(why_not_link(quote, by=by))
    values = {name: value for name, value in (("name", name.strip()), ("url", url.strip())) if value}
    found, _changed = note_opportunity(system, external_id, customer=quote.customer, values=values, by=by, at=at)
    if quote.opportunity_id != found.pk:
        carry(quote, found, by=by, at=at)
    return quote


@transaction.atomic
def unlink_quote(quote: Quote, *, by: User, at: datetime) -> Quote:
    """The quote belongs to no opportunity; what is known of that stays."""
    refuse(why_not_link(quote, by=by))
    if quote.opportunity is not None:
        before = quote.opportunity
        Quote.objects.filter(pk=quote.pk).update(opportunity=None)
        quote.opportunity = None
        record(quote, "unlink_opportunity", before, by=by, at=at)
    return quote


def carry(quote: Quote, opportunity: Opportunity, *, by: User, at: datetime) -> None:
    Quote.objects.filter(pk=quote.pk).update(opportunity=opportunity)
    quote.opportunity = opportunity
    record(quote, "link_opportunity", opportunity, by=by, at=at)


def note_opportunity(
    system: str, external_id: str, *, customer: Customer, values: Mapping[str, Any], by: User | str, at: datetime
) -> tuple[Opportunity, dict[str, list[Any]]]:
    """The opportunity with these values, new or changed, and what changed of it. Values that are not named stay."""
    texts = {"system": system, "external_id": external_id, **{one: str(values.get(one, "")) for one in TEXTS}}
    if wrong := wrong_reference(texts):
        raise Invalid(wrong)
    take_turn(f"opportunity {system} {external_id}")
    found = Opportunity.objects.select_related("customer").filter(system=system, external_id=external_id).first()
    if found is None:
        made = Opportunity.objects.create(
            system=system, external_id=external_id, customer=customer, changed_at=at, **values
        )
        audit.record(by, "note_opportunity", subject(made), at=at, data={"customer": customer.slug, **values})
        return made, {name: [None, value] for name, value in values.items()}
    check_customer(found, customer)
    wanted = {**values, "customer": customer}
    changed = {name: [getattr(found, name), new] for name, new in wanted.items() if getattr(found, name) != new}
    if changed:
        for name, (_before, new) in changed.items():
            setattr(found, name, new)
        found.changed_at = at
        found.save()
        told = {
            name: [str(value) if isinstance(value, Customer) else value for value in pair]
            for name, pair in changed.items()
        }
        audit.record(by, "change_opportunity", subject(found), at=at, data=told)
    return found, changed


def check_customer(found: Opportunity, customer: Customer) -> None:
    """An opportunity moves to another customer only while no quote carries it."""
    if found.customer_id == customer.pk:
        return
    if number := found.quotes.values_list("number", flat=True).order_by("pk").first():
        sentence = _("{label} {id} belongs to {name}, whose quote {number} carries it.")
        raise Invalid(
            {
                "external_id": sentence.format(
                    label=label_of(found.system), id=found.external_id, name=found.customer.name, number=number
                )
            }
        )


def subject(opportunity: Opportunity) -> str:
    return f"opportunity:{opportunity.system}/{opportunity.external_id}"


def record(quote: Quote, verb: str, opportunity: Opportunity, *, by: User, at: datetime) -> None:
    data = {"system": opportunity.system, "opportunity": opportunity.external_id}
    audit.record(by, verb, f"quote:{quote.number}", at=at, data=data)
