"""The ledger's own side: it takes a contract once per unique key, numbers it without gaps, and never changes it."""

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction

from billing.models import LedgerContract
from billing.targets.base import Order
from core.numbering import next_number


def create(order: Order, *, unique_key: str, at: datetime) -> tuple[LedgerContract, bool]:
    """The contract under this key, and whether it was there already."""
    found = LedgerContract.objects.filter(unique_key=unique_key).first()
    if found:
        return found, True
    try:
        with transaction.atomic():
            return insert(order, unique_key=unique_key, at=at), False
    except IntegrityError:
        # Another sender was faster; its row is the answer, and the number taken here went back.
        return LedgerContract.objects.get(unique_key=unique_key), True


def insert(order: Order, *, unique_key: str, at: datetime) -> LedgerContract:
    return LedgerContract.objects.create(
        reference=f"L-{at.year}-{next_number(f'ledger-{at.year}'):04}",
        unique_key=unique_key,
        contract=order.number,
        customer=order.customer,
        terms=order.terms,
        terms_sha256=digest(order.terms),
        sha256=order.sha256,
        created_at=at,
    )


def fetch(reference: str) -> LedgerContract | None:
    return LedgerContract.objects.filter(reference=reference).first()


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
