"""What colleagues say among themselves about a quote and its rows (lines, sections, notes), by threads."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Q, QuerySet
from django.utils.text import Truncator

from core.data_words import told
from core.models import User
from core.roles import Permission, may
from quotes.models import Comment, Quote, QuoteLine, QuoteVersion
from quotes.rules.comments import why_not_comment, why_not_remove
from quotes.rules.mentions import parts

MOST_NAMES = 40
LONGEST_NAME = 80  # of a note, which is named by its first words
OPEN, RESOLVED = "open", "resolved"


@dataclass(frozen=True)
class Remark:
    """A comment, its text cut at the mentions; `gone` when its author took the words back."""

    pk: int
    at: datetime
    by: str
    parts: list[tuple[str, bool]]
    removable: bool
    gone: bool


@dataclass(frozen=True)
class Thread:
    """A comment with its answers."""

    first: Remark
    answers: list[Remark]
    line: str
    line_name: str
    line_gone: bool
    """Whether the newest version has that row no more."""
    version: int | None
    resolved_by: str
    resolved_at: datetime | None

    @property
    def at(self) -> datetime:
        return max(one.at for one in (self.first, *self.answers))


def threads(version: QuoteVersion, user: User, *, line: str = "", show: str = "") -> list[Thread]:
    """All threads of the quote, or of a row; those that are open or resolved, where that is asked for."""
    found = list(
        Comment.objects.filter(quote=version.quote_id, **({"line": line} if line else {}))
        .select_related("by", "resolved_by")
        .order_by("pk")
    )
    answers: dict[int, list[Remark]] = {}
    for one in found:
        if one.thread_id is not None:
            answers.setdefault(one.thread_id, []).append(remark(one, user))
    begun = [one for one in found if one.thread_id is None and shown(one, show)]
    here = keys_of(version) if any(one.line for one in begun) else set()
    return [thread(one, answers.get(one.pk, []), user, here) for one in begun]


def shown(comment: Comment, show: str) -> bool:
    return show not in (OPEN, RESOLVED) or (show == RESOLVED) == (comment.resolved_at is not None)


def keys_of(version: QuoteVersion) -> set[str]:
    """The keys of the lines, sections and notes of the newest version."""
    versions = QuoteVersion.objects.filter(quote=version.quote_id).order_by("-number")
    texts, lines = versions.annotate(keys=ArrayAgg("lines__key")).values_list("texts", "keys")[0]
    return {*texts, *lines}


def thread(comment: Comment, answers: list[Remark], user: User, here: set[str]) -> Thread:
    return Thread(
        first=remark(comment, user),
        answers=answers,
        line=comment.line,
        line_name=told(comment.line_name),
        line_gone=bool(comment.line) and comment.line not in here,
        version=comment.version,
        resolved_by=comment.resolved_by.full_name if comment.resolved_by else "",
        resolved_at=comment.resolved_at,
    )


def remark(comment: Comment, user: User) -> Remark:
    removable = not why_not_remove(comment, user)
    return Remark(
        comment.pk, comment.at, comment.by.full_name, parts(comment.text), removable=removable, gone=not comment.text
    )


def open_by_line(found: Iterable[Thread]) -> dict[str, int]:
    """How many open threads each row has, for its mark."""
    return Counter(one.line for one in found if one.line and one.resolved_at is None)


def thread_of(quote: Quote, pk: int) -> Comment | None:
    return comments_of(quote).filter(pk=pk).first()


def comments_of(quote: Quote) -> QuerySet[Comment]:
    return Comment.objects.filter(quote=quote).select_related("quote__customer", "by", "resolved_by")


class Spoken(NamedTuple):
    """A row that is spoken of: line, section or note."""

    kind: str
    name: str


LINE = "line"


def row_of(quote: Quote, key: str) -> Spoken | None:
    """The line, section or note in the newest version that has it; None when none has."""
    lines = QuoteLine.objects.filter(version__quote=quote, key=key).order_by("-version__number")
    line = lines.only("component").first()
    if line is not None:
        return Spoken(LINE, str(line.component["name"]))
    versions = QuoteVersion.objects.filter(quote=quote, texts__has_key=key).order_by("-number")
    texts = versions.values_list("texts", flat=True).first()
    return None if texts is None else Spoken(texts[key]["kind"], Truncator(texts[key]["text"]).chars(LONGEST_NAME))


def newest_number(quote: Quote) -> int | None:
    numbers = QuoteVersion.objects.filter(quote=quote).order_by("-number")
    return numbers.values_list("number", flat=True).first()


def mentionable(version: QuoteVersion, user: User) -> list[tuple[str, str]]:
    """(username, name) of the colleagues who may see the quote, but for oneself; none to who may not comment."""
    if why_not_comment(user):
        return []
    people = User.objects.filter(Q(pk=version.quote.owner_id) | ~Q(roles=[]), is_active=True).exclude(pk=user.pk)
    seers = [
        person
        for person in people.order_by("first_name", "username")
        if may(person, Permission.SEE_ALL_QUOTES) or person.pk == version.quote.owner_id
    ]
    return [(person.username, person.full_name) for person in seers[:MOST_NAMES]]
