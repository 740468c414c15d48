"""How every edit of a draft goes: what was typed, one action, and what became of it on the page."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from catalog.rules.typed import Tree, tree_of, with_row, with_row_up, without_row
from core.errors import Conflict, Invalid

CHANGES: dict[str, Callable[[Tree, str], Tree]] = {"add": with_row, "remove": without_row, "up": with_row_up}
CONTROL = ("csrfmiddlewaretoken", "seen", "change", "cell", "customer")
SAME_PART = "part"


@dataclass(frozen=True)
class Edit:
    """What was sent and how it ended, for the answer."""

    errors: dict[str, str] = field(default_factory=dict)
    conflict: str = ""
    done: bool = False

    @property
    def status(self) -> int:
        return 409 if self.conflict else 422 if self.errors else 200


def typed_tree(request: HttpRequest) -> Tree:
    """What was typed, as a tree."""
    return tree_of({name: texts for name, texts in request.POST.lists() if name not in CONTROL})


def reshaped(request: HttpRequest) -> Tree:
    """What was typed, with the row added, removed or moved that the pressed button names: "add price.tiers"."""
    verb, _, path = request.POST.get("change", "").partition(" ")
    change = CHANGES.get(verb)
    tree = typed_tree(request)
    return change(tree, path) if change else tree


def attempt(edit: Edit, write: Callable[[str], Any], seen: str) -> Edit:
    """Do it, unless it is wrong already; wrong input and a lost race become part of the edit."""
    if edit.errors:
        return edit
    if not seen:
        return replace(edit, conflict=_("This page is too old to save from; load it again."))
    try:
        write(seen)
    except Invalid as error:
        return replace(edit, errors={f"{SAME_PART} {where}": sentence for where, sentence in error.errors.items()})
    except Conflict as error:
        return replace(edit, conflict=error.sentence)
    return replace(edit, done=True)
