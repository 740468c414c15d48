"""Many quotes with their customers, each a copy of one that went the real way."""

import hashlib
from datetime import timedelta

from django.utils.timezone import now

from core.models import OutboxMessage
from customers.models import Customer
from quotes.actions.sending import token_hash
from quotes.models import Document, Quote, QuoteVersion, RoomLink
from tests.factories import make_sent_quote, prove

PER_CUSTOMER = 4


def token(number: int) -> str:
    return f"chaos-{number}"


def make_deals(count: int) -> None:
    """So many sent versions, four to a customer, each with a link that may sign now.

    Their signed documents are there already: drawing a thousand of them is no part of a hand-off.
    """
    sent = make_sent_quote(at=now() - timedelta(days=1))
    customer = sent.version.quote.customer
    for number in range(count):
        if number % PER_CUSTOMER == 0:
            customer = another(customer, number)
        copy(sent.version, sent.link, customer, number)
    OutboxMessage.objects.all().delete()


def another(customer: Customer, number: int) -> Customer:
    row = Customer.objects.get(pk=customer.pk)
    row.pk, row.slug, row.name = None, f"chaos-{number}", f"Chaos {number}"
    row.save(force_insert=True)
    return row


def copy(version: QuoteVersion, link: RoomLink, customer: Customer, number: int) -> None:
    row = QuoteVersion.objects.get(pk=version.pk)
    name = f"Q-CHAOS-{number:05}"
    row.quote = Quote.objects.create(
        number=name,
        customer=customer,
        owner=version.quote.owner,
        created_at=version.created_at,
        created_by=version.created_by,
    )
    row.snapshot = row.snapshot.replace(version.quote.number, name)
    row.sha256 = hashlib.sha256(row.snapshot.encode()).hexdigest()
    row.pk = None
    row.save(force_insert=True)
    Document.objects.create(version=row, kind=Document.Kind.SIGNED, state=Document.State.FAILED, asked_at=now())
    again = RoomLink.objects.get(pk=link.pk)
    again.pk, again.version, again.token_sha256 = None, row, token_hash(token(number))
    again.save(force_insert=True)
    prove(again, at=now())
