"""From draft to frozen version, and on to the next: submit, withdraw, revise."""

from datetime import datetime

from django.db import transaction

from core.models import User
from quotes.models import QuoteVersion


@transaction.atomic
def submit(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Freeze the draft and ask for the approvals that the rules name; approved at once when there are none.

    Refused with all problems at once. The quote's live version (with the approvers or the customer) is superseded.
    """
    raise NotImplementedError


@transaction.atomic
def withdraw(version: QuoteVersion, *, by: User, at: datetime, note: str = "") -> QuoteVersion:
    """Discard a draft, recall a submitted version, or withdraw one that is approved or with the customer."""
    raise NotImplementedError


@transaction.atomic
def revise(version: QuoteVersion, *, by: User, at: datetime) -> QuoteVersion:
    """A new draft with the same lines. A version that only approvers have seen gives way at once; one that the
    customer may hold stays good until the new one is submitted."""
    raise NotImplementedError
