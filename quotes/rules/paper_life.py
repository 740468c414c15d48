"""When a clause or a layout may be edited, published or retired, and by whom. "" means yes."""

from collections.abc import Collection

from django.utils.translation import gettext as _

from core.roles import Permission, may
from quotes.rules.rule_life import Person


def why_not_write(*, by: Person) -> str:
    if may(by, Permission.EDIT_DOCUMENTS):
        return ""
    return _("Writing what documents say takes the role deal desk or pricing operations.")


def why_not_edit(status: str, *, by: Person) -> str:
    if status != "draft":
        return _("This version is {status} and never changes; start a new one.").format(status=status)
    return why_not_write(by=by)


def why_not_start(code: str, draft: int | None, *, by: Person) -> str:
    if draft is not None:
        return _("Version {draft} of {code} is open as a draft; edit that one.").format(draft=draft, code=code)
    return why_not_write(by=by)


def why_not_publish(status: str, *, by: Person, author_ids: Collection[int], problems: Collection[str] = ()) -> str:
    """Published by somebody who did not write it, once nothing is wrong with it."""
    if status != "draft":
        return _("This version is already {status}.").format(status=status)
    if problems:
        return " ".join(problems)
    if not may(by, Permission.PUBLISH_DOCUMENTS):
        return _("Publishing what documents say takes the role finance or pricing operations.")
    return _("You worked on this draft; a second person publishes it.") if by.pk in author_ids else ""


def why_not_retire(status: str, *, by: Person) -> str:
    if status not in ("published", "standard"):
        return _("This version is {status}; only what is in force is retired.").format(status=status)
    if not may(by, Permission.PUBLISH_DOCUMENTS):
        return _("Retiring what documents say takes the role finance or pricing operations.")
    return ""
