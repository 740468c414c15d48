"""Versions frozen from the sample snapshot, so that every amount of a page, a document or a contract is known."""

import hashlib
import itertools
import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from catalog.models import PriceBook
from core.models import OutboxMessage, User
from customers.models import Contact, Customer
from quotes.actions.acceptance import accept
from quotes.actions.sending import token_hash
from quotes.models import Contract, Quote, QuoteVersion, RoomLink
from quotes.rules.transitions import Status
from quotes.rules.validity import end_of_day
from tests.factories import prove
from tests.quotes.documents.samples import canonical, snapshot

SENT = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
LATER = SENT + timedelta(days=2)
TOKEN = "a-token-with-256-random-bits-in-real-life"

_numbers = itertools.count(42)


def make_sent_version(owner: User, **changes: Any) -> QuoteVersion:
    """A sent version of a new quote."""
    quote = _quote(owner)
    terms = json.dumps(snapshot()["terms"], sort_keys=True, separators=(",", ":"))
    changes = {"quote": quote.number, "terms_sha256": hashlib.sha256(terms.encode()).hexdigest(), **changes}
    sample = snapshot(**changes)
    text, sha256 = canonical(sample)
    return QuoteVersion.objects.create(
        quote=quote,
        number=sample["version"],
        status=Status.SENT,
        title=sample["title"],
        price_book=_book(),
        currency=sample["currency"],
        start=date(2027, 1, 1),
        months=12,
        valid_until=date(2026, 12, 31),
        zone=sample["zone"],
        expires_at=end_of_day(date(2026, 12, 31), sample["zone"]),
        committed_total=Decimal("54000"),
        expected_total=Decimal("85260"),
        editor_ids=[owner.pk],
        created_at=SENT,
        created_by=owner,
        edited_at=SENT,
        terms=terms,
        snapshot=text,
        sha256=sha256,
        submitted_at=SENT,
        submitted_by=owner,
        approved_at=SENT,
        sent_at=SENT,
        sent_by=owner,
    )


def make_link(version: QuoteVersion, *, token: str = TOKEN, right: str = "sign", **changes: Any) -> RoomLink:
    """Cleo's link to the room, which `token` opens."""
    fields = {
        "name": "Cleo Hartmann",
        "email": "cleo@hartmann.example",
        "title": "Chief Operating Officer",
        "created_at": SENT,
        "created_by": version.created_by,
        "expires_at": version.expires_at + timedelta(days=90),
        **changes,
    }
    return RoomLink.objects.create(version=version, right=right, token_sha256=token_hash(token), **fields)


def make_contract(owner: User, *, customer: Customer | None = None) -> Contract:
    """The contract of a version that Cleo accepted, of this customer or Hartmann."""
    version = make_sent_version(owner)
    if customer is not None:
        version.quote.customer = customer
        version.quote.save(update_fields=["customer"])
    link = make_link(version, token=f"token-of-{version.quote.number}")
    prove(link, at=LATER)
    contract = accept(
        link,
        name="Cleo Hartmann",
        title="Chief Operating Officer",
        sha256=version.sha256,
        shown_total=Decimal("54000.00"),
        at=LATER,
    )
    assert contract is not None
    # What mails promise is not what billing is tested on.
    OutboxMessage.objects.filter(topic="mail.posted").delete()
    return contract


def _quote(owner: User) -> Quote:
    number = f"Q-2026-{next(_numbers):04}"
    customer, _ = Customer.objects.get_or_create(
        slug="hartmann-logistics",
        defaults={
            "name": "Hartmann Logistics",
            "legal_name": "Hartmann Logistics GmbH & Co. KG",
            "segment": "mid_market",
            "country": "DE",
        },
    )
    contact, _ = Contact.objects.get_or_create(
        customer=customer, email="cleo@hartmann.example", defaults={"name": "Cleo Hartmann"}
    )
    return Quote.objects.create(
        number=number, customer=customer, contact=contact, owner=owner, created_at=SENT, created_by=owner
    )


def _book() -> PriceBook:
    book, _ = PriceBook.objects.get_or_create(
        code="sample", version=1, defaults={"name": "Sample", "currency": "USD", "effective_from": date(2026, 1, 1)}
    )
    return book
