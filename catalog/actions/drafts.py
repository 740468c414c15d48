"""Editing a draft book part by part: the same plan, checks and audit as `catalog apply` of the whole."""

from datetime import date, datetime
from typing import Any, Literal, TypedDict, Unpack

from django.db import transaction
from django.utils.translation import gettext as _
from pydantic import BaseModel

from catalog import documents
from catalog.actions.code import Applied, apply_catalog, turn_of
from catalog.documents import BookPart, Catalog
from catalog.models import PriceBook
from catalog.rules.books import why_not_change
from catalog.rules.plan import name_of
from core.errors import Conflict, Invalid, refuse
from core.models import User
from core.turns import take_turn

Section = Literal["prices", "costs", "packages", "rules", "rule_tests"]


class BookFacts(TypedDict, total=False):
    name: str
    currency: str
    effective_from: date
    effective_to: date | None


def put_part(
    book: PriceBook, section: Section, part: BaseModel, *, by: User, at: datetime, name: str = "", seen: str = ""
) -> Applied:
    """Add the part to the draft, or put it in the place of the one called `name` (default: of the same name).

    `seen` is the hash of the draft that the person looked at; if it was edited since: Conflict, nothing is written.
    """
    with transaction.atomic():
        content = held(book, seen)
        entries = list(getattr(content, section))
        names, mine = [called(entry) for entry in entries], name or called(part)
        place = names.index(mine) if mine in names else len(entries)
        if name and place == len(entries):
            raise Invalid(
                {section: _("{book} has no {name}; it was removed or renamed meanwhile.").format(book=book, name=name)}
            )
        entries[place : place + 1] = [part]
        return rewritten(content, {section: entries}, by=by, at=at)


def drop_part(book: PriceBook, section: Section, name: str, *, by: User, at: datetime, seen: str = "") -> Applied:
    """Remove the part of this name from the draft; refused with every reason while others need it."""
    with transaction.atomic():
        content = held(book, seen)
        entries = list(getattr(content, section))
        kept = [entry for entry in entries if called(entry) != name]
        if len(kept) == len(entries):
            raise Invalid(
                {section: _("{book} has no {name}; it was removed or renamed meanwhile.").format(book=book, name=name)}
            )
        return rewritten(content, {section: kept}, by=by, at=at)


def edit_book(book: PriceBook, *, by: User, at: datetime, seen: str = "", **facts: Unpack[BookFacts]) -> Applied:
    """Change what holds for the whole draft: its name, currency and effective days."""
    with transaction.atomic():
        return rewritten(held(book, seen), dict(facts), by=by, at=at)


def called(part: BaseModel) -> str:
    return name_of(part.model_dump(mode="json", by_alias=True, exclude_none=True))


def held(book: PriceBook, seen: str) -> BookPart:
    """What the draft says now, locked until the transaction ends."""
    take_turn(turn_of(book.code))
    fresh = PriceBook.objects.select_for_update().get(pk=book.pk)
    refuse(why_not_change(str(fresh), fresh.status))
    if seen and seen != documents.sha256(fresh):
        raise Conflict(
            _("{fresh} was edited since you opened it; load it again, then make your change.").format(fresh=fresh)
        )
    return documents.book_part(fresh)


def rewritten(content: BookPart, changes: dict[str, Any], *, by: User, at: datetime) -> Applied:
    changed = Catalog(books=[content.model_copy(update=changes)])
    return apply_catalog(documents.validated(changed.form()), by=by, at=at)
