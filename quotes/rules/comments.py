"""Who may comment on a quote, and who may take a comment back."""

from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import Permission, may


class Person(Protocol):
    @property
    def pk(self) -> int: ...


class Said(Protocol):
    @property
    def by_id(self) -> int: ...


def why_not_comment(person: object) -> str:
    """Of those who see the quote; "" is yes."""
    if may(person, Permission.COMMENT_ON_QUOTES):
        return ""
    return _("Your role may read this quote but not comment on it.")


def why_not_remove(comment: Said, person: Person) -> str:
    return "" if comment.by_id == person.pk else _("A comment is removed by whoever wrote it.")
