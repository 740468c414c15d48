"""What happened to a quote and what colleagues said about it, as one list."""

import json
from dataclasses import dataclass

from core.models import User
from quotes.models import QuoteVersion
from quotes.queries.talk import OPEN, RESOLVED, Thread, mentionable, open_by_line, threads
from quotes.queries.versions import Happening, timeline
from quotes.rules.comments import why_not_comment


@dataclass(frozen=True)
class Story:
    """Everything about a quote, the latest first; or only the threads that are open, or those that are resolved."""

    entries: list[Happening | Thread]
    show: str
    open: int
    resolved: int
    marks: str
    """How many open threads each line has, as JSON for the marks in the rows."""
    names: list[tuple[str, str]]  # (username, name) of whom a comment may mention
    why_not_comment: str


def story(version: QuoteVersion, user: User, *, show: str = "") -> Story:
    """For a person who may see the quote."""
    talk = threads(version, user)
    resolved = [one for one in talk if one.resolved_at is not None]
    unresolved = [one for one in talk if one.resolved_at is None]
    picked: dict[str, list[Happening | Thread]] = {OPEN: [*unresolved], RESOLVED: [*resolved]}
    entries = picked[show] if show in picked else everything(version, talk)
    return Story(
        entries=sorted(entries, key=lambda entry: entry.at, reverse=True),
        show=show if show in picked else "",
        open=len(unresolved),
        resolved=len(resolved),
        marks=json.dumps(open_by_line(talk)),
        names=mentionable(version, user),
        why_not_comment=why_not_comment(user),
    )


def everything(version: QuoteVersion, talk: list[Thread]) -> list[Happening | Thread]:
    return [*timeline(version), *talk]
