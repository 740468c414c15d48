"""What happened to a quote and what colleagues said about it, as one list."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from core.models import User
from core.roles import Permission, may
from quotes.models import Comment, QuoteVersion
from quotes.queries.versions import Happening, timeline
from quotes.rules.comments import why_not_comment, why_not_remove
from quotes.rules.mentions import parts

MOST_NAMES = 40


@dataclass(frozen=True)
class Remark:
    """A comment, its text cut at the mentions."""

    pk: int
    at: datetime
    by: str
    parts: list[tuple[str, bool]]
    removable: bool


@dataclass(frozen=True)
class Story:
    """Everything about a quote, the latest first."""

    entries: list[Happening | Remark]
    names: list[tuple[str, str]]  # (username, name) of whom a comment may mention
    why_not_comment: str


def story(version: QuoteVersion, user: User) -> Story:
    """For a person who may see the quote."""
    comments = Comment.objects.filter(quote=version.quote_id).select_related("by").order_by("pk")
    remarks = [
        Remark(one.pk, one.at, one.by.full_name, parts(one.text), removable=not why_not_remove(one, user))
        for one in comments
    ]
    entries: list[Happening | Remark] = sorted([*timeline(version), *remarks], key=lambda entry: entry.at, reverse=True)
    return Story(entries, mentionable(version, user), why_not_comment(user))


def mentionable(version: QuoteVersion, user: User) -> list[tuple[str, str]]:
    """Colleagues who may see the quote, but for oneself."""
    people = User.objects.filter(Q(pk=version.quote.owner_id) | ~Q(roles=[]), is_active=True).exclude(pk=user.pk)
    seers = [
        person
        for person in people.order_by("first_name", "username")
        if may(person, Permission.SEE_ALL_QUOTES) or person.pk == version.quote.owner_id
    ]
    return [(person.username, person.full_name) for person in seers[:MOST_NAMES]]
