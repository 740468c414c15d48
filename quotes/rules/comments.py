"""Who may comment on a quote, take a comment back, and say that a thread is done."""

from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import Permission, may


class Person(Protocol):
    @property
    def pk(self) -> int: ...


class Said(Protocol):
    text: str

    @property
    def by_id(self) -> int: ...


class Begun(Protocol):
    @property
    def thread_id(self) -> int | None: ...


def why_not_comment(person: object) -> str:
    """Of those who see the quote; "" is yes."""
    if may(person, Permission.COMMENT_ON_QUOTES):
        return ""
    return _("Your role may read this quote but not comment on it.")


def why_not_remove(comment: Said, person: Person) -> str:
    if comment.by_id != person.pk:
        return _("A comment is removed by whoever wrote it.")
    return "" if comment.text else _("This comment was removed before.")


def why_not_resolve(comment: Begun, person: object) -> str:
    """Whoever may comment resolves and reopens."""
    if comment.thread_id is not None:
        return _("This is an answer; resolve the comment that it answers.")
    return why_not_comment(person)
