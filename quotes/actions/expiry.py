from datetime import datetime

from django.db import transaction

from quotes.actions.moves import close, hold
from quotes.models import QuoteVersion
from quotes.rules.transitions import TRANSITIONS, Verb, why_not

EXPIRING = sorted(status for status, verbs in TRANSITIONS.items() if Verb.EXPIRE in verbs)


def expire_due(*, at: datetime) -> int:
    """Close every version whose last valid day is over. Returns how many. Nothing depends on it having run:
    the rules look at the clock themselves."""
    overdue = QuoteVersion.objects.filter(status__in=EXPIRING, expires_at__lte=at).select_related("quote")
    return sum(expire(version, at=at) for version in overdue.order_by("pk"))


@transaction.atomic
def expire(version: QuoteVersion, *, at: datetime) -> bool:
    """One version; False if the customer or the seller was faster."""
    fresh = hold(version)
    if why_not(fresh.status, Verb.EXPIRE) or not fresh.expired(at):
        return False
    close(fresh, Verb.EXPIRE, by=None, at=at)
    return True
