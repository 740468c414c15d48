"""Sections and notes of a draft, and the order of its rows. Each function takes the edit number that was looked at."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Literal

from django.db import transaction
from django.utils.translation import gettext as _

from core.errors import Invalid
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.placing import arrange, close_ranks, order_of, places_of
from quotes.models import QuoteVersion
from quotes.rules.components import free_name
from quotes.rules.outline import into, is_section, moved_whole, place_of, placed, stepped, wrong_text
from quotes.rules.steps import ORDER

Step = Literal["up", "down"]


@transaction.atomic
def add_text(
    version: QuoteVersion, *, kind: str, text: str, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Add a section or a note as the last row; what is added later comes under it."""
    words = checked(kind, text)
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[ORDER])
    places = places_of(fresh)
    key = free_name(kind, set(places))
    position = max(places.values(), default=0) + 1
    store(fresh, {**fresh.texts, key: {"kind": kind, "text": words, "position": position}})
    return settle(fresh, "add_text", by=by, at=at, text=key, words=words)


@transaction.atomic
def edit_text(
    version: QuoteVersion, *, key: str, text: str, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Rename a section, or say something else in a note."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[f"texts/{key}"])
    present = there(fresh, key)
    words = checked(present["kind"], text)
    store(fresh, {**fresh.texts, key: {**present, "text": words}})
    return settle(fresh, "edit_text", by=by, at=at, text=key, changes={"text": [present["text"], words]})


@transaction.atomic
def remove_text(
    version: QuoteVersion, *, key: str, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Take a section or a note off; the lines of a section stay, under the one before."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[f"texts/{key}"])
    there(fresh, key)
    store(fresh, {other: text for other, text in fresh.texts.items() if other != key})
    close_ranks(fresh)
    return settle(fresh, "remove_text", by=by, at=at, text=key)


@transaction.atomic
def move_row(
    version: QuoteVersion, *, key: str, to: int | Step, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Make a line, section or note the `to`-th row (from 1), or move it a step; a section begins where it goes."""

    def moved(_fresh: QuoteVersion, order: list[str]) -> list[str]:
        if isinstance(to, str):
            return stepped(order, key, down=to == "down")
        if not 1 <= to <= len(order):
            raise Invalid({"to": _("The quote has the places 1 to {order}.").format(order=len(order))})
        return placed(order, key, to)

    return reorder(version, key, moved, by=by, at=at, edit_number=edit_number, to=to)


@transaction.atomic
def move_to_section(
    version: QuoteVersion, *, key: str, section: str, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Make a line or note the last row of a section; "" is the part above the first section."""

    def moved(fresh: QuoteVersion, order: list[str]) -> list[str]:
        if section and not is_section(section, fresh.texts):
            raise Invalid({"section": _("This section is not on the quote any more.")})
        return into(order, key, section, fresh.texts)

    return reorder(version, key, moved, by=by, at=at, edit_number=edit_number, section=section)


@transaction.atomic
def move_section(
    version: QuoteVersion, *, key: str, to: int | Step, by: User, at: datetime, edit_number: int | None = None
) -> QuoteVersion:
    """Make a section the `to`-th one (from 1), or move it past the next, with everything under it."""

    def moved(fresh: QuoteVersion, order: list[str]) -> list[str]:
        if not is_section(key, fresh.texts):
            raise Invalid({"whole": _("This section is not on the quote any more.")})
        place, count = place_of(order, key, fresh.texts)
        if isinstance(to, int) and not 1 <= to <= count:
            raise Invalid({"whole": _("The quote has the sections 1 to {count}.").format(count=count)})
        wanted = to if isinstance(to, int) else min(max(place + (1 if to == "down" else -1), 1), count)
        return moved_whole(order, key, wanted, fresh.texts)

    return reorder(version, key, moved, by=by, at=at, edit_number=edit_number, verb="move_section", to=to)


def reorder(
    version: QuoteVersion,
    key: str,
    moved: Callable[[QuoteVersion, list[str]], list[str]],
    *,
    by: User,
    at: datetime,
    edit_number: int | None,
    verb: str = "move_row",
    **data: Any,
) -> QuoteVersion:
    fresh = claim(version, by=by, at=at, edit_number=edit_number, fields=[ORDER])
    order = order_of(fresh)
    if key not in order:
        raise Invalid({"to": _("This row is not on the quote any more.")})
    arrange(fresh, moved(fresh, order))
    return settle(fresh, verb, by=by, at=at, row=key, **data)


def checked(kind: str, text: str) -> str:
    words = " ".join(text.split())
    if wrong := wrong_text(kind, words):
        raise Invalid({"text" if kind else "kind": wrong})
    return words


def there(version: QuoteVersion, key: str) -> dict[str, Any]:
    if key not in version.texts:
        raise Invalid({"text": _("This section or note is not on the quote any more.")})
    return dict(version.texts[key])


def store(version: QuoteVersion, texts: dict[str, object]) -> None:
    version.texts = texts
    version.save(update_fields=["texts"])
