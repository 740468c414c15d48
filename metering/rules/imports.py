"""When a file may be looked at, recorded, resumed or discarded, and how fast it goes."""

from typing import NamedTuple

from django.utils.translation import gettext as _

from core.languages import lazily as _lazy

# From so many rows on, adding up in bulk is worth giving up single events in PostgreSQL.
BULK_FROM_ROWS = 1_000_000

UNDER_WAY = {"queued": _lazy("waiting for a worker"), "running": _lazy("being recorded")}
DONE = {"recorded": _lazy("already recorded"), "discarded": _lazy("discarded")}


def why_not_start(state: str) -> str:
    """Why work on this file cannot begin, or go on after a failure; "" if it can."""
    return (
        "" if state in ("previewed", "failed") else _("This file is {state}.").format(state=(DONE | UNDER_WAY)[state])
    )


def why_not_discard(state: str) -> str:
    """Why this import cannot be discarded; "" if it can."""
    return why_not_start(state)


class Progress(NamedTuple):
    """How far a file is: a share of 1, rows a second, seconds still to go. None: not known yet."""

    share: float
    rows: int
    rate: float | None
    remaining: float | None


def progress(*, done: int, total: int, rows: int, seconds: float) -> Progress:
    """How far and how fast, from what was done so far."""
    share = min(done / total, 1.0) if total else 0.0
    if not seconds or not done:
        return Progress(share, rows, None, None)
    return Progress(share, rows, rows / seconds, max(0.0, seconds * (total - done) / done))
