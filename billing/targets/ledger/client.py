"""The ledger's own side: it takes a contract once per unique key, numbers it without gaps, and never changes it."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from billing.models import LedgerContract
from core.numbering import next_number


def create(body: Mapping[str, str], *, unique_key: str, at: datetime) -> tuple[LedgerContract, bool]:
    """The contract under this key, and whether it was there already."""
    found = LedgerContract.objects.filter(unique_key=unique_key).first()
    if found:
        return found, True
    try:
        with transaction.atomic():
            return insert(body, unique_key=unique_key, at=at), False
    except IntegrityError:
        # Another sender was faster; its row is the answer, and the number taken here went back.
        return LedgerContract.objects.get(unique_key=unique_key), True


def insert(body: Mapping[str, str], *, unique_key: str, at: datetime) -> LedgerContract:
    return LedgerContract.objects.create(
        reference=f"L-{at.year}-{next_number(f'ledger-{at.year}'):04}",
        unique_key=unique_key,
        contract=body["contract"],
        customer=body["customer"],
        replaces=body["replaces"],
        terms=body["terms"],
        terms_sha256=digest(body["terms"]),
        sha256=body["sha256"],
        created_at=at,
    )


def fetch(reference: str) -> LedgerContract | None:
    return LedgerContract.objects.filter(reference=reference).first()


def content(row: LedgerContract) -> dict[str, str]:
    """What the ledger holds, the hash of the terms computed now from their text."""
    return {
        "contract": row.contract,
        "customer": row.customer,
        "replaces": row.replaces,
        "sha256": row.sha256,
        "terms_sha256": digest(row.terms),
    }


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
