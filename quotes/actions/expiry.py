from datetime import datetime, timedelta

from django.db import transaction

from core.languages import lazily as _lazy
from core.models import Notice
from quotes.actions.letters import tell
from quotes.actions.moves import close, hold
from quotes.models import QuoteVersion
from quotes.rules.transitions import TRANSITIONS, Verb, why_not

SOON = timedelta(days=3)
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
    tell(fresh, "expiring", _lazy("it has expired"), key=f"expired-{fresh.pk}", at=at)
    return True


def warn_of_end(*, at: datetime) -> int:
    """Tell owners of what ends soon, once for each last day. Returns of how many."""
    soon = QuoteVersion.objects.filter(status__in=EXPIRING, expires_at__gt=at, expires_at__lte=at + SOON)
    ending = {f"ends-{one.pk}-{one.expires_at:%Y%m%d}": one for one in soon.whole().order_by("pk")}
    told = set(Notice.objects.filter(key__in=ending).values_list("key", flat=True))
    fresh = {key: version for key, version in ending.items() if key not in told}
    for key, version in fresh.items():
        tell(version, "expiring", _lazy("it ends within three days"), key=key, at=at)
    return len(fresh)
