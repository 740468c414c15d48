"""What of an audit entry is shown: cost and margin are one secret, also in what was written down about a change."""

import re
from collections.abc import Mapping
from typing import Any

from core.languages import lazily as _

HIDDEN = _("hidden: tells cost or margin")
SECRET = re.compile(r"cost|margin|floor|loss", re.IGNORECASE)


def masked(value: Any, name: str = "") -> Any:
    """The value with every part hidden whose name, or whose own words, tell of cost, margin or floor."""
    if isinstance(value, Mapping):
        return {key: masked(part, key) for key, part in value.items()}
    if isinstance(value, list):
        return [masked(part, name) for part in value]
    told = SECRET.search(name) or (isinstance(value, str) and SECRET.search(value))
    return HIDDEN if told else value
