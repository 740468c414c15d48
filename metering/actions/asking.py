"""Asking for a source to be read now, whatever its schedule."""

from datetime import datetime

from django.db import transaction

from core import audit
from core.models import User
from metering.models import UsageSource
from metering.sources.base import Source


def ask_for(source: Source, *, by: User, at: datetime) -> None:
    """Have the workers read the source at their next turn: one that was never tried is due at once."""
    with transaction.atomic():
        UsageSource.objects.update_or_create(name=source.name, defaults={"kind": source.kind, "tried_at": None})
        audit.record(by, "asked to read", f"source:{source.name}", at=at, data={})
