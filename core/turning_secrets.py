"""Secrets that change over: after a new one is made, the one before counts for a day more."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from core.encryption import sealed, unsealed
from core.signatures import new_secret

OLD_SECRET_LIVES = timedelta(hours=24)


class Keeper(Protocol):
    """A row that keeps its secrets encrypted, and until when the old one counts."""

    sealed: Any
    old_ends_at: Any


def turn_secret(keeper: Keeper, *, at: datetime) -> str:
    """A new secret for the row, which the caller has locked and saves."""
    secret = new_secret()
    keeper.sealed = sealed({"now": secret, "before": unsealed(keeper.sealed)["now"]})
    keeper.old_ends_at = at + OLD_SECRET_LIVES
    return secret


def valid_secrets(keeper: Keeper, at: datetime) -> list[str]:
    """Those that count now, the newest first."""
    kept = unsealed(keeper.sealed)
    old = keeper.old_ends_at is not None and at < keeper.old_ends_at and "before" in kept
    return [kept["now"], *([kept["before"]] if old else [])]
