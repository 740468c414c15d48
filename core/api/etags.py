"""Tags of states, so that nobody overwrites what they have not seen."""

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.db.models import Model
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from rest_framework.request import Request

from core.api.refusals import MatchNeeded, Stale
from core.errors import Invalid


def tag_of(*parts: object) -> str:
    """The tag of a state that these parts make out: "v2.17.draft"."""
    return f'"{".".join(map(str, parts))}"'


def hash_tag(name: object, content: Any) -> str:
    """The tag of what has no number of its own: a hash of all that a person changes in it."""
    return tag_of(name, hashlib.sha256(json.dumps(content, sort_keys=True, default=str).encode()).hexdigest()[:16])


def check_match(request: Request, tag: str) -> None:
    """Go on only if If-Match names this state, or any (*); so says the caller who has seen it.

    A tag is of the state and not of the bytes: one that a proxy made weak when it compressed the answer names it too.
    """
    given = request.headers.get("If-Match", "").strip()
    if not given:
        raise MatchNeeded(f"Send If-Match with the ETag of what you read last; it is {tag} now. `*` overwrites.")
    if given == "*":
        return
    tags = [one.removeprefix("W/") for one in parse_etags(given)]
    if not tags:
        raise Invalid({"If-Match": f"If-Match: a tag stands in quotes, as the ETag had it; it is {tag} now."})
    if tag not in tags:
        raise Stale(f"This was changed since you read it, and nothing was overwritten. Read it again: it is {tag} now.")


def check_given(request: Request, row: Model, tag: Callable[[Any], str]) -> None:
    """The same for what may be removed without having been seen: If-Match is kept to where it is sent.

    The row is held until the transaction ends, so that nobody changes it between the look and the removal.
    """
    if "If-Match" in request.headers:
        check_match(request, tag(get_object_or_404(type(row)._base_manager.select_for_update(), pk=row.pk)))
