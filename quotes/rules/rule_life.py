"""When an approval rule may be edited, published or retired, and by whom. "" means yes."""

from collections.abc import Collection
from typing import Protocol

from django.utils.translation import gettext as _

from core.roles import Permission, may


class Person(Protocol):
    @property
    def pk(self) -> int: ...
    @property
    def roles(self) -> list[str]: ...


def why_not_write(*, by: Person) -> str:
    if may(by, Permission.EDIT_RULES):
        return ""
    return _("Writing approval rules takes the role deal desk or pricing operations.")


def why_not_edit(status: str, *, by: Person) -> str:
    if status != "draft":
        return _("This version is {status} and never changes; start a new one.").format(status=status)
    return why_not_write(by=by)


def why_not_start(code: str, draft: int | None, *, by: Person) -> str:
    if draft is not None:
        return _("Version {draft} of {code} is open as a draft; edit that one.").format(draft=draft, code=code)
    return why_not_write(by=by)


def why_not_publish(status: str, *, by: Person, author_ids: Collection[int], problems: Collection[str] = ()) -> str:
    """A rule is published by somebody who did not write it, once its own tests pass."""
    if status != "draft":
        return _("This version is already {status}.").format(status=status)
    if problems:
        return " ".join(problems)
    if not may(by, Permission.PUBLISH_RULES):
        return _("Publishing approval rules takes the role finance or pricing operations.")
    return _("You worked on this rule; a second person publishes it.") if by.pk in author_ids else ""


def why_not_retire(status: str, *, by: Person) -> str:
    if status not in ("published", "standard"):
        return _("This version is {status}; only a rule in force is retired.").format(status=status)
    if not may(by, Permission.PUBLISH_RULES):
        return _("Retiring approval rules takes the role finance or pricing operations.")
    return ""
