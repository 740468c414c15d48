"""How a draft is edited: claim it at the edit number that was looked at, change it, settle what follows from it."""

from datetime import datetime
from typing import Any

from core.errors import Conflict, refuse
from core.models import User
from quotes.actions.moves import changed_since, record
from quotes.models import QuoteVersion
from quotes.rules.transitions import Status
from quotes.rules.verbs import why_not_edit


def claim(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None) -> QuoteVersion:
    """The draft, now at the next edit number and locked until the transaction ends.

    Compare-and-set: of two edits that looked at the same number, one wins and the other changes nothing.
    """
    fresh = QuoteVersion.objects.select_related("quote__customer", "price_book").get(pk=version.pk)
    refuse(why_not_edit(fresh, by=by))
    seen = version.edit_number if edit_number is None else edit_number
    mine: dict[str, Any] = {
        "edit_number": seen + 1,
        "edited_at": at,
        "editor_ids": sorted({*fresh.editor_ids, by.pk}),
    }
    rows = QuoteVersion.objects.filter(pk=version.pk, status=Status.DRAFT, edit_number=seen)
    if fresh.edit_number != seen or rows.update(**mine) != 1:
        raise Conflict(changed_since(version))
    for name, value in mine.items():
        setattr(fresh, name, value)
    return fresh


def settle(version: QuoteVersion, verb: str, *, by: User, at: datetime, **data: Any) -> QuoteVersion:
    """What follows from an edit: the forecast of what is metered now, the committed total, the audit entry."""
    record(by, verb, version, at=at, **data)
    return version
