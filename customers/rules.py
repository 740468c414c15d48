"""What must hold for a customer. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

FORM = "new"  # the address of the form: no slug
DOMAIN = r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9-]{2,63}"
LEVELS = 5  # of a family; the database holds the same limit


def slug_of(name: str) -> str:
    """The name as it stands in an address: "Hartwell & Partners" -> "hartwell-partners"."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")
    return plain[:50].strip("-")


def plain_slug(name: str) -> str:
    """What a name alone gives."""
    slug = slug_of(name) or "customer"
    return f"{FORM}-customer" if slug == FORM else slug


def slug_for(row: Mapping[str, Any]) -> str:
    """That of a row of an import: given, or made from its name."""
    return str(row.get("slug") or plain_slug(row["name"]))


def why_not_parent(slug: str, parent: str, parents: Mapping[str, str]) -> str:
    """Why this parent would close a circle or make the tree too deep; "" if it would not.

    `parents` maps each child's slug to its parent's.
    """
    line = above(parent, parents)
    if slug in line:
        return _("A customer cannot stand above itself: choose a parent that does not hang below it.")
    if len(line) + height(slug, parents) > LEVELS:
        return _("A family has at most {levels} levels; choose a parent closer to the top.").format(levels=LEVELS)
    return ""


def above(slug: str, parents: Mapping[str, str]) -> list[str]:
    """The customer and everyone above it, upwards."""
    line: list[str] = []
    while slug and slug not in line:
        line.append(slug)
        slug = parents.get(slug, "")
    return line


def height(slug: str, parents: Mapping[str, str]) -> int:
    """How many levels hang from this customer, itself included."""
    return max((line.index(slug) + 1 for child in parents if slug in (line := above(child, parents))), default=1)
