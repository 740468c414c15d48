"""What a draft holds, what its edits changed, and what can be taken back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from operator import attrgetter
from typing import Any

from core.formats import plain
from core.kept import remembered
from quotes.models import DraftStep, QuoteLine, QuoteVersion
from quotes.rules.components import Component
from quotes.rules.edit_words import words
from quotes.rules.outline import ordered
from quotes.rules.steps import FACTS, PARTS, Content, touched

State = DraftStep.State
AS_IT_IS = (int, str, dict)
OTHERS = tuple(name for name in PARTS if name != "component")
PARTS_OF = attrgetter("component", *OTHERS)


@dataclass(frozen=True)
class History:
    """What undo and redo would do, in words; "" where there is nothing."""

    undo: str = ""
    redo: str = ""


def content_of(version: QuoteVersion, lines: Sequence[QuoteLine] | None = None) -> Content:
    rows = list(version.lines.order_by("position")) if lines is None else lines
    return Content(
        facts={name: stored(getattr(version, name)) for name in FACTS},
        lines={row.key: parts_of(*PARTS_OF(row)) for row in rows},
        order=ordered({row.key: row.position for row in rows}, version.texts),
        texts={key: {"kind": text["kind"], "text": text["text"]} for key, text in version.texts.items()},
    )


@remembered
def parts_of(component: Component, *others: object) -> Mapping[str, Any]:
    """What a line holds; the same object as long as it holds the same."""
    return {name: stored(value) for name, value in zip(("component", *OTHERS), (component, *others), strict=True)}


def stored(value: object) -> object:
    """As JSON keeps it."""
    if value is None or isinstance(value, AS_IT_IS):
        return value
    return str(plain(value)) if isinstance(value, Decimal) else str(value)


def history(version: QuoteVersion, names: Mapping[str, str]) -> History:
    """As the reader says it; `names` of the lines that are on the draft."""
    if version.undoable and version.change:
        return History(undo=words(version.change, names, version.texts))
    undo, redo = (
        step and words(step.change, names, version.texts) for step in (last_done(version), first_undone(version))
    )
    return History(undo or "", redo or "")


def last_done(version: QuoteVersion) -> DraftStep | None:
    return version.steps.filter(state=State.DONE).order_by("-edit_number").first()


def first_undone(version: QuoteVersion) -> DraftStep | None:
    return version.steps.filter(state=State.UNDONE).order_by("edit_number").first()


def moved_since(version: QuoteVersion, edit_number: int) -> set[str] | None:
    """The fields that edits after this number moved; None where that is not known."""
    changes = list(version.steps.filter(edit_number__gt=edit_number).values_list("change", flat=True))
    if len(changes) != version.edit_number - edit_number:
        return None
    return {path for change in changes for path in touched(change)}
