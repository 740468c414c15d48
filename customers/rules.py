"""What must hold for a customer. Pure."""

import re
from collections.abc import Mapping


def slug_of(name: str) -> str:
    """The name as it stands in an address: "Hartwell & Partners" -> "hartwell-partners"."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower().replace("'", "")).strip("-")
    return plain[:50].strip("-")


def why_not_parent(slug: str, parent: str, parents: Mapping[str, str]) -> str:
    """Why this parent would close a circle; "" if it would not. `parents` maps each child's slug to its parent's."""
    above = parent
    while above:
        if above == slug:
            return "A customer cannot stand above itself: choose a parent that does not hang below it."
        above = parents.get(above, "")
    return ""
