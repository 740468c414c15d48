"""Sections and notes between the lines of a version, in one order with them. Lines and texts share one set of keys."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

SECTION = "section"
NOTE = "note"
LONGEST = {SECTION: 120, NOTE: 500}

Texts = Mapping[str, Mapping[str, Any]]
"""As a version keeps them: key -> kind, text and position."""


def ordered(lines: Mapping[str, int], texts: Texts) -> list[str]:
    """The keys of all rows by their positions; `lines` are positions by key."""
    places = {**{key: text["position"] for key, text in texts.items()}, **lines}
    return sorted(places, key=places.__getitem__)


def wrong_text(kind: str, text: str) -> str:
    """Why a section or note cannot say this; "" if it can."""
    if kind not in LONGEST:
        return _("Add a section or a note.")
    if 0 < len(text) <= LONGEST[kind]:
        return ""
    what = _("the section a name") if kind == SECTION else _("the note words")
    return _("Give {what} of 1 to {most} characters.").format(what=what, most=LONGEST[kind])


def sections(order: Sequence[str], texts: Texts) -> dict[str, list[str]]:
    """The lines under each section, in order; under "" what comes before the first one."""
    found: dict[str, list[str]] = {"": []}
    current = ""
    for key in order:
        if is_section(key, texts):
            current = key
            found[key] = []
        elif key not in texts:
            found[current].append(key)
    return found


def is_section(key: str, texts: Texts) -> bool:
    return key in texts and texts[key]["kind"] == SECTION


def placed(order: Sequence[str], key: str, to: int) -> list[str]:
    """The order with this row as the `to`-th (from 1). Where a section's heading goes, the section begins."""
    rest = [one for one in order if one != key]
    return [*rest[: to - 1], key, *rest[to - 1 :]]


def stepped(order: Sequence[str], key: str, *, down: bool) -> list[str]:
    """The order with this row one place further up or down; the same at the end."""
    return placed(order, key, max(order.index(key) + (2 if down else 0), 1))


def into(order: Sequence[str], key: str, section: str, texts: Texts) -> list[str]:
    """The order with this row as the last one of a section; "" is the part above the first section."""
    rest = [one for one in order if one != key]
    first = rest.index(section) + 1 if section else 0
    at = next((n for n in range(first, len(rest)) if is_section(rest[n], texts)), len(rest))
    return [*rest[:at], key, *rest[at:]]


def moved_whole(order: Sequence[str], section: str, to: int, texts: Texts) -> list[str]:
    """The order with this section, its lines and notes with it, as the `to`-th section (from 1).

    What stands before the first section stays there.
    """
    blocks = cut(order, texts)
    mine = next(block for block in blocks[1:] if block[0] == section)
    others = [block for block in blocks[1:] if block is not mine]
    return [key for block in (blocks[0], *others[: to - 1], mine, *others[to - 1 :]) for key in block]


def cut(order: Sequence[str], texts: Texts) -> list[list[str]]:
    """What comes before the first section, and each section with all that is under it."""
    blocks: list[list[str]] = [[]]
    for key in order:
        if is_section(key, texts):
            blocks.append([])
        blocks[-1].append(key)
    return blocks


def place_of(order: Sequence[str], section: str, texts: Texts) -> tuple[int, int]:
    """Which of the sections this is, from 1, and how many there are."""
    heads = [key for key in order if is_section(key, texts)]
    return heads.index(section) + 1, len(heads)
