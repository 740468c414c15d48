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


KEPT_SECRET = _("hidden: a secret")
NAMES = re.compile(r"secret|token$|password|authorization|api.?key|credential|signature", re.IGNORECASE)
KEYS = re.compile(r"\b(?:[sr]k_(?:live|test)_|whsec_|Bearer\s+|Basic\s+)\S+")


def without_secrets(value: Any, name: str = "") -> Any:
    """What was sent or answered, with every key, password and signature hidden."""
    if isinstance(value, Mapping):
        return {key: without_secrets(part, str(key)) for key, part in value.items()}
    if isinstance(value, list):
        return [without_secrets(part, name) for part in value]
    if NAMES.search(name) and value:
        return str(KEPT_SECRET)
    return KEYS.sub(str(KEPT_SECRET), value) if isinstance(value, str) else value
