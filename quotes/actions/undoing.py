"""Take back the last edit of a draft, and make it again. Both are edits themselves."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.data_words import told
from core.errors import Refused
from core.models import User
from quotes.actions.edits import claim, settle
from quotes.actions.moves import follow_end
from quotes.actions.placing import arrange
from quotes.models import DraftStep, QuoteLine, QuoteVersion
from quotes.queries.lines import lines_of
from quotes.queries.steps import State, first_undone, last_done
from quotes.rules.edit_words import words
from quotes.rules.steps import Change, Pair, reverse


@transaction.atomic
def undo(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Take back the last edit that stands, whoever made it; the draft's `said` is what it was."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    step = last_done(fresh)
    if step is None:
        raise Refused(_("There is nothing to undo on this draft."))
    return stepped(fresh, step, reverse(step.change), State.UNDONE, "undo", by=by, at=at)


@transaction.atomic
def redo(version: QuoteVersion, *, by: User, at: datetime, edit_number: int | None = None) -> QuoteVersion:
    """Make again what was undone last; the draft's `said` is what it was."""
    fresh = claim(version, by=by, at=at, edit_number=edit_number)
    step = first_undone(fresh)
    if step is None:
        raise Refused(_("There is nothing to redo on this draft."))
    return stepped(fresh, step, step.change, State.DONE, "redo", by=by, at=at)


def stepped(
    fresh: QuoteVersion, step: DraftStep, change: Change, state: State, verb: str, *, by: User, at: datetime
) -> QuoteVersion:
    step.state = state
    step.save(update_fields=["state"])
    apply(fresh, change)
    left = settle(fresh, verb, by=by, at=at, state=State.PAST, step=step.edit_number)
    left.said = words(step.change, {line.key: told(line.component["name"]) for line in lines_of(left)}, left.texts)
    return left


def apply(version: QuoteVersion, change: Change) -> None:
    """Make the draft what the change says, writing only what it moves."""
    set_facts(version, change.get("facts", {}))
    set_lines(version, change.get("lines", {}))
    set_texts(version, change.get("texts", {}))
    if "order" in change:
        arrange(version, change["order"][1])


def set_facts(version: QuoteVersion, facts: dict[str, Pair]) -> None:
    for name, (_before, after) in facts.items():
        setattr(version, name, parsed(name, after))
    follow_end(version, facts)
    if facts:
        version.save(update_fields=[*facts, "zone", "expires_at"])


def set_lines(version: QuoteVersion, lines: dict[str, dict[str, Pair]]) -> None:
    gone = [key for key, pairs in lines.items() if "component" in pairs and pairs["component"][1] is None]
    new = [key for key, pairs in lines.items() if "component" in pairs and pairs["component"][0] is None]
    version.lines.filter(key__in=gone).delete()
    kept = list(version.lines.filter(key__in=lines.keys() - {*gone, *new}))
    for line in kept:
        for name, value in after(lines[line.key]).items():
            setattr(line, name, value)
    if kept:
        QuoteLine.objects.bulk_update(kept, sorted({name for line in kept for name in lines[line.key]}))
    QuoteLine.objects.bulk_create(
        QuoteLine(version=version, key=key, position=UNPLACED + number, **after(lines[key]))
        for number, key in enumerate(new)
    )


def set_texts(version: QuoteVersion, texts: dict[str, dict[str, Pair]]) -> None:
    if not texts:
        return
    kept = {key: text for key, text in version.texts.items() if key not in texts}
    for key, pairs in texts.items():
        text = {"position": UNPLACED, **version.texts.get(key, {}), **after(pairs)}
        if text["text"] is not None:
            kept[key] = text
    version.texts = kept
    version.save(update_fields=["texts"])


UNPLACED = 20_000  # above every place: the order that comes with new lines places them


def after(pairs: dict[str, Pair]) -> dict[str, Any]:
    return {name: parsed(name, pair[1]) for name, pair in pairs.items()}


def parsed(name: str, value: Any) -> Any:
    """What a step keeps as text."""
    return PARSED[name](value) if name in PARSED else value


PARSED: dict[str, Callable[[str], Any]] = {
    "start": date.fromisoformat,
    "valid_until": date.fromisoformat,
    "discount_percent": Decimal,
    "escalator_percent": Decimal,
}
