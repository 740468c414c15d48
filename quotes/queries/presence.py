"""Who else has a quote open."""

from datetime import datetime, timedelta

from core.models import User
from quotes.models import Presence, Quote

LASTS = timedelta(seconds=50)  # a browser says so every 20 seconds; one lost call is no leaving


def others_here(quote: Quote, user: User, *, at: datetime) -> list[str]:
    """The names of the others, as they are called."""
    rows = Presence.objects.filter(quote=quote, seen_at__gt=at - LASTS).exclude(user=user)
    people = [row.user for row in rows.select_related("user").order_by("user__first_name", "user_id")]
    return [person.first_name or person.username for person in people]
