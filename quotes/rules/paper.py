"""What a document is made of: its sections in their order."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.utils.translation import gettext as _now

from core.languages import lazily as _

SECTIONS = {
    "lines": _("What you get"),
    "options": _("Optional lines"),
    "prices": _("Prices by quantity"),
    "examples": _("Included usage, worked out"),
    "credits": _("Credits and commitments"),
    "bill": _("Expected bill by month"),
    "usage": _("Usage behind it"),
    "payments": _("Payment schedule"),
    "terms": _("Terms"),
    "signatures": _("Acceptance and signatures"),
}
NEEDED = ("lines", "terms", "signatures")
EVERY = tuple(SECTIONS)


def wrong_sections(sections: Sequence[str]) -> Iterator[str]:
    """What keeps a document of these sections from being whole."""
    yield from (
        _now("Every document needs the section “{name}”.").format(name=SECTIONS[name])
        for name in NEEDED
        if name not in sections
    )
    unknown = [name for name in dict.fromkeys(sections) if name not in SECTIONS]
    yield from (_now("There is no section {name}.").format(name=name) for name in unknown)


class Placed(NamedTuple):
    """A section in a layout, and its place from 1; None where it is left out."""

    name: str
    label: str
    place: int | None


def placed(sections: Sequence[str]) -> list[Placed]:
    """Every section there is: those of the layout in their order, then those that are left out."""
    left_out = [name for name in SECTIONS if name not in sections]
    return [Placed(name, str(SECTIONS[name]), at) for at, name in enumerate(sections, start=1)] + [
        Placed(name, str(SECTIONS[name]), None) for name in left_out
    ]
