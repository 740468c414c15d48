"""Saying that somebody has a quote open."""

from datetime import datetime

from core.models import User
from quotes.models import Presence, Quote


def here(quote: Quote, *, by: User, at: datetime) -> None:
    """They have it open at this moment. No edit and no audit: it is forgotten within a minute."""
    Presence.objects.bulk_create(
        [Presence(quote=quote, user=by, seen_at=at)],
        update_conflicts=True,
        unique_fields=["quote", "user"],
        update_fields=["seen_at"],
    )
