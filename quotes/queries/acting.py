"""For whom a person decides on a day."""

from collections.abc import Collection
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from core.models import User
from quotes.models import Delegation
from quotes.rules.desk import Acting
from quotes.rules.validity import today


def delegations_of(user: User, *, at: datetime) -> QuerySet[Delegation]:
    """Who decides for the person, and for whom they decide, today and later."""
    day = today(at, settings.SELLER["zone"])
    found = Delegation.objects.filter(Q(absent=user) | Q(stand_in=user), ended_at=None, last_day__gte=day)
    return found.select_related("absent", "stand_in")


def acting(user: User, *, at: datetime, without: Collection[int] = ()) -> Acting:
    """The person, and the colleagues they stand in for today, but for those named; one query."""
    day = today(at, settings.SELLER["zone"])
    taken = Delegation.objects.filter(stand_in=user, first_day__lte=day, last_day__gte=day, ended_at=None)
    rows = taken.filter(absent__is_active=True).select_related("absent").order_by("pk")
    return Acting(user, {row.absent_id: tuple(row.absent.roles) for row in rows if row.absent_id not in without})
